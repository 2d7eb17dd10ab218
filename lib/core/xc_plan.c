//go:build ignore

/* Functions of a finished plan: reading its texts, finding the edges of its
 * trees, and freeing it.
 *
 * The edges of all trees share one hash table. The number of the node is mixed
 * into the hash, so that equal names have an edge of their own below each node.
 * Building the trees (xc_link_trees.c) and walking them (xc_context.c) must
 * agree on this, so both call xc_edge_place. */

#include "xc_plan.h"

XC_INTERNAL xc_text xc_plan_text(const xc_plan *plan, xc_span span)
{
    xc_text text = {plan->text + span.at, span.n};
    return text;
}

XC_INTERNAL uint32_t xc_edge_place(const uint64_t key[2], uint32_t node, xc_text name, uint32_t mask)
{
    return xc_hash(key, node, name.p, name.n) & mask;
}

size_t xc_plan_size(const xc_plan *plan)
{
    return plan->size + plan->programs_size;
}

void xc_plan_free(xc_plan *plan)
{
    xc_allocator allocator;
    if (plan == NULL)
        return;
    allocator = plan->allocator;
    if (plan->programs != NULL)
        allocator.release(allocator.context, plan->programs, plan->programs_size);
    allocator.release(allocator.context, plan, plan->size);
}
