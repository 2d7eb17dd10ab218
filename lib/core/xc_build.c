//go:build ignore

/* The memory of a plan while it is built. The number of items is unknown until
 * the document has been read, so each array doubles when it is full. At the end
 * the arrays are copied into one block (xc_link.c) and released.
 *
 * Two rules keep the code that fills them short. Each array has room from the
 * start, so its pointer is never NULL. The first failure (no memory, or more
 * items than 32 bits can count) is recorded in the builder; callers only return
 * false, and xc_plan_compile reports the error. */

#include "xc_build.h"
#include "xc_cache.h"
#include "xc_hash.h"

XC_INTERNAL bool xc_build_fail(xc_builder *b, int32_t error)
{
    if (b->error == XC_OK)
        b->error = error;
    return false;
}

XC_INTERNAL size_t xc_item_size(int array)
{
    static const uint16_t sizes[XC_ARRAYS] = {
        [XC_FLAGS] = sizeof(xc_flag),           [XC_VARIANTS] = sizeof(xc_variant),
        [XC_SEGMENTS] = sizeof(xc_segment),     [XC_GROUPS] = sizeof(xc_group),
        [XC_CONDITIONS] = sizeof(xc_condition), [XC_VALUES] = sizeof(xc_span),
        [XC_TAGS] = sizeof(uint32_t),           [XC_BOUNDS] = sizeof(xc_bound),
        [XC_BUCKETS] = sizeof(xc_bucket),       [XC_DISTRIBUTIONS] = sizeof(xc_distribution),
        [XC_PARENTS] = sizeof(uint32_t),        [XC_OUTCOMES] = sizeof(xc_outcome),
        [XC_SLOTS] = sizeof(xc_slot),           [XC_NAMES] = sizeof(xc_span),
        [XC_NODES] = sizeof(xc_node),           [XC_EDGES] = sizeof(xc_edge),
        [XC_PATTERNS] = sizeof(xc_pattern),     [XC_REPORTS] = sizeof(xc_report),
        [XC_CYCLES] = sizeof(xc_span),          [XC_LISTS] = sizeof(uint32_t),
        [XC_TABLES] = sizeof(uint32_t),         [XC_TEXT] = 1,
    };
    return sizes[array];
}

XC_INTERNAL void xc_vector_free(xc_builder *b, xc_vector *vector, size_t size)
{
    if (vector->items != NULL)
        b->allocator.release(b->allocator.context, vector->items, vector->capacity * size);
    vector->items = NULL;
    vector->count = vector->capacity = 0;
}

XC_INTERNAL bool xc_vector_grow(xc_builder *b, xc_vector *vector, size_t size, size_t count)
{
    size_t capacity = vector->capacity < 16 ? 16 : (size_t)vector->capacity * 2;
    void *items;
    if (capacity < count)
        capacity = count;
    if (count >= XC_NOTHING || capacity >= XC_NOTHING || capacity > SIZE_MAX / 2 / size)
        return xc_build_fail(b, XC_ERROR_SIZE);
    if ((items = b->allocator.allocate(b->allocator.context, capacity * size)) == NULL)
        return xc_build_fail(b, XC_ERROR_MEMORY);
    if (vector->count > 0)
        memcpy(items, vector->items, vector->count * size);
    if (vector->items != NULL)
        b->allocator.release(b->allocator.context, vector->items, vector->capacity * size);
    vector->items = items;
    vector->capacity = (uint32_t)capacity;
    return true;
}

XC_INTERNAL void *xc_add(xc_builder *b, xc_vector *vector, size_t size, size_t n)
{
    char *items;
    if (n > (size_t)(vector->capacity - vector->count) && !xc_vector_grow(b, vector, size, vector->count + n))
        return NULL;
    items = (char *)vector->items + vector->count * size;
    vector->count += (uint32_t)n;
    return items;
}

XC_INTERNAL void *xc_add_item(xc_builder *b, int array)
{
    return xc_add(b, &b->array[array], xc_item_size(array), 1);
}

XC_INTERNAL void *xc_vector_fill(xc_builder *b, xc_vector *vector, size_t size, size_t n, int byte)
{
    void *items;
    vector->count = 0;
    if ((items = xc_add(b, vector, size, n)) != NULL)
        memset(items, byte, n * size);
    return items;
}

XC_INTERNAL bool xc_add_text(xc_builder *b, const char *p, size_t n, xc_span *span)
{
    xc_vector *text = &b->array[XC_TEXT];
    char *copy;
    span->at = text->count;
    span->n = (uint32_t)n;
    if (n == 0)
        return true;
    if ((copy = xc_add(b, text, 1, n)) == NULL)
        return false;
    memcpy(copy, p, n);
    return true;
}

XC_INTERNAL bool xc_append_list(xc_builder *b, uint32_t item)
{
    uint32_t *kept = xc_add_item(b, XC_LISTS);
    if (kept != NULL)
        *kept = item;
    return kept != NULL;
}

XC_INTERNAL xc_text xc_built_text(const xc_builder *b, xc_span span)
{
    xc_text text = {XC_ITEMS(const char, b->array[XC_TEXT]) + span.at, span.n};
    return text;
}

XC_INTERNAL uint32_t xc_text_hash(const xc_builder *b, xc_text text)
{
    return xc_hash(b->allocator.hash_key, 0, text.p, text.n);
}

XC_INTERNAL bool xc_report_add(xc_builder *b, uint32_t code, xc_span key, uint32_t entry, size_t offset,
                               const char *message, uint32_t cycle)
{
    xc_report *report = xc_add_item(b, XC_REPORTS);
    if (report == NULL)
        return false;
    report->key = key;
    report->entry = entry;
    report->offset = (uint32_t)offset;
    report->cycle = cycle;
    report->code = code;
    report->message = message;
    return true;
}

/* Every array that is not part of the plan, and the type of its items. */
#define XC_OTHER_VECTORS(each)                                                                                         \
    each(drafts, xc_draft) each(paths, xc_path) each(path_table, uint32_t) each(cache, xc_cached)                      \
        each(pattern_table, uint32_t) each(parent_names, xc_span) each(variant_names, xc_name_span)                    \
            each(segment_names, xc_name_span) each(distribution_names, xc_name_span) each(variant_table, uint32_t)     \
                each(key_table, uint32_t) each(pending, uint32_t) each(child_first, uint32_t) each(children, uint32_t) \
                    each(order, uint32_t) each(stack, uint32_t) each(flag_stamp, uint32_t) each(slot_stamp, uint32_t)  \
                        each(outcome_of, uint32_t) each(result_slots, xc_slot) each(result_first, uint32_t)            \
                            each(result_next, uint32_t)

XC_INTERNAL bool xc_builder_start(xc_builder *b, size_t length)
{
    /* Most of a plan is text, for which half of the document is usually
     * enough. */
    if (!xc_vector_grow(b, &b->array[XC_TEXT], 1, length / 2))
        return false;
    for (int i = 0; i < XC_TEXT; i++)
        if (!xc_vector_grow(b, &b->array[i], xc_item_size(i), 0))
            return false;
#define XC_GROW(name, type)                                                                                            \
    if (!xc_vector_grow(b, &b->name, sizeof(type), 0))                                                                 \
        return false;
    XC_OTHER_VECTORS(XC_GROW)
#undef XC_GROW
    return xc_vector_fill(b, &b->cache, sizeof(xc_cached), XC_CACHE_KINDS * XC_CACHE_SIZE, 0) != NULL;
}

XC_INTERNAL void xc_builder_free_others(xc_builder *b){
#define XC_FREE(name, type) xc_vector_free(b, &b->name, sizeof(type));
    XC_OTHER_VECTORS(XC_FREE)
#undef XC_FREE
}

XC_INTERNAL void xc_builder_free(xc_builder *b)
{
    for (int i = 0; i < XC_ARRAYS; i++)
        xc_vector_free(b, &b->array[i], xc_item_size(i));
    xc_builder_free_others(b);
}
