//go:build ignore

/* Reads the document, flag by flag, and resolves the variants that each one
 * names.
 *
 * A malformed flag must not spoil the others. If reading a flag fails,
 * everything that it added to the plan's arrays is dropped, the flag is
 * reported, and the reader skips it. Only invalid JSON and a lack of memory end
 * the reading; RATIONALE.md says why invalid JSON does.
 *
 * Linking also needs to know which conditions and buckets belong to which flag.
 * The draft of a flag, which has the same number, keeps that. */

#include "xc_parse.h"

/* Flags with more variants than this have a table of them. */
#define XC_SEARCHED_VARIANTS 8

/* Returns the text of a name. */
static xc_text xc_name_text(const xc_builder *b, const xc_name_span *name)
{
    xc_text text = {b->document + name->span.at, name->span.n};
    return name->in_document ? text : xc_built_text(b, name->span);
}

/* Reports whether a variant has this name. */
static bool xc_variant_is(const xc_builder *b, uint32_t variant, xc_text name)
{
    return xc_text_equal(xc_name_text(b, XC_ITEMS(const xc_name_span, b->variant_names) + variant), name);
}

/* Finds the variant of a flag that has this name, the last one if several have
 * it. Returns its number, or XC_NOTHING. */
static uint32_t xc_find_variant(const xc_builder *b, const xc_flag *flag, const xc_name_span *name)
{
    const uint32_t *table = XC_ITEMS(const uint32_t, b->variant_table);
    uint32_t mask = b->variant_table.count - 1;
    xc_text text = xc_name_text(b, name);
    if (flag->variants <= XC_SEARCHED_VARIANTS) {
        for (uint32_t v = flag->variant + flag->variants; v-- > flag->variant;)
            if (xc_variant_is(b, v, text))
                return v;
        return XC_NOTHING;
    }
    for (uint32_t at = xc_text_hash(b, text) & mask; table[at] != XC_NOTHING; at = (at + 1) & mask)
        if (xc_variant_is(b, table[at], text))
            return table[at];
    return XC_NOTHING;
}

/* Makes the table of the variants of a flag that has many. */
static bool xc_index_variants(xc_builder *b, const xc_flag *flag)
{
    size_t size = 4;
    uint32_t *table;
    while (size < (size_t)flag->variants * 2)
        size *= 2;
    if ((table = xc_vector_fill(b, &b->variant_table, sizeof *table, size, 0xFF)) == NULL)
        return false;
    for (uint32_t v = flag->variant; v < flag->variant + flag->variants; v++) {
        const xc_name_span *name = XC_ITEMS(const xc_name_span, b->variant_names) + v;
        xc_text text = xc_name_text(b, name);
        size_t at = xc_text_hash(b, text) & (size - 1);
        while (table[at] != XC_NOTHING && !xc_variant_is(b, table[at], text))
            at = (at + 1) & (size - 1);
        table[at] = v; /* the last one with its name */
    }
    return true;
}

/* Resolves the names of variants in the flag's segments, and in its
 * distributions, which are those from number `distribution` on. */
static bool xc_resolve_variants(xc_builder *b, const xc_flag *flag, uint32_t distribution)
{
    if (flag->variants > XC_SEARCHED_VARIANTS && !xc_index_variants(b, flag))
        return false;
    for (uint32_t s = flag->segment; s < flag->segment + flag->segments; s++) {
        xc_segment *segment = XC_ITEMS(xc_segment, b->array[XC_SEGMENTS]) + s;
        if (segment->outcome != XC_NOTHING)
            segment->outcome = xc_find_variant(b, flag, XC_ITEMS(xc_name_span, b->segment_names) + s);
    }
    for (uint32_t d = distribution; d < b->array[XC_DISTRIBUTIONS].count; d++) {
        xc_distribution *found = XC_ITEMS(xc_distribution, b->array[XC_DISTRIBUTIONS]) + d;
        found->outcome = xc_find_variant(b, flag, XC_ITEMS(xc_name_span, b->distribution_names) + d);
    }
    return true;
}

/* The lengths of the arrays before a flag was read. */
typedef struct {
    uint32_t array[XC_ARRAYS];
    uint32_t variant_names, segment_names, distribution_names, parent_names;
} xc_counts;

static void xc_counts_take(const xc_builder *b, xc_counts *before)
{
    for (int i = 0; i < XC_ARRAYS; i++)
        before->array[i] = b->array[i].count;
    before->variant_names = b->variant_names.count;
    before->segment_names = b->segment_names.count;
    before->distribution_names = b->distribution_names.count;
    before->parent_names = b->parent_names.count;
}

/* Drops everything that was added since, except texts, paths and patterns,
 * which the cache refers to or other flags may share. */
static void xc_counts_restore(xc_builder *b, const xc_counts *before)
{
    static const uint8_t dropped[] = {XC_VARIANTS, XC_SEGMENTS, XC_GROUPS,        XC_CONDITIONS, XC_VALUES, XC_TAGS,
                                      XC_BOUNDS,   XC_BUCKETS,  XC_DISTRIBUTIONS, XC_PARENTS,    XC_LISTS,  XC_TABLES};
    for (size_t i = 0; i < sizeof dropped; i++)
        b->array[dropped[i]].count = before->array[dropped[i]];
    b->variant_names.count = before->variant_names;
    b->segment_names.count = before->segment_names;
    b->distribution_names.count = before->distribution_names;
    b->parent_names.count = before->parent_names;
}

/* Adds a flag that has been read, and its draft. */
static bool xc_add_flag(xc_builder *b, const xc_flag *flag, const xc_counts *before, uint32_t entry)
{
    xc_flag *kept;
    xc_draft *draft;
    if (!xc_resolve_variants(b, flag, before->array[XC_DISTRIBUTIONS]) || (kept = xc_add_item(b, XC_FLAGS)) == NULL ||
        (draft = xc_add(b, &b->drafts, sizeof *draft, 1)) == NULL)
        return false;
    *kept = *flag;
    draft->key = flag->key;
    draft->entry = entry;
    draft->offset = flag->begin;
    draft->condition = before->array[XC_CONDITIONS];
    draft->conditions = b->array[XC_CONDITIONS].count - before->array[XC_CONDITIONS];
    draft->bucket = before->array[XC_BUCKETS];
    draft->buckets = b->array[XC_BUCKETS].count - before->array[XC_BUCKETS];
    draft->number = XC_NOTHING;
    draft->chain = 1;
    draft->steps = 0;
    draft->limit = NULL;
    return true;
}

/* Reads one entry of the document. A malformed flag is reported and dropped. */
static bool xc_parse_flag(xc_builder *b, uint32_t entry)
{
    xc_keyed_flag keyed;
    xc_counts before;
    const char *start = b->in.p;
    uint32_t depth = b->in.depth;
    xc_span none = {0, 0};
    xc_counts_take(b, &before);
    switch (xc_read_flag(b, &keyed)) {
    case XC_READ_OK:
        keyed.flag.begin = (uint32_t)(start - b->document);
        keyed.flag.end = (uint32_t)(b->in.p - b->document);
        return xc_add_flag(b, &keyed.flag, &before, entry);
    case XC_READ_MALFORMED:
        xc_counts_restore(b, &before);
        if (!xc_report_add(b, XC_REPORT_MALFORMED, keyed.has_key ? keyed.flag.key : none, entry,
                           (size_t)(b->problem_at - b->document), b->problem, XC_NOTHING))
            return false;
        b->in.p = start;
        b->in.depth = depth;
        return xc_skip(&b->in);
    default:
        return false;
    }
}

XC_INTERNAL bool xc_parse(xc_builder *b)
{
    bool first = true, object, escaped;
    uint32_t entry = 0;
    xc_text name;
    int kind;
    if (!xc_more(&b->in))
        return xc_fail(&b->in, XC_ERROR_TRUNCATED);
    if ((kind = xc_peek(&b->in)) == XC_NONE)
        return false;
    if (kind != XC_ARRAY && kind != XC_OBJECT)
        return xc_fail(&b->in, XC_ERROR_TYPE);
    object = kind == XC_OBJECT;
    xc_open(&b->in);
    while (xc_next(&b->in, &first, object ? '}' : ']')) {
        if (object && !xc_member_name(&b->in, &name, &escaped))
            return false;
        if (!xc_parse_flag(b, entry++))
            return false;
    }
    if (b->in.error == XC_OK && xc_more(&b->in))
        return xc_fail(&b->in, XC_ERROR_TRAILING);
    return b->in.error == XC_OK;
}
