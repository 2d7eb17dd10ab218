//go:build ignore

/* The memory of one evaluation. How much every evaluation of a plan needs is
 * known when the plan is made, so the layout is computed then: the values of
 * slots, the results, the flags that are needed, the steps of the walk. The
 * rest is free for texts that an evaluation makes, and for the scratch of the
 * largest program.
 *
 * Clearing all of it would cost more than evaluating one flag. So an evaluation
 * of one flag clears only the slots on its list, and the other arrays are
 * cleared by the code that uses them. */

#include "xc_run.h"

XC_INTERNAL void *xc_run_alloc(xc_run *run, size_t count, size_t size)
{
    void *block = xc_scratch_array(&run->scratch, count, size);
    if (block == NULL)
        run->error = XC_ERROR_SCRATCH;
    return block;
}

XC_INTERNAL void xc_plan_layout(xc_plan *plan)
{
    plan->results_offset = xc_align(((size_t)plan->count[XC_SLOTS] + 1) * sizeof(xc_value));
    plan->needed_offset = plan->results_offset + xc_align((size_t)plan->results * sizeof(uint32_t));
    plan->entered_offset = plan->needed_offset + ((size_t)plan->count[XC_FLAGS] + 63) / 64 * sizeof(uint64_t);
    plan->rest_offset = plan->entered_offset + xc_align((size_t)plan->count[XC_NODES] * sizeof(uint32_t));
}

size_t xc_plan_scratch(const xc_plan *plan)
{
    return plan->rest_offset + xc_align(plan->program_scratch) + 8;
}

XC_INTERNAL bool xc_run_start(xc_run *run, const xc_plan *plan, void *scratch, size_t scratch_size)
{
    char *memory = scratch;
    run->plan = plan;
    run->step = 0;
    run->has_repeats = false;
    run->error = XC_OK;
    if (scratch_size < plan->rest_offset) {
        run->error = XC_ERROR_SCRATCH;
        return false;
    }
    run->slots = (xc_value *)(void *)memory;
    run->results = (uint32_t *)(void *)(memory + plan->results_offset);
    run->needed = (uint64_t *)(void *)(memory + plan->needed_offset);
    run->entered_at = (uint32_t *)(void *)(memory + plan->entered_offset);
    run->scratch.p = memory + plan->rest_offset;
    run->scratch.end = memory + scratch_size;
    return true;
}

/* Clears a slot: a result becomes unread, any other value absent. */
static void xc_clear_slot(xc_run *run, uint32_t slot)
{
    bool result = slot >= run->plan->context_slots && slot < run->plan->count[XC_SLOTS];
    xc_value_clear(&run->slots[slot], result ? XC_UNREAD : XC_NONE);
}

XC_INTERNAL void xc_clear_slots(xc_run *run, const uint32_t *flags, size_t count)
{
    const xc_plan *plan = run->plan;
    const xc_flag *only = count == 1 ? &plan->flags[flags[0]] : NULL;
    xc_clear_slot(run, plan->count[XC_SLOTS]);
    if (only != NULL && only->slots != XC_ALL_SLOTS) {
        for (uint32_t i = 0; i < only->slots; i++)
            xc_clear_slot(run, plan->lists[only->slot + i]);
        return;
    }
    for (uint32_t slot = 0; slot < plan->count[XC_SLOTS]; slot++)
        xc_clear_slot(run, slot);
}
