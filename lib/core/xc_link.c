//go:build ignore

/* Joins what was read: which of the flags count, in which order they are
 * evaluated, which outcomes they can have, and what of a context they read. Then
 * the plan is copied together into one block. */

#include "xc_build.h"

/* Slots of results are numbered behind those of the context, so until all of
 * these are known they carry a mark. */
#define XC_RESULT_BIT 0x80000000u
/* What reads nothing, as a slot. */
#define XC_NO_SLOT XC_NOTHING

/* A flag that depends on more flags than this does not list their slots. */
#define XC_LISTED_PARENTS 64
#define XC_LISTED_SLOTS 256 /* nor one that reads more of them with its parents */

/* How many steps up the dependencies may be taken in all. */
#define XC_MAX_COST ((uint64_t)1 << 26)

static xc_flag *xc_built_flag(const xc_builder *b, uint32_t draft)
{
    return XC_ITEMS(xc_flag, b->array[XC_FLAGS]) + draft;
}

static xc_draft *xc_draft_at(const xc_builder *b, uint32_t draft)
{
    return XC_ITEMS(xc_draft, b->drafts) + draft;
}

/* ---- keys and dependencies ---- */

/* The draft with this key, or XC_NOTHING. */
static uint32_t xc_find_key(const xc_builder *b, xc_span key)
{
    const uint32_t *table = XC_ITEMS(const uint32_t, b->key_table);
    uint32_t mask = b->key_table.count - 1;
    xc_text text = xc_built_text(b, key);
    for (uint32_t at = xc_text_hash(b, text) & mask; table[at] != XC_NOTHING; at = (at + 1) & mask)
        if (xc_text_compare(xc_built_text(b, xc_draft_at(b, table[at])->key), text) == 0)
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
        while (table[at] != XC_NOTHING && xc_text_compare(xc_built_text(b, xc_draft_at(b, table[at])->key), key) != 0)
            at = (at + 1) & mask;
        if (table[at] != XC_NOTHING) {
            const xc_draft *earlier = xc_draft_at(b, table[at]);
            if (!xc_report_add(b, XC_REPORT_DUPLICATE, earlier->key, earlier->entry, earlier->offset,
                               "a later flag has the same key and counts instead", XC_NOTHING))
                return false;
        }
        table[at] = i;
    }
    return true;
}

/* Is this draft the one that counts of those with its key? */
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
        /* From behind, so that the children of each come out in order, and
         * first[parent + 1] moves from the end of its children to their beginning. */
        const xc_flag *flag = xc_built_flag(b, i);
        for (uint32_t j = flag->parents; j-- > 0;)
            children[--first[XC_ITEMS(const uint32_t, b->array[XC_PARENTS])[flag->parent + j] + 1]] = i;
    }
    return true;
}

/* Numbers the flags, parents before children, else in the document's order. */
static bool xc_link_order(xc_builder *b)
{
    uint32_t *pending = XC_ITEMS(uint32_t, b->pending), *order, count = 0, drafts = b->drafts.count;
    const uint32_t *first = XC_ITEMS(const uint32_t, b->child_first), *children = XC_ITEMS(const uint32_t, b->children);
    if ((order = xc_vector_fill(b, &b->order, sizeof *order, drafts, 0)) == NULL)
        return false;
    for (uint32_t i = 0; i < drafts; i++)
        if (pending[i] == 0)
            order[count++] = i;
    for (uint32_t done = 0; done < count; done++) {
        uint32_t draft = order[done], end = draft + 1 < drafts ? first[draft + 2] : b->children.count;
        xc_draft_at(b, draft)->number = done;
        for (uint32_t c = first[draft + 1]; c < end; c++)
            if (--pending[children[c]] == 0)
                order[count++] = children[c];
    }
    b->order.count = count;
    return true;
}

/* Reports the flags that got no number because of a cycle. Each has a parent of
 * the same kind; going from parent to parent ends on a cycle. */
static bool xc_link_cycles(xc_builder *b)
{
    uint32_t cycles = 0, drafts = b->drafts.count, *walk;
    const uint32_t *pending = XC_ITEMS(const uint32_t, b->pending);
    b->stack.count = 0;
    for (uint32_t i = 0; i < drafts; i++) {
        xc_draft *draft = xc_draft_at(b, i);
        const xc_flag *flag = xc_built_flag(b, i);
        draft->cycle = draft->next = XC_NOTHING;
        if (draft->number != XC_NOTHING || pending[i] == XC_NOTHING)
            continue;
        for (uint32_t j = 0; draft->next == XC_NOTHING; j++) {
            uint32_t parent = XC_ITEMS(const uint32_t, b->array[XC_PARENTS])[flag->parent + j];
            if (xc_draft_at(b, parent)->number == XC_NOTHING)
                draft->next = parent;
        }
    }
    for (uint32_t i = 0; i < drafts; i++) {
        uint32_t at = i, cycle;
        if (xc_draft_at(b, i)->next == XC_NOTHING)
            continue;
        b->stack.count = 0;
        while (xc_draft_at(b, at)->cycle == XC_NOTHING) {
            xc_draft_at(b, at)->cycle = cycles; /* a guess, right if the walk comes back to itself */
            if ((walk = xc_add(b, &b->stack, sizeof *walk, 1)) == NULL)
                return false;
            *walk = at;
            at = xc_draft_at(b, at)->next;
        }
        cycle = xc_draft_at(b, at)->cycle;
        if (cycle == cycles && b->stack.count > 0) {
            uint32_t from = at;
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
            cycles++;
        }
        for (uint32_t j = 0; j < b->stack.count; j++)
            xc_draft_at(b, XC_ITEMS(const uint32_t, b->stack)[j])->cycle = cycle;
    }
    for (uint32_t i = 0; i < drafts; i++) {
        const xc_draft *draft = xc_draft_at(b, i);
        if (draft->next != XC_NOTHING &&
            !xc_report_add(b, XC_REPORT_CYCLE, draft->key, draft->entry, draft->offset,
                           "the flag is on a dependency cycle, or depends on one", draft->cycle))
            return false;
    }
    return true;
}

/* Puts the flags into their order and drops the others. */
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
    /* From here on b->array[XC_FLAGS] is by number, the drafts stay as they are. */
    xc_vector_free(b, &b->array[XC_FLAGS], sizeof(xc_flag));
    b->array[XC_FLAGS] = sorted;
    return true;
}

/* ---- outcomes ---- */

static bool xc_link_outcome(xc_builder *b, uint32_t flag, uint32_t segment, uint32_t *variant_or_outcome)
{
    uint32_t variant = *variant_or_outcome, *last;
    xc_outcome *outcomes = XC_ITEMS(xc_outcome, b->array[XC_OUTCOMES]), *outcome;
    if (variant == XC_NOTHING)
        return true;
    last = XC_ITEMS(uint32_t, b->outcome_of) + variant;
    if (*last == XC_NOTHING || outcomes[*last].segment != segment) {
        *last = b->array[XC_OUTCOMES].count;
        if ((outcome = xc_add_item(b, XC_OUTCOMES)) == NULL)
            return false;
        outcome->flag = flag;
        outcome->segment = segment;
        outcome->variant = variant;
    }
    *variant_or_outcome = *last;
    return true;
}

static bool xc_link_outcomes(xc_builder *b)
{
    if (xc_vector_fill(b, &b->outcome_of, sizeof(uint32_t), b->array[XC_VARIANTS].count, 0xFF) == NULL)
        return false;
    for (uint32_t f = 0; f < b->array[XC_FLAGS].count; f++) {
        xc_flag *flag = xc_built_flag(b, f);
        flag->outcome = b->array[XC_OUTCOMES].count;
        for (uint32_t s = flag->segment; s < flag->segment + flag->segments; s++) {
            xc_segment *segment = XC_ITEMS(xc_segment, b->array[XC_SEGMENTS]) + s;
            const xc_bucket *bucket;
            if (!xc_link_outcome(b, f, s, &segment->outcome))
                return false;
            if (segment->bucket == XC_NOTHING)
                continue;
            bucket = XC_ITEMS(const xc_bucket, b->array[XC_BUCKETS]) + segment->bucket;
            for (uint32_t d = bucket->distribution; d < bucket->distribution + bucket->distributions; d++)
                if (!xc_link_outcome(b, f, s, &XC_ITEMS(xc_distribution, b->array[XC_DISTRIBUTIONS])[d].outcome))
                    return false;
        }
        flag->outcomes = b->array[XC_OUTCOMES].count - flag->outcome;
    }
    return true;
}

/* ---- slots ---- */

/* Stamps all flags that this one depends on, directly or through others, with
 * its number + 1, and leaves them in b->stack. */
static bool xc_link_ancestors(xc_builder *b, uint32_t number)
{
    uint32_t *stamps = XC_ITEMS(uint32_t, b->flag_stamp), done = 0, at = number;
    b->stack.count = 0;
    for (;;) {
        const xc_flag *flag = xc_built_flag(b, at);
        for (uint32_t j = 0; j < flag->parents; j++) {
            uint32_t parent = XC_ITEMS(const uint32_t, b->array[XC_PARENTS])[flag->parent + j], *next;
            if (++b->cost > XC_MAX_COST)
                return xc_build_fail(b, XC_ERROR_COST);
            if (stamps[parent] == number + 1)
                continue;
            stamps[parent] = number + 1;
            if ((next = xc_add(b, &b->stack, sizeof *next, 1)) == NULL)
                return false;
            *next = parent;
        }
        if (done == b->stack.count)
            return true;
        at = XC_ITEMS(const uint32_t, b->stack)[done++];
    }
}

static bool xc_name_is(const xc_builder *b, uint32_t name, const char *word, uint32_t n)
{
    xc_text text = xc_built_text(b, XC_ITEMS(const xc_span, b->array[XC_NAMES])[name]);
    return text.n == n && memcmp(text.p, word, n) == 0;
}

static bool xc_new_slot(xc_builder *b, xc_vector *slots, xc_path *path, uint32_t skip, uint32_t flag, uint32_t bit)
{
    xc_slot *slot = xc_add(b, slots, sizeof *slot, 1);
    if (slot == NULL)
        return false;
    slot->name = path->name + skip;
    slot->names = path->names - skip;
    slot->flag = flag;
    path->slot = (slots->count - 1) | bit;
    return true;
}

/* Makes a selector of a flag a slot. Results are there only for flags that
 * depend on theirs: the stamps of xc_link_ancestors tell. */
static bool xc_link_selector(xc_builder *b, uint32_t number, uint32_t *path_or_slot)
{
    xc_path *path;
    if (*path_or_slot == XC_NOTHING)
        return true;
    path = XC_ITEMS(xc_path, b->paths) + *path_or_slot;
    *path_or_slot = XC_NO_SLOT;
    if (xc_name_is(b, path->name, "context", 7)) {
        if (path->slot == XC_NOTHING && !xc_new_slot(b, &b->array[XC_SLOTS], path, 1, XC_NOTHING, 0))
            return false;
    } else if (path->names >= 2 && xc_name_is(b, path->name, "result", 6)) {
        uint32_t draft = xc_find_key(b, XC_ITEMS(const xc_span, b->array[XC_NAMES])[path->name + 1]), flag;
        if (draft == XC_NOTHING || (flag = xc_draft_at(b, draft)->number) == XC_NOTHING ||
            XC_ITEMS(const uint32_t, b->flag_stamp)[flag] != number + 1)
            return true;
        if (path->slot == XC_NOTHING && !xc_new_slot(b, &b->result_slots, path, 2, flag, XC_RESULT_BIT))
            return false;
    } else {
        return true;
    }
    *path_or_slot = path->slot;
    return true;
}

static bool xc_append_list(xc_builder *b, uint32_t item)
{
    uint32_t *kept = xc_add_item(b, XC_LISTS);
    if (kept != NULL)
        *kept = item;
    return kept != NULL;
}

/* Lists a slot for a flag unless its stamp tells that it has been. */
static bool xc_list_slot(xc_builder *b, uint32_t number, uint32_t slot)
{
    uint32_t index = (slot & XC_RESULT_BIT) != 0 ? (slot ^ XC_RESULT_BIT) + b->paths.count : slot, *stamp;
    if (slot == XC_NO_SLOT)
        return true;
    stamp = XC_ITEMS(uint32_t, b->slot_stamp) + index;
    if (*stamp == number + 1)
        return true;
    *stamp = number + 1;
    return xc_append_list(b, slot);
}

/* Makes the selectors of a flag slots, and lists those and its patterns. */
static bool xc_link_own_slots(xc_builder *b, uint32_t number, xc_draft *draft)
{
    xc_flag *flag = xc_built_flag(b, number);
    draft->own_slot = b->array[XC_LISTS].count;
    for (uint32_t i = draft->condition; i < draft->condition + draft->conditions; i++) {
        xc_condition *condition = XC_ITEMS(xc_condition, b->array[XC_CONDITIONS]) + i;
        if (!xc_link_selector(b, number, &condition->slot) || !xc_list_slot(b, number, condition->slot))
            return false;
    }
    for (uint32_t i = draft->bucket; i < draft->bucket + draft->buckets; i++) {
        xc_bucket *bucket = XC_ITEMS(xc_bucket, b->array[XC_BUCKETS]) + i;
        if (!xc_link_selector(b, number, &bucket->slot) || !xc_list_slot(b, number, bucket->slot))
            return false;
    }
    draft->own_slots = b->array[XC_LISTS].count - draft->own_slot;
    flag->pattern = b->array[XC_LISTS].count;
    for (uint32_t i = draft->condition; i < draft->condition + draft->conditions; i++) {
        const xc_condition *condition = XC_ITEMS(const xc_condition, b->array[XC_CONDITIONS]) + i;
        if (condition->op != XC_OP_REGEX_MATCH && condition->op != XC_OP_REGEX_DOES_NOT_MATCH)
            continue;
        for (uint32_t v = 0; v < condition->values; v++)
            if (!xc_append_list(b, XC_ITEMS(const uint32_t, b->array[XC_LISTS])[condition->value + v]))
                return false;
    }
    flag->patterns = b->array[XC_LISTS].count - flag->pattern;
    return true;
}

/* Lists the slots that a flag and all it depends on (in b->stack) read. */
static bool xc_link_all_slots(xc_builder *b, uint32_t number, const xc_draft *draft)
{
    xc_flag *flag = xc_built_flag(b, number);
    uint32_t slots = draft->own_slots;
    flag->slot = draft->own_slot;
    flag->slots = draft->own_slots;
    if (flag->parents == 0)
        return true;
    flag->slots = XC_ALL_SLOTS;
    if (b->stack.count > XC_LISTED_PARENTS)
        return true;
    for (uint32_t i = 0; i < b->stack.count && slots <= XC_LISTED_SLOTS; i++)
        slots += xc_draft_at(b, XC_ITEMS(const uint32_t, b->order)[XC_ITEMS(const uint32_t, b->stack)[i]])->own_slots;
    if (slots > XC_LISTED_SLOTS)
        return true;
    flag->slot = b->array[XC_LISTS].count;
    for (uint32_t i = 0; i < draft->own_slots; i++)
        if (!xc_append_list(b, XC_ITEMS(const uint32_t, b->array[XC_LISTS])[draft->own_slot + i]))
            return false;
    for (uint32_t i = 0; i < b->stack.count; i++) {
        uint32_t parent = XC_ITEMS(const uint32_t, b->order)[XC_ITEMS(const uint32_t, b->stack)[i]];
        const xc_draft *above = xc_draft_at(b, parent);
        for (uint32_t j = 0; j < above->own_slots; j++)
            if (!xc_list_slot(b, number, XC_ITEMS(const uint32_t, b->array[XC_LISTS])[above->own_slot + j]))
                return false;
    }
    flag->slots = b->array[XC_LISTS].count - flag->slot;
    return true;
}

/* The number of a slot, now that all of the context's are known. What reads
 * nothing gets the number behind the last one. */
static void xc_number_slot(const xc_builder *b, uint32_t context_slots, uint32_t *slot)
{
    if (*slot == XC_NO_SLOT)
        *slot = context_slots + b->result_slots.count;
    else if ((*slot & XC_RESULT_BIT) != 0)
        *slot = context_slots + (*slot ^ XC_RESULT_BIT);
}

static void xc_number_slots(xc_builder *b, uint32_t context_slots)
{
    uint32_t *lists = XC_ITEMS(uint32_t, b->array[XC_LISTS]);
    for (uint32_t number = 0; number < b->order.count; number++) {
        const xc_draft *draft = xc_draft_at(b, XC_ITEMS(const uint32_t, b->order)[number]);
        const xc_flag *flag = xc_built_flag(b, number);
        for (uint32_t i = draft->condition; i < draft->condition + draft->conditions; i++)
            xc_number_slot(b, context_slots, &XC_ITEMS(xc_condition, b->array[XC_CONDITIONS])[i].slot);
        for (uint32_t i = draft->bucket; i < draft->bucket + draft->buckets; i++)
            xc_number_slot(b, context_slots, &XC_ITEMS(xc_bucket, b->array[XC_BUCKETS])[i].slot);
        for (uint32_t i = 0; i < draft->own_slots; i++)
            xc_number_slot(b, context_slots, &lists[draft->own_slot + i]);
        if (flag->slots == XC_ALL_SLOTS || flag->parents == 0) /* then there is no other list */
            continue;
        for (uint32_t i = 0; i < flag->slots; i++)
            xc_number_slot(b, context_slots, &lists[flag->slot + i]);
    }
}

static bool xc_link_slots(xc_builder *b)
{
    uint32_t context_slots;
    xc_slot *slots;
    if (xc_vector_fill(b, &b->flag_stamp, sizeof(uint32_t), b->order.count, 0) == NULL ||
        xc_vector_fill(b, &b->slot_stamp, sizeof(uint32_t), (size_t)b->paths.count * 2, 0) == NULL)
        return false;
    for (uint32_t number = 0; number < b->order.count; number++) {
        xc_draft *draft = xc_draft_at(b, XC_ITEMS(const uint32_t, b->order)[number]);
        if (xc_built_flag(b, number)->parents > 0 && !xc_link_ancestors(b, number))
            return false;
        if (!xc_link_own_slots(b, number, draft) || !xc_link_all_slots(b, number, draft))
            return false;
    }
    context_slots = b->array[XC_SLOTS].count;
    xc_number_slots(b, context_slots);
    if (b->result_slots.count == 0)
        return true;
    if ((slots = xc_add(b, &b->array[XC_SLOTS], sizeof *slots, b->result_slots.count)) == NULL)
        return false;
    memcpy(slots, b->result_slots.items, b->result_slots.count * sizeof *slots);
    return true;
}

/* ---- the trees of paths ---- */

static uint32_t xc_edge_place(const uint64_t key[2], uint32_t node, xc_text name, uint32_t mask)
{
    return xc_hash(key, node, name.p, name.n) & mask;
}

/* Adds a node; XC_NOTHING when there is no memory. A root is its own parent. */
static uint32_t xc_add_node(xc_builder *b, uint32_t parent)
{
    xc_node *node = xc_add_item(b, XC_NODES);
    uint32_t number = b->array[XC_NODES].count - 1;
    if (node == NULL)
        return XC_NOTHING;
    node->parent = parent == XC_NOTHING ? number : parent;
    node->slot = XC_NOTHING;
    node->children = 0;
    return number;
}

/* Adds the path of a slot below a root. */
static bool xc_link_path(xc_builder *b, uint32_t root, uint32_t number)
{
    const xc_slot *slot = XC_ITEMS(const xc_slot, b->array[XC_SLOTS]) + number;
    xc_edge *edges = XC_ITEMS(xc_edge, b->array[XC_EDGES]);
    uint32_t mask = b->array[XC_EDGES].count - 1, at = root;
    for (uint32_t i = 0; i < slot->names; i++) {
        xc_span name = XC_ITEMS(const xc_span, b->array[XC_NAMES])[slot->name + i];
        xc_text text = xc_built_text(b, name);
        uint32_t place = xc_edge_place(b->allocator.hash_key, at, text, mask);
        while (edges[place].node != XC_NOTHING &&
               (edges[place].node != at || xc_text_compare(xc_built_text(b, edges[place].name), text) != 0))
            place = (place + 1) & mask;
        if (edges[place].node == XC_NOTHING) {
            edges[place].node = at;
            edges[place].name = name;
            XC_ITEMS(xc_node, b->array[XC_NODES])[at].children++;
            if ((edges[place].child = xc_add_node(b, at)) == XC_NOTHING)
                return false;
        }
        at = edges[place].child;
    }
    XC_ITEMS(xc_node, b->array[XC_NODES])[at].slot = number;
    return true;
}

/* Makes the trees of results. The nodes of each have to follow each other, so the
 * slots are taken flag by flag. */
static bool xc_link_results(xc_builder *b, uint32_t context_slots)
{
    const xc_slot *slots = XC_ITEMS(const xc_slot, b->array[XC_SLOTS]) + context_slots;
    uint32_t count = b->array[XC_SLOTS].count - context_slots, *first, *next;
    if ((first = xc_vector_fill(b, &b->result_first, sizeof *first, b->array[XC_FLAGS].count, 0xFF)) == NULL ||
        (next = xc_vector_fill(b, &b->result_next, sizeof *next, count, 0xFF)) == NULL)
        return false;
    for (uint32_t i = count; i-- > 0;) {
        next[i] = first[slots[i].flag];
        first[slots[i].flag] = i;
    }
    for (uint32_t f = 0; f < b->array[XC_FLAGS].count; f++) {
        xc_flag *flag = xc_built_flag(b, f);
        if (first[f] == XC_NOTHING)
            continue;
        if ((flag->node = xc_add_node(b, XC_NOTHING)) == XC_NOTHING)
            return false;
        for (uint32_t i = first[f]; i != XC_NOTHING; i = next[i])
            if (!xc_link_path(b, flag->node, context_slots + i))
                return false;
        flag->nodes = b->array[XC_NODES].count - flag->node;
    }
    return true;
}

static bool xc_link_trees(xc_builder *b)
{
    uint32_t slots = b->array[XC_SLOTS].count, context_slots = slots - b->result_slots.count;
    size_t names = 0, size = 4;
    for (uint32_t i = 0; i < slots; i++)
        names += XC_ITEMS(const xc_slot, b->array[XC_SLOTS])[i].names;
    while (size < names * 2)
        size *= 2;
    if (xc_vector_fill(b, &b->array[XC_EDGES], sizeof(xc_edge), size, 0xFF) == NULL ||
        xc_add_node(b, XC_NOTHING) == XC_NOTHING)
        return false;
    for (uint32_t i = 0; i < context_slots; i++)
        if (!xc_link_path(b, 0, i))
            return false;
    b->context_nodes = b->array[XC_NODES].count;
    return xc_link_results(b, context_slots);
}

/* ---- the plan ---- */

static xc_plan *xc_build_block(xc_builder *b)
{
    size_t size = xc_align(sizeof(xc_plan)), at = size;
    void *arrays[XC_ARRAYS];
    char *block;
    xc_plan *plan;
    for (int i = 0; i < XC_ARRAYS; i++)
        size += xc_align((size_t)b->array[i].count * xc_item_size[i]);
    if ((block = b->allocator.allocate(b->allocator.context, size)) == NULL) {
        xc_build_fail(b, XC_ERROR_MEMORY);
        return NULL;
    }
    plan = (xc_plan *)(void *)block;
    memset(plan, 0, sizeof *plan);
    for (int i = 0; i < XC_ARRAYS; i++) {
        size_t bytes = (size_t)b->array[i].count * xc_item_size[i];
        arrays[i] = block + at;
        if (bytes > 0)
            memcpy(block + at, b->array[i].items, bytes);
        plan->count[i] = b->array[i].count;
        at += xc_align(bytes);
    }
    plan->allocator = b->allocator;
    plan->size = size;
    plan->flags = arrays[XC_FLAGS];
    plan->variants = arrays[XC_VARIANTS];
    plan->segments = arrays[XC_SEGMENTS];
    plan->groups = arrays[XC_GROUPS];
    plan->conditions = arrays[XC_CONDITIONS];
    plan->values = arrays[XC_VALUES];
    plan->tags = arrays[XC_TAGS];
    plan->bounds = arrays[XC_BOUNDS];
    plan->buckets = arrays[XC_BUCKETS];
    plan->distributions = arrays[XC_DISTRIBUTIONS];
    plan->parents = arrays[XC_PARENTS];
    plan->outcomes = arrays[XC_OUTCOMES];
    plan->slots = arrays[XC_SLOTS];
    plan->names = arrays[XC_NAMES];
    plan->nodes = arrays[XC_NODES];
    plan->edges = arrays[XC_EDGES];
    plan->patterns = arrays[XC_PATTERNS];
    plan->reports = arrays[XC_REPORTS];
    plan->cycles = arrays[XC_CYCLES];
    plan->lists = arrays[XC_LISTS];
    plan->tables = arrays[XC_TABLES];
    plan->text = arrays[XC_TEXT];
    plan->context_slots = b->array[XC_SLOTS].count - b->result_slots.count;
    plan->context_nodes = b->context_nodes;
    for (uint32_t i = 0; i < plan->count[XC_FLAGS]; i++)
        plan->results += plan->flags[i].result != XC_NOTHING;
    xc_plan_layout(plan);
    return plan;
}

static xc_plan *xc_link(xc_builder *b)
{
    if (!xc_link_keys(b) || !xc_link_parents(b) || !xc_link_order(b) || !xc_link_cycles(b) || !xc_link_flags(b) ||
        !xc_link_outcomes(b) || !xc_link_slots(b) || !xc_link_trees(b))
        return NULL;
    return xc_build_block(b);
}
