//go:build ignore

/* The frame of linking: it runs the steps, numbers the outcomes that the flags
 * can have, and copies everything into one block.
 *
 * An outcome is a flag, a segment and a variant; together they determine
 * everything that a result says. So outcomes are numbered here, once, and an
 * evaluation only finds a number. The block is laid out in the order of the
 * arrays, each aligned to 8 bytes; it is the plan's only memory, except for the
 * programs of its patterns. Each array is released as soon as it is copied, so
 * that a plan and the arrays it is made of are never in memory as a whole. */

#include "xc_link.h"
#include "xc_run.h"

/* Replaces a variant by the outcome that a segment of a flag gives with it,
 * which is added if it is new. Segments come in order, so an outcome of this
 * segment can only be the variant's last one. */
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

/* Numbers the outcomes, flag by flag, in the order in which segments and
 * distributions name them. */
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

/* Sets the arrays of a plan. */
static void xc_set_arrays(xc_plan *plan, void *const arrays[XC_ARRAYS])
{
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
}

/* Moves the arrays into one block, which is the plan. */
static xc_plan *xc_build_block(xc_builder *b)
{
    size_t size = xc_align(sizeof(xc_plan)), at = size;
    void *arrays[XC_ARRAYS];
    uint32_t context_slots;
    char *block;
    xc_plan *plan;
    for (int i = 0; i < XC_ARRAYS; i++)
        size += xc_align((size_t)b->array[i].count * xc_item_size(i));
    context_slots = b->array[XC_SLOTS].count - b->result_slots.count;
    xc_builder_free_others(b);
    if ((block = b->allocator.allocate(b->allocator.context, size)) == NULL) {
        xc_build_fail(b, XC_ERROR_MEMORY);
        return NULL;
    }
    plan = (xc_plan *)(void *)block;
    memset(plan, 0, sizeof *plan);
    for (int i = 0; i < XC_ARRAYS; i++) {
        size_t bytes = (size_t)b->array[i].count * xc_item_size(i);
        arrays[i] = block + at;
        if (bytes > 0)
            memcpy(block + at, b->array[i].items, bytes);
        plan->count[i] = b->array[i].count;
        at += xc_align(bytes);
        xc_vector_free(b, &b->array[i], xc_item_size(i));
    }
    plan->allocator = b->allocator;
    plan->size = size;
    xc_set_arrays(plan, arrays);
    plan->context_slots = context_slots;
    plan->context_nodes = b->context_nodes;
    for (uint32_t i = 0; i < plan->count[XC_FLAGS]; i++)
        plan->results += plan->flags[i].result != XC_NOTHING;
    xc_plan_layout(plan);
    return plan;
}

XC_INTERNAL xc_plan *xc_link(xc_builder *b)
{
    if (!xc_link_order(b) || !xc_link_outcomes(b) || !xc_link_slots(b) || !xc_link_trees(b))
        return NULL;
    return xc_build_block(b);
}
