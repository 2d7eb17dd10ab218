//go:build ignore

/* Numbers the values that the flags of the plan read, each value once: the
 * slots.
 *
 * While flags are read, selectors are paths, and a flag that is later left out
 * may have some of them. Here the paths that numbered flags need become slots:
 * paths of the context first, then paths of results. The host learns the slots
 * of each flag, and encodes only the values of a user that these slots name.
 *
 * A flag's list includes the slots of all flags that it depends on. Most lists
 * are short. A flag that depends on very many flags, or would list very many
 * slots, gets no list and counts as reading all slots. This rule, and the
 * limits of xc_link_order.c on the steps taken for all flags, keep a hostile
 * document in which each flag depends on all earlier ones from taking quadratic
 * memory or time.
 * RATIONALE.md has the reasons. */

#include "xc_link.h"

/* Slots of results are numbered after the slots of the context, so they carry
 * this bit until the number of context slots is known. */
#define XC_RESULT_BIT 0x80000000u

/* The slot of a selector that reads nothing. */
#define XC_NO_SLOT XC_NOTHING

/* A flag that depends on more flags than XC_LISTED_PARENTS does not list its
 * slots, nor does one that would list more than XC_LISTED_SLOTS. */
#define XC_LISTED_PARENTS 64
#define XC_LISTED_SLOTS 256

/* Finds all flags that a flag depends on, directly or through others. Stamps
 * them with its number + 1 and leaves them in b->stack. */
static bool xc_link_ancestors(xc_builder *b, uint32_t number)
{
    uint32_t *stamps = XC_ITEMS(uint32_t, b->flag_stamp), done = 0, at = number;
    b->stack.count = 0;
    for (;;) {
        const xc_flag *flag = xc_built_flag(b, at);
        for (uint32_t j = 0; j < flag->parents; j++) {
            uint32_t parent = XC_ITEMS(const uint32_t, b->array[XC_PARENTS])[flag->parent + j], *next;
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

/* Adds a slot for a path, without its first `skip` names. The path gets its
 * number, in which `bit` is set. */
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

/* Replaces the path of a flag's selector by a slot. A path reads nothing if it
 * is neither of the context nor of a result, or if it is of the result of a
 * flag on which this flag does not depend, which the stamps of
 * xc_link_ancestors show. */
static bool xc_link_selector(xc_builder *b, uint32_t number, uint32_t *path_or_slot)
{
    xc_path *path;
    xc_text root;
    if (*path_or_slot == XC_NOTHING)
        return true;
    path = XC_ITEMS(xc_path, b->paths) + *path_or_slot;
    *path_or_slot = XC_NO_SLOT;
    root = xc_built_text(b, XC_ITEMS(const xc_span, b->array[XC_NAMES])[path->name]);
    if (xc_text_equal(root, XC_WORD("context"))) {
        if (path->slot == XC_NOTHING && !xc_new_slot(b, &b->array[XC_SLOTS], path, 1, XC_NOTHING, 0))
            return false;
    } else if (path->names >= 2 && xc_text_equal(root, XC_WORD("result"))) {
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

/* Lists a slot for a flag, unless its stamp shows that it is listed. */
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

/* Replaces the paths of a flag's selectors by slots, and lists these and the
 * flag's patterns. */
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

/* Lists the slots that a flag and all flags it depends on (in b->stack)
 * read. */
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
        slots += xc_numbered_draft(b, XC_ITEMS(const uint32_t, b->stack)[i])->own_slots;
    if (slots > XC_LISTED_SLOTS)
        return true;
    flag->slot = b->array[XC_LISTS].count;
    for (uint32_t i = 0; i < draft->own_slots; i++)
        if (!xc_append_list(b, XC_ITEMS(const uint32_t, b->array[XC_LISTS])[draft->own_slot + i]))
            return false;
    for (uint32_t i = 0; i < b->stack.count; i++) {
        const xc_draft *above = xc_numbered_draft(b, XC_ITEMS(const uint32_t, b->stack)[i]);
        for (uint32_t j = 0; j < above->own_slots; j++)
            if (!xc_list_slot(b, number, XC_ITEMS(const uint32_t, b->array[XC_LISTS])[above->own_slot + j]))
                return false;
    }
    flag->slots = b->array[XC_LISTS].count - flag->slot;
    return true;
}

/* Gives a slot its number, now that all slots of the context are known. The
 * slot that reads nothing gets the number after the last one. */
static void xc_number_slot(const xc_builder *b, uint32_t context_slots, uint32_t *slot)
{
    if (*slot == XC_NO_SLOT)
        *slot = context_slots + b->result_slots.count;
    else if ((*slot & XC_RESULT_BIT) != 0)
        *slot = context_slots + (*slot ^ XC_RESULT_BIT);
}

/* Gives all slots their numbers, in conditions, buckets and lists. */
static void xc_number_slots(xc_builder *b, uint32_t context_slots)
{
    uint32_t *lists = XC_ITEMS(uint32_t, b->array[XC_LISTS]);
    for (uint32_t number = 0; number < b->order.count; number++) {
        const xc_draft *draft = xc_numbered_draft(b, number);
        const xc_flag *flag = xc_built_flag(b, number);
        for (uint32_t i = draft->condition; i < draft->condition + draft->conditions; i++)
            xc_number_slot(b, context_slots, &XC_ITEMS(xc_condition, b->array[XC_CONDITIONS])[i].slot);
        for (uint32_t i = draft->bucket; i < draft->bucket + draft->buckets; i++)
            xc_number_slot(b, context_slots, &XC_ITEMS(xc_bucket, b->array[XC_BUCKETS])[i].slot);
        for (uint32_t i = 0; i < draft->own_slots; i++)
            xc_number_slot(b, context_slots, &lists[draft->own_slot + i]);
        if (flag->slots == XC_ALL_SLOTS || flag->parents == 0) /* then it has no list besides its own */
            continue;
        for (uint32_t i = 0; i < flag->slots; i++)
            xc_number_slot(b, context_slots, &lists[flag->slot + i]);
    }
}

XC_INTERNAL bool xc_link_slots(xc_builder *b)
{
    uint32_t context_slots;
    xc_slot *slots;
    if (xc_vector_fill(b, &b->flag_stamp, sizeof(uint32_t), b->order.count, 0) == NULL ||
        xc_vector_fill(b, &b->slot_stamp, sizeof(uint32_t), (size_t)b->paths.count * 2, 0) == NULL)
        return false;
    for (uint32_t number = 0; number < b->order.count; number++) {
        xc_draft *draft = xc_numbered_draft(b, number);
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
