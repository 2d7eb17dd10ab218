//go:build ignore

/* Decides which of the flags that were read the plan has, and in which order.
 *
 * Of flags with the same key the last one counts. Dependencies on flags that do
 * not exist are dropped. Flags on a dependency cycle, or depending on one, are
 * left out, and so are flags that depend on too many others. All others are put
 * in an order in which parents come before children, so an evaluation goes
 * through the flags once, from the first to the last, and finds the results
 * that it needs.
 *
 * Nothing recurses, and every step takes time linear in the number of flags and
 * dependencies. */

#include "xc_link.h"

XC_INTERNAL uint32_t xc_find_key(const xc_builder *b, xc_span key)
{
    const uint32_t *table = XC_ITEMS(const uint32_t, b->key_table);
    uint32_t mask = b->key_table.count - 1;
    xc_text text = xc_built_text(b, key);
    for (uint32_t at = xc_text_hash(b, text) & mask; table[at] != XC_NOTHING; at = (at + 1) & mask)
        if (xc_text_equal(xc_built_text(b, xc_draft_at(b, table[at])->key), text))
            return table[at];
    return XC_NOTHING;
}

/* Makes the table of keys. Of flags with the same key the last one counts; the
 * others are reported and get no number. */
static bool xc_link_keys(xc_builder *b)
{
    size_t size = 16;
    uint32_t *table, mask;
    while (size < (size_t)b->drafts.count * 2)
        size *= 2;
    if ((table = xc_vector_fill(b, &b->key_table, sizeof *table, size, 0xFF)) == NULL)
        return false;
    mask = (uint32_t)size - 1;
    for (uint32_t i = 0; i < b->drafts.count; i++) {
        xc_text key = xc_built_text(b, xc_draft_at(b, i)->key);
        uint32_t at = xc_text_hash(b, key) & mask;
        while (table[at] != XC_NOTHING && !xc_text_equal(xc_built_text(b, xc_draft_at(b, table[at])->key), key))
            at = (at + 1) & mask;
        if (table[at] != XC_NOTHING) {
            const xc_draft *earlier = xc_draft_at(b, table[at]);
            if (!xc_report_add(b, XC_REPORT_DUPLICATE, earlier->key, earlier->entry, earlier->offset,
                               "a later flag has the same key and is used instead", XC_NOTHING))
                return false;
        }
        table[at] = i;
    }
    return true;
}

/* Reports whether a draft is the one that counts among those with its key. */
static bool xc_is_last_of_key(const xc_builder *b, uint32_t draft)
{
    return xc_find_key(b, xc_draft_at(b, draft)->key) == draft;
}

/* Finds the parents, dropping those that do not exist, and lists the children
 * of each flag. */
static bool xc_link_parents(xc_builder *b)
{
    uint32_t *pending, *first, *children, drafts = b->drafts.count;
    size_t edges = 0;
    if ((pending = xc_vector_fill(b, &b->pending, sizeof *pending, drafts, 0)) == NULL ||
        (first = xc_vector_fill(b, &b->child_first, sizeof *first, (size_t)drafts + 1, 0)) == NULL)
        return false;
    for (uint32_t i = 0; i < drafts; i++) {
        xc_flag *flag = xc_built_flag(b, i);
        uint32_t *parents = XC_ITEMS(uint32_t, b->array[XC_PARENTS]) + flag->parent, count = 0;
        if (!xc_is_last_of_key(b, i)) {
            flag->parents = 0;
            pending[i] = XC_NOTHING; /* never gets a number */
            continue;
        }
        for (uint32_t j = 0; j < flag->parents; j++) {
            uint32_t parent = xc_find_key(b, XC_ITEMS(const xc_span, b->parent_names)[flag->parent + j]);
            if (parent == XC_NOTHING)
                continue;
            parents[count++] = parent;
            first[parent + 1]++;
            edges++;
        }
        flag->parents = pending[i] = count;
    }
    for (uint32_t i = 0; i < drafts; i++)
        first[i + 1] += first[i];
    if ((children = xc_vector_fill(b, &b->children, sizeof *children, edges, 0)) == NULL)
        return false;
    for (uint32_t i = drafts; i-- > 0;) {
        /* Goes from the last flag to the first, so that the children of each
         * flag come out in order; first[parent + 1] moves from the end of its
         * children to their beginning. */
        const xc_flag *flag = xc_built_flag(b, i);
        for (uint32_t j = flag->parents; j-- > 0;)
            children[--first[XC_ITEMS(const uint32_t, b->array[XC_PARENTS])[flag->parent + j] + 1]] = i;
    }
    return true;
}

/* How many steps up the dependencies of all flags may be taken in all
 * (xc_link_slots.c). */
#define XC_MAX_STEPS ((uint64_t)1 << 26)

/* Sets what a draft's dependencies cost, now that its parents' are known.
 * Leaves it out if they cost too much. `edges` is the number of dependencies of
 * all flags up to this one: a walk passes each at most once. */
static void xc_link_limits(xc_builder *b, xc_draft *draft, const xc_flag *flag, uint64_t edges)
{
    const uint32_t *parents = XC_ITEMS(const uint32_t, b->array[XC_PARENTS]) + flag->parent;
    for (uint32_t j = 0; j < flag->parents; j++) {
        const xc_draft *parent = xc_draft_at(b, parents[j]);
        if (parent->limit != NULL)
            draft->limit = parent->limit;
        if (parent->chain >= draft->chain)
            draft->chain = parent->chain + 1;
        draft->steps += 1 + parent->steps;
        if (draft->steps > edges)
            draft->steps = edges;
    }
    if (draft->limit != NULL)
        return;
    if (draft->chain > XC_MAX_CHAIN)
        draft->limit = "the flag is on a chain of more than 1000 dependencies";
    else if (draft->steps > XC_MAX_STEPS - b->steps)
        draft->limit = "the flags depend on each other in too many ways";
    else
        b->steps += draft->steps;
}

/* Numbers the flags: parents before children, otherwise in the document's order
 * (Kahn, "Topological sorting of large networks", 1962). A flag gets its number
 * once all of its parents have their turn, so flags on or after a cycle never
 * do. */
static bool xc_link_numbers(xc_builder *b)
{
    uint32_t *pending = XC_ITEMS(uint32_t, b->pending), *order, count = 0, numbers = 0, drafts = b->drafts.count;
    uint64_t edges = 0;
    const uint32_t *first = XC_ITEMS(const uint32_t, b->child_first), *children = XC_ITEMS(const uint32_t, b->children);
    if ((order = xc_vector_fill(b, &b->order, sizeof *order, drafts, 0)) == NULL)
        return false;
    for (uint32_t i = 0; i < drafts; i++)
        if (pending[i] == 0)
            order[count++] = i;
    for (uint32_t done = 0; done < count; done++) {
        uint32_t number = order[done], end = number + 1 < drafts ? first[number + 2] : b->children.count;
        xc_draft *draft = xc_draft_at(b, number);
        const xc_flag *flag = xc_built_flag(b, number);
        edges += flag->parents;
        xc_link_limits(b, draft, flag, edges);
        if (draft->limit == NULL) {
            order[numbers] = number; /* at or before `done` */
            draft->number = numbers++;
        }
        for (uint32_t c = first[number + 1]; c < end; c++)
            if (--pending[children[c]] == 0)
                order[count++] = children[c];
    }
    b->order.count = numbers;
    return true;
}

/* Finds, for each flag that had no turn because of a cycle, a parent that had
 * none. It has one, or it would have had its turn. */
static void xc_link_next(xc_builder *b)
{
    const uint32_t *pending = XC_ITEMS(const uint32_t, b->pending);
    for (uint32_t i = 0; i < b->drafts.count; i++) {
        xc_draft *draft = xc_draft_at(b, i);
        const xc_flag *flag = xc_built_flag(b, i);
        draft->cycle = draft->next = XC_NOTHING;
        if (pending[i] == 0 || pending[i] == XC_NOTHING)
            continue;
        for (uint32_t j = 0; draft->next == XC_NOTHING; j++) {
            uint32_t parent = XC_ITEMS(const uint32_t, b->array[XC_PARENTS])[flag->parent + j];
            if (pending[parent] != 0)
                draft->next = parent;
        }
    }
}

/* Adds the cycle that begins at a draft: the keys on it, then an empty one. */
static bool xc_add_cycle(xc_builder *b, uint32_t from)
{
    uint32_t at = from;
    xc_span *key;
    do {
        if ((key = xc_add_item(b, XC_CYCLES)) == NULL)
            return false;
        *key = xc_draft_at(b, at)->key;
        at = xc_draft_at(b, at)->next;
    } while (at != from);
    if ((key = xc_add_item(b, XC_CYCLES)) == NULL)
        return false;
    key->at = XC_NOTHING;
    key->n = 0;
    return true;
}

/* Finds the cycle that a flag without a number is on or leads to, from parent
 * to parent, and sets it for all flags on the way. The walk ends at a flag
 * whose cycle is known. If the walk itself has passed that flag, the cycle is a
 * new one, number `*cycles`. */
static bool xc_link_cycle(xc_builder *b, uint32_t from, uint32_t *cycles)
{
    uint32_t at = from, cycle, *walk;
    b->stack.count = 0;
    while (xc_draft_at(b, at)->cycle == XC_NOTHING) {
        xc_draft_at(b, at)->cycle = *cycles; /* a guess, which is right if the walk comes back here */
        if ((walk = xc_add(b, &b->stack, sizeof *walk, 1)) == NULL)
            return false;
        *walk = at;
        at = xc_draft_at(b, at)->next;
    }
    cycle = xc_draft_at(b, at)->cycle;
    if (cycle == *cycles && b->stack.count > 0) {
        if (!xc_add_cycle(b, at))
            return false;
        ++*cycles;
    }
    for (uint32_t j = 0; j < b->stack.count; j++)
        xc_draft_at(b, XC_ITEMS(const uint32_t, b->stack)[j])->cycle = cycle;
    return true;
}

/* Reports the flags that have no number because of a cycle or a limit. */
static bool xc_link_cycles(xc_builder *b)
{
    uint32_t cycles = 0, drafts = b->drafts.count;
    xc_link_next(b);
    for (uint32_t i = 0; i < drafts; i++)
        if (xc_draft_at(b, i)->next != XC_NOTHING && !xc_link_cycle(b, i, &cycles))
            return false;
    for (uint32_t i = 0; i < drafts; i++) {
        const xc_draft *draft = xc_draft_at(b, i);
        if (draft->next != XC_NOTHING &&
            !xc_report_add(b, XC_REPORT_CYCLE, draft->key, draft->entry, draft->offset,
                           "the flag is on a dependency cycle, or depends on one", draft->cycle))
            return false;
        if (draft->limit != NULL &&
            !xc_report_add(b, XC_REPORT_LIMIT, draft->key, draft->entry, draft->offset, draft->limit, XC_NOTHING))
            return false;
    }
    return true;
}

/* Puts the numbered flags in order and drops the others. Flags that others
 * depend on get a place for their result. */
static bool xc_link_flags(xc_builder *b)
{
    xc_vector sorted = {NULL, 0, 0};
    uint32_t results = 0;
    if (!xc_vector_grow(b, &sorted, sizeof(xc_flag), b->order.count))
        return false;
    for (uint32_t number = 0; number < b->order.count; number++) {
        const xc_flag *flag = xc_built_flag(b, XC_ITEMS(const uint32_t, b->order)[number]);
        uint32_t *parents = XC_ITEMS(uint32_t, b->array[XC_PARENTS]) + flag->parent;
        xc_flag *kept = xc_add(b, &sorted, sizeof *kept, 1); /* there is room */
        *kept = *flag;
        for (uint32_t j = 0; j < flag->parents; j++) {
            xc_flag *parent;
            parents[j] = xc_draft_at(b, parents[j])->number;
            parent = XC_ITEMS(xc_flag, sorted) + parents[j];
            if (parent->result == XC_NOTHING)
                parent->result = results++;
        }
    }
    xc_vector_free(b, &b->array[XC_FLAGS], sizeof(xc_flag));
    b->array[XC_FLAGS] = sorted;
    return true;
}

XC_INTERNAL bool xc_link_order(xc_builder *b)
{
    return xc_link_keys(b) && xc_link_parents(b) && xc_link_numbers(b) && xc_link_cycles(b) && xc_link_flags(b);
}
