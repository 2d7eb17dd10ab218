//go:build ignore

/* Decides whether a condition is met by the value of its slot.
 * docs/evaluation.md has the rules.
 *
 * Most conditions ask whether a text is one of a few values, and most texts are
 * not. So that path is short: it tests a bit of a Bloom filter, then tags of 32
 * bits, and compares only texts with equal tags (RATIONALE.md says why). Many
 * values have a hash table instead. Likewise, a text is searched for a value
 * only if it has all of the value's letters.
 *
 * Comparing a text with one value takes linear time, whatever they contain: the
 * search for a long needle builds a table first, and a pattern runs as an
 * NFA. */

#include "xc_condition.h"
#include "xc_hash.h"
#include "xc_regex.h"
#include "xc_value.h"
#include "xc_values.h"
#include "xc_version.h"

/* ---- searching text ---- */

/* Needles longer than this are searched for in linear time, at the price of a
 * table; shorter ones with at most this many comparisons a byte. */
#define XC_SHORT_NEEDLE 32

/* Compares the needle where both its first and its last byte match. */
static bool xc_contains_short(xc_text text, xc_text needle)
{
    const char *end = text.p + (text.n - needle.n);
    char first, last;
    if (needle.n == 0)
        return true;
    first = needle.p[0];
    last = needle.p[needle.n - 1];
    for (const char *p = text.p; p <= end; p++)
        if (*p == first && p[needle.n - 1] == last && memcmp(p, needle.p, needle.n) == 0)
            return true;
    return false;
}

/* Searches as Knuth, Morris and Pratt do ("Fast pattern matching in strings",
 * 1977): border[i] is the length of the longest beginning of the needle,
 * shorter than i + 1, with which its first i + 1 bytes end. */
static XC_RARE bool xc_contains_long(xc_run *run, xc_text text, xc_text needle)
{
    xc_scratch before = run->scratch;
    uint32_t *border = xc_run_alloc(run, needle.n, sizeof *border), matched = 0;
    bool found = false;
    if (border == NULL)
        return false;
    border[0] = 0;
    for (uint32_t i = 1; i < needle.n; i++) {
        while (matched > 0 && needle.p[i] != needle.p[matched])
            matched = border[matched - 1];
        matched += needle.p[i] == needle.p[matched];
        border[i] = matched;
    }
    matched = 0;
    for (uint32_t i = 0; i < text.n && !found; i++) {
        while (matched > 0 && text.p[i] != needle.p[matched])
            matched = border[matched - 1];
        matched += text.p[i] == needle.p[matched];
        found = matched == needle.n;
    }
    run->scratch = before;
    return found;
}

static bool xc_contains(xc_run *run, xc_text text, xc_text needle)
{
    if (needle.n > text.n)
        return false;
    return needle.n <= XC_SHORT_NEEDLE ? xc_contains_short(text, needle) : xc_contains_long(run, text, needle);
}

/* ---- operators on a text ---- */

/* Returns one of the condition's values. */
static xc_text xc_condition_value(const xc_run *run, const xc_condition *condition, uint32_t index)
{
    return xc_plan_text(run->plan, run->plan->values[condition->value + index]);
}

/* Reports whether a text is one particular value of the condition. */
static bool xc_is_value(const xc_run *run, const xc_condition *condition, uint32_t index, xc_text text)
{
    return xc_text_equal(xc_condition_value(run, condition, index), text);
}

/* Finds a text among many values, by their hash table. Returns its number, or
 * XC_NOTHING. */
static uint32_t xc_find_hashed(const xc_run *run, const xc_condition *condition, xc_item *item)
{
    const uint32_t *table = run->plan->tables + condition->table;
    const uint32_t *tags = run->plan->tags + condition->value;
    if (item->hash == 0)
        item->hash = xc_hash(run->plan->allocator.hash_key, 0, item->text.p, item->text.n);
    for (uint32_t at = item->hash & condition->table_mask; table[at] != XC_NOTHING;
         at = (at + 1) & condition->table_mask)
        if (tags[table[at]] == item->tag && xc_is_value(run, condition, table[at], item->text))
            return table[at];
    return XC_NOTHING;
}

/* Finds a text among the condition's values. Returns its number, or
 * XC_NOTHING. */
static uint32_t xc_find_value(const xc_run *run, const xc_condition *condition, xc_item *item)
{
    const uint32_t *tags = run->plan->tags + condition->value;
    if (condition->table_mask != 0)
        return xc_find_hashed(run, condition, item);
    for (uint32_t i = 0; i < condition->values; i++)
        if (tags[i] == item->tag && xc_is_value(run, condition, i, item->text))
            return i;
    return XC_NOTHING;
}

/* Reports whether a text is any of the values; booleans are compared in any
 * case. */
static inline bool xc_is_any(const xc_run *run, const xc_condition *condition, xc_item *item)
{
    if ((condition->bloom & xc_tag_bit(item->tag)) == 0)
        return false;
    return xc_find_value(run, condition, item) != XC_NOTHING || (condition->bits & xc_boolean(item->text)) != 0;
}

/* Reports whether a text contains any of the values, in any case. */
static bool xc_contains_any(xc_run *run, const xc_condition *condition, xc_value *value)
{
    const uint32_t *letters = run->plan->tags + condition->value;
    xc_text lower;
    if (condition->values == 0)
        return false;
    lower = xc_value_lower(run, value);
    for (uint32_t i = 0; i < condition->values; i++)
        if ((letters[i] & ~value->letter_set) == 0 && xc_contains(run, lower, xc_condition_value(run, condition, i)))
            return true;
    return false;
}

/* Reports whether a text matches any of the patterns. */
static bool xc_matches_pattern(xc_run *run, const xc_condition *condition, xc_value *value)
{
    const uint32_t *patterns = run->plan->lists + condition->value;
    xc_text text = xc_value_text(run, value)->text;
    for (uint32_t i = 0; i < condition->values; i++) {
        const xc_pattern *pattern = &run->plan->patterns[patterns[i]];
        const uint32_t *program;
        xc_scratch before = run->scratch;
        void *memory;
        bool found;
        if (pattern->program == XC_NOTHING)
            continue;
        program = run->plan->programs + pattern->program;
        if ((memory = xc_run_alloc(run, xc_regex_scratch(program), 1)) == NULL)
            return false;
        found = xc_regex_match(program, text.p, text.n, memory);
        run->scratch = before;
        if (found)
            return true;
    }
    return false;
}

/* Reports whether an order (below zero, zero, above zero) satisfies an operator
 * from less to version greater or equal. */
static bool xc_satisfies_order(uint8_t op, int order)
{
    switch (op) {
    case XC_OP_LESS:
    case XC_OP_VERSION_LESS:
        return order < 0;
    case XC_OP_LESS_OR_EQUAL:
    case XC_OP_VERSION_LESS_OR_EQUAL:
        return order <= 0;
    case XC_OP_GREATER:
    case XC_OP_VERSION_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

/* Compares texts as versions, which may have pre-releases and parts of any
 * length. Returns false if one of the two is not a version. */
static XC_RARE bool xc_compare_version_texts(xc_text text, xc_text bound, int *order)
{
    xc_version version, other;
    if (!xc_version_parse(text, &version) || !xc_version_parse(bound, &other))
        return false;
    *order = xc_version_compare(&version, &other);
    return true;
}

/* Compares with the bound: as numbers or versions if both are, otherwise as
 * texts. */
static bool xc_satisfies_bound(xc_run *run, const xc_condition *condition, xc_value *value)
{
    const xc_plan *plan = run->plan;
    const xc_bound *bound = &plan->bounds[condition->value];
    double number;
    int order;
    if (!(condition->bits & XC_HAS_VALUES))
        return false;
    if (condition->bits & XC_HAS_TYPED) {
        if (condition->op < XC_OP_VERSION_LESS) {
            if (xc_value_number(run, value, &number))
                return xc_satisfies_order(condition->op, (number > bound->number) - (number < bound->number));
        } else {
            uint64_t version = bound->packed != 0 ? xc_value_version(run, value) : 0;
            if (version != 0)
                return xc_satisfies_order(condition->op, (version > bound->packed) - (version < bound->packed));
            if (xc_compare_version_texts(xc_value_text(run, value)->text, xc_plan_text(plan, bound->version), &order))
                return xc_satisfies_order(condition->op, order);
        }
    }
    return xc_satisfies_order(condition->op,
                              xc_text_compare(xc_value_text(run, value)->text, xc_plan_text(plan, bound->text)));
}

/* Reports whether a value that is not a list satisfies the operator. */
static bool xc_matches_text(xc_run *run, const xc_condition *condition, xc_value *value)
{
    switch (condition->op) {
    case XC_OP_IS:
        return xc_is_any(run, condition, xc_value_text(run, value));
    case XC_OP_IS_NOT:
        return !xc_is_any(run, condition, xc_value_text(run, value));
    case XC_OP_CONTAINS:
        return xc_contains_any(run, condition, value);
    case XC_OP_DOES_NOT_CONTAIN:
        return !xc_contains_any(run, condition, value);
    case XC_OP_REGEX_MATCH:
        return xc_matches_pattern(run, condition, value);
    case XC_OP_REGEX_DOES_NOT_MATCH:
        return !xc_matches_pattern(run, condition, value);
    case XC_OP_LESS:
    case XC_OP_LESS_OR_EQUAL:
    case XC_OP_GREATER:
    case XC_OP_GREATER_OR_EQUAL:
    case XC_OP_VERSION_LESS:
    case XC_OP_VERSION_LESS_OR_EQUAL:
    case XC_OP_VERSION_GREATER:
    case XC_OP_VERSION_GREATER_OR_EQUAL:
        return xc_satisfies_bound(run, condition, value);
    default:
        return false; /* the operator is unknown, or for lists */
    }
}

/* ---- operators on a list ---- */

/* Reports whether any item is any of the values. */
static bool xc_any_item_is(const xc_run *run, const xc_condition *condition, const xc_value *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (xc_is_any(run, condition, &list->items[i]))
            return true;
    return false;
}

/* Reports whether each value is among the items, booleans in any case. With
 * `equal`, it also requires each item to be among the values, and case
 * counts. */
static bool xc_covers(xc_run *run, const xc_condition *condition, const xc_value *list, bool equal)
{
    xc_scratch before = run->scratch;
    size_t words = ((size_t)condition->values + 63) / 64;
    uint64_t *found = xc_run_alloc(run, words, sizeof *found);
    uint8_t booleans = 0;
    bool result = true;
    if (found == NULL)
        return false;
    for (size_t i = 0; i < words; i++)
        found[i] = 0;
    for (uint32_t i = 0; i < list->count && result; i++) {
        uint32_t value = xc_find_value(run, condition, &list->items[i]);
        if (value != XC_NOTHING)
            found[value / 64] |= (uint64_t)1 << (value % 64);
        else if (equal)
            result = false;
        booleans |= xc_boolean(list->items[i].text);
    }
    for (uint32_t i = 0; i < condition->values && result; i++) {
        if (found[i / 64] >> (i % 64) & 1)
            continue;
        result = !equal && (xc_boolean(xc_condition_value(run, condition, i)) & booleans) != 0;
    }
    run->scratch = before;
    return result;
}

/* Reports whether an operator is for lists. */
static bool xc_is_set_op(uint8_t op)
{
    return op >= XC_OP_SET_IS && op <= XC_OP_SET_DOES_NOT_CONTAIN_ANY;
}

/* Reports whether a list satisfies an operator for lists. */
static bool xc_matches_set(xc_run *run, const xc_condition *condition, const xc_value *list)
{
    switch (condition->op) {
    case XC_OP_SET_IS:
        return xc_covers(run, condition, list, true);
    case XC_OP_SET_IS_NOT:
        return !xc_covers(run, condition, list, true);
    case XC_OP_SET_CONTAINS:
        return xc_covers(run, condition, list, false);
    case XC_OP_SET_DOES_NOT_CONTAIN:
        return !xc_covers(run, condition, list, false);
    case XC_OP_SET_CONTAINS_ANY:
        return xc_any_item_is(run, condition, list);
    default:
        return !xc_any_item_is(run, condition, list);
    }
}

/* Reports whether any item satisfies an operator that is not for lists, even if
 * the operator is negative. */
static bool xc_matches_any_item(xc_run *run, const xc_condition *condition, const xc_value *list)
{
    for (uint32_t i = 0; i < list->count && run->error == XC_OK; i++) {
        xc_scratch before = run->scratch;
        xc_value item;
        bool met;
        item.kind = XC_STRING;
        item.ready = XC_READY_TEXT;
        item.escaped = false;
        item.text = list->items[i];
        item.raw = item.text.text;
        met = xc_matches_text(run, condition, &item);
        run->scratch = before;
        if (met)
            return true;
    }
    return false;
}

/* ---- conditions ---- */

/* Reports whether a list satisfies the operator: one for lists takes it whole,
 * any other is satisfied by any item. */
static XC_RARE bool xc_matches_list(xc_run *run, const xc_condition *condition, const xc_value *list)
{
    bool met;
    if (run->error != XC_OK) /* then the value need not be a list */
        return false;
    met = xc_is_set_op(condition->op) ? xc_matches_set(run, condition, list)
                                      : xc_matches_any_item(run, condition, list);
    return met && run->error == XC_OK;
}

XC_INTERNAL_INLINE bool xc_matches(xc_run *run, const xc_condition *condition)
{
    xc_value *value;
    if (!xc_single_value(run, condition->slot, &value))
        return value->kind <= XC_NULL ? (condition->bits & XC_MATCHES_NULL) != 0 && run->error == XC_OK
                                      : xc_matches_list(run, condition, value);
    if (condition->op <= XC_OP_IS_NOT) /* most conditions are, so without a call */
        return xc_is_any(run, condition, &value->text) == (condition->op == XC_OP_IS);
    return xc_matches_text(run, condition, value) && run->error == XC_OK;
}
