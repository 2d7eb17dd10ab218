//go:build ignore

/* Reads results of flags for conditions of other flags, which depend on them.
 *
 * An evaluated flag that others depend on leaves only the number of its
 * outcome, in run->results. When a condition asks for a slot of the result,
 * everything that the plan reads of the outcome is set at once: the JSON of
 * value, payload and metadata is walked along the result's tree, as the context
 * is walked along its own. A slot of the whole result, or of all metadata,
 * needs that JSON in normal form. Such slots are rare, so each is made
 * separately. */

#include "xc_context.h"
#include "xc_outcome.h"
#include "xc_result.h"
#include "xc_value.h"

/* Returns the length of an outcome's JSON in the configs, or of only its
 * metadata. */
static uint64_t xc_outcome_length(const xc_plan *plan, const xc_outcome *outcome, bool metadata)
{
    const xc_variant *variant = &plan->variants[outcome->variant];
    uint64_t length = (uint64_t)plan->flags[outcome->flag].metadata.n + plan->segments[outcome->segment].metadata.n +
                      variant->metadata.n;
    return metadata ? length : length + variant->value.n + variant->payload.n;
}

/* Writes an outcome, or only its metadata, into scratch. Returns false if
 * nothing is written, or with the run's error set. */
static bool xc_outcome_to_scratch(xc_run *run, uint32_t number, bool metadata, xc_text *json)
{
    /* The first pass writes nothing and counts the bytes. */
    xc_writer out = {NULL, 0, 0};
    if (xc_outcome_length(run->plan, &run->plan->outcomes[number], metadata) > XC_MAX_VALUE) {
        run->error = XC_ERROR_VALUE;
        return false;
    }
    for (int pass = 0; pass < 2; pass++) {
        bool done = metadata ? xc_write_metadata(run->plan, &run->plan->outcomes[number], &run->scratch, &out, true)
                             : xc_write_outcome(run->plan, number, &run->scratch, &out, true);
        if (!done) {
            run->error = XC_ERROR_SCRATCH;
            return false;
        }
        if (pass == 1)
            break;
        if (out.n > XC_MAX_TEXT) {
            run->error = XC_ERROR_SIZE;
            return false;
        }
        out.capacity = out.n;
        out.n = 0;
        if ((out.p = xc_run_alloc(run, out.capacity, 1)) == NULL)
            return false;
    }
    json->p = out.p;
    json->n = (uint32_t)out.n;
    return out.n > 0;
}

/* Returns the node of a member of a flag's result, or XC_NOTHING. */
static uint32_t xc_result_node(xc_run *run, const xc_flag *flag, xc_text name)
{
    return xc_find_child(run, flag->node, name, false);
}

/* Walks JSON of the plan from a node on. Empty JSON is absent. */
static bool xc_walk_text(xc_run *run, xc_text json, uint32_t node)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK, 0};
    if (json.n == 0 || node == XC_NOTHING || xc_walk(run, &in, node))
        return true;
    if (run->error == XC_OK)
        run->error = in.error;
    return false;
}

/* Sets every slot of a flag's result that is in its value, payload or metadata,
 * in one walk however many slots there are. The slots of the whole result, of
 * the key and of all metadata stay as they are. */
static void xc_walk_result(xc_run *run, const xc_flag *flag, uint32_t number)
{
    const xc_plan *plan = run->plan;
    const xc_outcome *outcome = &plan->outcomes[number];
    const xc_variant *variant = &plan->variants[outcome->variant];
    const xc_span metadata[3] = {flag->metadata, plan->segments[outcome->segment].metadata, variant->metadata};
    uint32_t node = xc_result_node(run, flag, XC_WORD("metadata"));
    uint32_t key = xc_result_node(run, flag, XC_WORD("key")), slot;
    xc_value whole;
    for (uint32_t i = flag->node; i < flag->node + flag->nodes; i++) {
        run->entered_at[i] = 0;
        if (i != flag->node && i != node && i != key && plan->nodes[i].slot != XC_NOTHING)
            xc_value_clear(&run->slots[plan->nodes[i].slot], XC_NONE);
    }
    run->has_repeats = false;
    if (!xc_walk_text(run, xc_plan_text(plan, variant->value), xc_result_node(run, flag, XC_WORD("value"))) ||
        !xc_walk_text(run, xc_plan_text(plan, variant->payload), xc_result_node(run, flag, XC_WORD("payload"))))
        return;
    slot = node != XC_NOTHING ? plan->nodes[node].slot : XC_NOTHING;
    if (slot != XC_NOTHING)
        whole = run->slots[slot];
    for (int i = 0; i < 3; i++) {
        if (!xc_walk_text(run, xc_plan_text(plan, metadata[i]), node))
            return;
        if (node != XC_NOTHING)
            run->entered_at[node] = 0; /* the next one replaces members, not all of this one */
    }
    if (slot != XC_NOTHING)
        run->slots[slot] = whole;
    if (run->has_repeats)
        xc_drop_replaced(run, flag->node, flag->nodes);
}

/* Sets the slot of a result, and those that are read along with it. The flag
 * has been evaluated, since only flags that depend on it have slots of its
 * result. */
static XC_RARE void xc_read_result(xc_run *run, const xc_slot *slot, xc_value *value)
{
    const xc_plan *plan = run->plan;
    const xc_flag *flag = &plan->flags[slot->flag];
    uint32_t outcome = run->results[flag->result];
    xc_text name = slot->names == 1 ? xc_plan_text(plan, plan->names[slot->name]) : XC_WORD("");
    bool metadata = xc_text_equal(name, XC_WORD("metadata"));
    xc_text json;
    xc_value_clear(value, XC_NONE);
    if (outcome == XC_NOTHING)
        return;
    if (xc_text_equal(name, XC_WORD("key"))) {
        value->escaped = false;
        value->raw = xc_plan_text(plan, plan->variants[plan->outcomes[outcome].variant].key);
        xc_value_start(value, XC_STRING);
    } else if (slot->names == 0 || metadata) {
        if (xc_outcome_to_scratch(run, outcome, metadata, &json))
            xc_value_set(value, json);
    } else {
        xc_walk_result(run, flag, outcome);
    }
}

XC_INTERNAL_INLINE xc_value *xc_run_slot(xc_run *run, uint32_t slot)
{
    xc_value *value = &run->slots[slot];
    if (value->kind == XC_UNREAD)
        xc_read_result(run, &run->plan->slots[slot], value);
    return value;
}
