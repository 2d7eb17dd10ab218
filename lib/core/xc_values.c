//go:build ignore

/* Compiles the values of a condition. What they become depends on the operator:
 *
 *  is, set    different texts, with a tag each, a Bloom filter and, if they are
 *             many, a hash table
 *  contains   the same in lower case; instead of tags, the letters that a text
 *             must have to contain the value
 *  less ...   the one value that decides, as number or version and as text
 *  regex      the numbers of patterns; equal patterns are compiled once
 *
 * It also decides whether the condition is met by a property that is null or
 * absent, since that depends on the operator and the values alone. */

#include "xc_values.h"
#include "xc_hash.h"
#include "xc_lower.h"
#include "xc_number.h"
#include "xc_tree.h"
#include "xc_version.h"

XC_INTERNAL uint8_t xc_boolean(xc_text text)
{
    const char *word = text.n == 4 ? "true" : "false";
    if (text.n != 4 && text.n != 5)
        return 0;
    for (uint32_t i = 0; i < text.n; i++)
        if ((text.p[i] | 0x20) != word[i]) /* bit 0x20 is what ASCII letters differ in by case */
            return 0;
    return text.n == 4 ? XC_HAS_TRUE : XC_HAS_FALSE;
}

XC_INTERNAL bool xc_add_normal(xc_builder *b, const char *p, size_t n, xc_span *span)
{
    /* An upper bound of what xc_tree_new and xc_tree_read take for n bytes. */
    size_t size = n * 64 + 1024;
    xc_scratch scratch;
    xc_text json = {p, (uint32_t)n};
    xc_writer measure = {NULL, 0, 0}, write;
    xc_tree *tree;
    char *block, *text;
    bool done = false;
    if (n > (SIZE_MAX - 1024) / 64)
        return xc_build_fail(b, XC_ERROR_SIZE);
    if ((block = b->allocator.allocate(b->allocator.context, size)) == NULL)
        return xc_build_fail(b, XC_ERROR_MEMORY);
    scratch.p = block;
    scratch.end = block + size;
    if ((tree = xc_tree_new(&scratch, b->allocator.hash_key, n)) == NULL || !xc_tree_read(tree, json)) {
        xc_build_fail(b, XC_ERROR_MEMORY);
    } else {
        xc_tree_write(tree, &measure, false);
        span->at = b->array[XC_TEXT].count;
        span->n = (uint32_t)measure.n;
        if ((text = xc_add(b, &b->array[XC_TEXT], 1, measure.n)) != NULL) {
            write.p = text;
            write.capacity = measure.n;
            write.n = 0;
            xc_tree_write(tree, &write, false);
            done = true;
        }
    }
    b->allocator.release(b->allocator.context, block, size);
    return done;
}

/* Replaces each value by its lower case. */
static bool xc_lower_values(xc_builder *b, const xc_condition *condition)
{
    for (uint32_t i = 0; i < condition->values; i++) {
        xc_span span = XC_ITEMS(xc_span, b->array[XC_VALUES])[condition->value + i], lower;
        size_t room = XC_LOWER_ROOM(span.n);
        char *out;
        lower.at = b->array[XC_TEXT].count;
        if ((out = xc_add(b, &b->array[XC_TEXT], 1, room)) == NULL)
            return false;
        lower.n = (uint32_t)xc_lower(xc_built_text(b, span).p, span.n, out);
        b->array[XC_TEXT].count = lower.at + lower.n;
        XC_ITEMS(xc_span, b->array[XC_VALUES])[condition->value + i] = lower;
    }
    return true;
}

/* Adds room for the tags of a condition's values, which are the last ones. */
static uint32_t *xc_add_tags(xc_builder *b, const xc_condition *condition)
{
    xc_vector *tags = &b->array[XC_TAGS];
    size_t missing = b->array[XC_VALUES].count - tags->count; /* earlier values may have no tags yet */
    uint32_t *added = xc_add(b, tags, sizeof *added, missing);
    if (added == NULL)
        return NULL;
    memset(added, 0, missing * sizeof *added);
    return XC_ITEMS(uint32_t, *tags) + condition->value;
}

/* Drops repeated values. Those that are left get tags and a Bloom filter and,
 * if they are many, a hash table. */
static bool xc_distinct_values(xc_builder *b, xc_condition *condition)
{
    uint32_t count = 0, before = b->array[XC_TABLES].count, *table = NULL, mask = 0;
    xc_span *values = XC_ITEMS(xc_span, b->array[XC_VALUES]) + condition->value;
    uint32_t *tags = xc_add_tags(b, condition);
    if (tags == NULL)
        return false;
    if (condition->values > XC_SEARCHED_VALUES) {
        size_t size = 16;
        while (size < (size_t)condition->values * 2)
            size *= 2;
        if ((table = xc_add(b, &b->array[XC_TABLES], sizeof *table, size)) == NULL)
            return false;
        memset(table, 0xFF, size * sizeof *table);
        mask = (uint32_t)size - 1;
    }
    for (uint32_t i = 0; i < condition->values; i++) {
        xc_text text = xc_built_text(b, values[i]);
        uint32_t at = 0, tag = xc_tag(text.p, text.n);
        if (table == NULL) {
            while (at < count && (tags[at] != tag || !xc_text_equal(xc_built_text(b, values[at]), text)))
                at++;
            if (at < count)
                continue;
        } else {
            for (at = xc_text_hash(b, text) & mask; table[at] != XC_NOTHING; at = (at + 1) & mask)
                if (tags[table[at]] == tag && xc_text_equal(xc_built_text(b, values[table[at]]), text))
                    break;
            if (table[at] != XC_NOTHING)
                continue;
            table[at] = count;
        }
        tags[count] = tag;
        condition->bloom |= xc_tag_bit(tag);
        values[count++] = values[i];
    }
    if ((condition->bits & (XC_HAS_TRUE | XC_HAS_FALSE)) != 0)
        condition->bloom = UINT64_MAX; /* booleans match in any case, which tags don't */
    condition->values = count;
    b->array[XC_VALUES].count = b->array[XC_TAGS].count = condition->value + count;
    if (count <= XC_SEARCHED_VALUES) {
        b->array[XC_TABLES].count = before;
    } else {
        condition->table = before;
        condition->table_mask = mask;
    }
    return true;
}

/* Replaces the tags by the letters of the values, which will be looked for in
 * other texts. */
static void xc_tag_letters(xc_builder *b, const xc_condition *condition)
{
    for (uint32_t i = condition->value; i < condition->value + condition->values; i++) {
        xc_text text = xc_built_text(b, XC_ITEMS(const xc_span, b->array[XC_VALUES])[i]);
        XC_ITEMS(uint32_t, b->array[XC_TAGS])[i] = xc_letter_set(text.p, text.n);
    }
}

/* Replaces the values by the one that decides: any of them may satisfy the
 * operator, so for less it is the largest, for greater the smallest. Numbers,
 * versions and texts are ordered differently, so each has a bound of its
 * own. */
static bool xc_bound_values(xc_builder *b, xc_condition *condition)
{
    bool versions = condition->op >= XC_OP_VERSION_LESS;
    bool less = condition->op == XC_OP_LESS || condition->op == XC_OP_LESS_OR_EQUAL ||
                condition->op == XC_OP_VERSION_LESS || condition->op == XC_OP_VERSION_LESS_OR_EQUAL;
    xc_bound bound = {0, 0, {0, 0}, {0, 0}}, *kept;
    xc_version best = {{{NULL, 0}, {NULL, 0}, {NULL, 0}}, {NULL, 0}, false}, version;
    for (uint32_t i = 0; i < condition->values; i++) {
        xc_span span = XC_ITEMS(const xc_span, b->array[XC_VALUES])[condition->value + i];
        xc_text text = xc_built_text(b, span);
        double number;
        int order = xc_text_compare(text, xc_built_text(b, bound.text));
        bool typed = (condition->bits & XC_HAS_TYPED) != 0;
        if (i == 0 || (less ? order > 0 : order < 0))
            bound.text = span;
        if (versions) {
            if (!xc_version_parse(text, &version))
                continue;
            order = typed ? xc_version_compare(&version, &best) : 0;
            if (!typed || (less ? order > 0 : order < 0)) {
                bound.version = span;
                bound.packed = xc_version_pack(&version);
                best = version;
            }
        } else {
            if (!xc_number_parse(text.p, text.n, &number))
                continue;
            if (!typed || (less ? number > bound.number : number < bound.number))
                bound.number = number;
        }
        condition->bits |= XC_HAS_TYPED;
    }
    b->array[XC_VALUES].count = condition->value;
    condition->value = b->array[XC_BOUNDS].count;
    condition->values = 1;
    if ((kept = xc_add_item(b, XC_BOUNDS)) == NULL)
        return false;
    *kept = bound;
    return true;
}

/* Finds or adds a pattern by its text. */
static bool xc_intern_pattern(xc_builder *b, xc_span span, uint32_t *number)
{
    xc_vector *vector = &b->pattern_table;
    uint32_t *table, at;
    xc_pattern *pattern;
    if (b->array[XC_PATTERNS].count * 2 >= vector->count) {
        size_t size = vector->count == 0 ? 16 : (size_t)vector->count * 2;
        if ((table = xc_vector_fill(b, vector, sizeof *table, size, 0xFF)) == NULL)
            return false;
        for (uint32_t i = 0; i < b->array[XC_PATTERNS].count; i++) {
            xc_text text = xc_built_text(b, XC_ITEMS(const xc_pattern, b->array[XC_PATTERNS])[i].text);
            at = xc_text_hash(b, text) & (vector->count - 1);
            while (table[at] != XC_NOTHING)
                at = (at + 1) & (vector->count - 1);
            table[at] = i;
        }
    }
    table = XC_ITEMS(uint32_t, *vector);
    at = xc_text_hash(b, xc_built_text(b, span)) & (vector->count - 1);
    for (; table[at] != XC_NOTHING; at = (at + 1) & (vector->count - 1)) {
        pattern = XC_ITEMS(xc_pattern, b->array[XC_PATTERNS]) + table[at];
        if (xc_text_equal(xc_built_text(b, pattern->text), xc_built_text(b, span))) {
            *number = table[at];
            return true;
        }
    }
    table[at] = *number = b->array[XC_PATTERNS].count;
    if ((pattern = xc_add_item(b, XC_PATTERNS)) == NULL)
        return false;
    pattern->text = span;
    pattern->program = XC_NOTHING;
    pattern->words = 0;
    return true;
}

/* Replaces the values by the numbers of their patterns. */
static bool xc_pattern_values(xc_builder *b, xc_condition *condition)
{
    uint32_t first = b->array[XC_LISTS].count;
    for (uint32_t i = 0; i < condition->values; i++) {
        uint32_t number;
        if (!xc_intern_pattern(b, XC_ITEMS(const xc_span, b->array[XC_VALUES])[condition->value + i], &number) ||
            !xc_append_list(b, number))
            return false;
    }
    b->array[XC_VALUES].count = condition->value;
    condition->value = first;
    return true;
}

/* Reports whether the condition is met by a property that is null or absent. */
static bool xc_matches_null(const xc_condition *condition)
{
    switch (condition->op) {
    case XC_OP_IS_NOT:
    case XC_OP_DOES_NOT_CONTAIN:
    case XC_OP_SET_DOES_NOT_CONTAIN:
    case XC_OP_SET_DOES_NOT_CONTAIN_ANY:
        return !(condition->bits & XC_HAS_NONE);
    case XC_OP_SET_IS_NOT:
    case XC_OP_REGEX_DOES_NOT_MATCH:
        return true;
    case XC_OP_REGEX_MATCH:
    case XC_OP_UNKNOWN:
        return false;
    default:
        return (condition->bits & XC_HAS_NONE) != 0;
    }
}

XC_INTERNAL bool xc_compile_values(xc_builder *b, xc_condition *condition)
{
    for (uint32_t i = 0; i < condition->values; i++) {
        xc_text text = xc_built_text(b, XC_ITEMS(const xc_span, b->array[XC_VALUES])[condition->value + i]);
        condition->bits |= XC_HAS_VALUES | xc_boolean(text);
        if (text.n == 6 && memcmp(text.p, "(none)", 6) == 0)
            condition->bits |= XC_HAS_NONE;
    }
    if (xc_matches_null(condition))
        condition->bits |= XC_MATCHES_NULL;
    switch (condition->op) {
    case XC_OP_CONTAINS:
    case XC_OP_DOES_NOT_CONTAIN:
        if (!xc_lower_values(b, condition) || !xc_distinct_values(b, condition))
            return false;
        xc_tag_letters(b, condition);
        return true;
    case XC_OP_LESS:
    case XC_OP_LESS_OR_EQUAL:
    case XC_OP_GREATER:
    case XC_OP_GREATER_OR_EQUAL:
    case XC_OP_VERSION_LESS:
    case XC_OP_VERSION_LESS_OR_EQUAL:
    case XC_OP_VERSION_GREATER:
    case XC_OP_VERSION_GREATER_OR_EQUAL:
        return xc_bound_values(b, condition);
    case XC_OP_REGEX_MATCH:
    case XC_OP_REGEX_DOES_NOT_MATCH:
        return xc_pattern_values(b, condition);
    case XC_OP_UNKNOWN:
        b->array[XC_VALUES].count = condition->value;
        condition->values = 0;
        return true;
    default:
        return xc_distinct_values(b, condition);
    }
}
