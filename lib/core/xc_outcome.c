//go:build ignore

/* Writes outcomes. The host asks for each outcome once per plan and keeps it
 * (RATIONALE.md says why one at a time), so this need not be fast. An
 * evaluation writes one, in normal form, only if a condition looks at the
 * result of another flag. Metadata comes from three places and is merged by
 * member, the most specific last. */

#include "xc_outcome.h"
#include "xc_tree.h"

/* Writes JSON in its normal form. */
static bool xc_write_normal(xc_scratch *scratch, const uint64_t key[2], xc_text json, xc_writer *out)
{
    xc_scratch local = *scratch; /* a copy, so the tree's memory is given back on return */
    xc_tree *tree = xc_tree_new(&local, key, json.n);
    if (tree == NULL || !xc_tree_read(tree, json))
        return false;
    xc_tree_write(tree, out, false);
    return true;
}

XC_INTERNAL bool xc_write_metadata(const xc_plan *plan, const xc_outcome *outcome, xc_scratch *scratch, xc_writer *out,
                                   bool normal)
{
    const xc_span spans[3] = {plan->flags[outcome->flag].metadata, plan->segments[outcome->segment].metadata,
                              plan->variants[outcome->variant].metadata};
    xc_scratch local = *scratch; /* a copy, so the tree's memory is given back on return */
    xc_tree *tree;
    size_t length = (size_t)spans[0].n + spans[1].n + spans[2].n;
    if (length == 0)
        return true;
    if ((tree = xc_tree_new(&local, plan->allocator.hash_key, length)) == NULL)
        return false;
    for (int i = 0; i < 3; i++)
        if (spans[i].n > 0 && !xc_tree_read(tree, xc_plan_text(plan, spans[i])))
            return false;
    xc_tree_write(tree, out, !normal);
    return true;
}

XC_INTERNAL bool xc_write_outcome(const xc_plan *plan, uint32_t number, xc_scratch *scratch, xc_writer *out,
                                  bool normal)
{
    const xc_outcome *outcome = &plan->outcomes[number];
    const xc_variant *variant = &plan->variants[outcome->variant];
    const char *const names[2] = {",\"value\":", ",\"payload\":"};
    const xc_span values[2] = {variant->value, variant->payload};
    size_t before;
    xc_put_string(out, "{\"key\":");
    xc_put_quoted(out, xc_plan_text(plan, variant->key));
    for (int i = 0; i < 2; i++) {
        xc_text json = xc_plan_text(plan, values[i]);
        if (json.n == 0)
            continue;
        xc_put_string(out, names[i]);
        if (!normal)
            xc_put(out, json.p, json.n);
        else if (!xc_write_normal(scratch, plan->allocator.hash_key, json, out))
            return false;
    }
    before = out->n;
    xc_put_string(out, ",\"metadata\":");
    if (!xc_write_metadata(plan, outcome, scratch, out, normal))
        return false;
    if (out->n == before + sizeof ",\"metadata\":" - 1)
        out->n = before; /* it is empty: drop its name, too */
    xc_put_byte(out, '}');
    return true;
}

int64_t xc_plan_outcome(const xc_plan *plan, uint32_t outcome, char *out, size_t capacity, void *scratch,
                        size_t scratch_size)
{
    xc_writer writer = {out, capacity, 0};
    xc_scratch memory = {scratch, scratch};
    if (outcome >= plan->count[XC_OUTCOMES])
        return XC_ERROR_ARGUMENT;
    if (scratch_size > 0) /* otherwise scratch may be NULL */
        memory.end += scratch_size;
    if (!xc_write_outcome(plan, outcome, &memory, &writer, false))
        return XC_ERROR_SCRATCH;
    return (int64_t)writer.n;
}

int64_t xc_plan_flag_metadata(const xc_plan *plan, uint32_t flag, char *buffer, size_t capacity)
{
    xc_writer out = {buffer, capacity, 0};
    xc_text json;
    if (flag >= plan->count[XC_FLAGS])
        return XC_ERROR_ARGUMENT;
    json = xc_plan_text(plan, plan->flags[flag].metadata);
    if (json.n == 0)
        xc_put_string(&out, "null");
    else
        xc_put(&out, json.p, json.n);
    return (int64_t)out.n;
}
