//go:build ignore

/* Finds the cohorts that a flag asks about.
 *
 * The host writes into a list of cohort IDs the cohorts that the user is in,
 * and looks only at those that the flags asked for name. A condition that asks
 * whether the list has any of some IDs sees no difference, whatever else is in
 * the list. Any other use of the list does: for this flag the host has to look
 * at all cohorts that it knows, or its result would depend on which other flags
 * are asked for. */

#include "xc_cohorts.h"

/* Reports whether a slot is the list of the cohorts of a user or of a group,
 * and sets the type of the group, which comes first in its path; empty for the
 * user. */
static bool xc_is_cohort_slot(const xc_plan *plan, uint32_t number, xc_text *type)
{
    const xc_slot *slot;
    const xc_span *names;
    bool groups = false;
    if (number >= plan->context_slots)
        return false;
    slot = &plan->slots[number];
    names = plan->names + slot->name; /* after "context" */
    if (slot->names < 2 || !xc_text_equal(xc_plan_text(plan, names[slot->names - 1]), XC_WORD("cohort_ids")))
        return false;
    type->n = 0;
    if (xc_text_equal(xc_plan_text(plan, names[0]), XC_WORD("user")))
        return true;
    for (uint32_t i = 0; i < slot->names; i++)
        groups |= xc_text_equal(xc_plan_text(plan, names[i]), XC_WORD("groups"));
    *type = xc_plan_text(plan, names[1]);
    return groups;
}

/* Writes an entry; without an ID it stands for all cohorts. */
static void xc_put_cohort(xc_writer *out, const xc_text *id, xc_text type)
{
    xc_put_byte(out, '[');
    if (id == NULL)
        xc_put_string(out, "null");
    else
        xc_put_quoted(out, *id);
    xc_put_byte(out, ',');
    xc_put_quoted(out, type.n == 0 ? XC_WORD("User") : type);
    xc_put_string(out, "],");
}

/* Writes the cohorts that a condition asks about, and returns how many entries
 * they are. */
static uint32_t xc_put_condition_cohorts(const xc_plan *plan, const xc_condition *condition, xc_writer *out)
{
    bool any = condition->op == XC_OP_SET_CONTAINS_ANY || condition->op == XC_OP_SET_DOES_NOT_CONTAIN_ANY;
    uint32_t entries = 0;
    xc_text type;
    if (!xc_is_cohort_slot(plan, condition->slot, &type))
        return 0;
    for (uint32_t v = 0; any && v < condition->values; v++) {
        xc_text id = xc_plan_text(plan, plan->values[condition->value + v]);
        if (xc_text_equal(id, XC_WORD("(none)"))) /* asks whether there is a list */
            continue;
        xc_put_cohort(out, &id, type);
        entries++;
    }
    if (!any || (condition->bits & XC_HAS_NONE)) {
        xc_put_cohort(out, NULL, type);
        entries++;
    }
    return entries;
}

XC_INTERNAL uint32_t xc_put_cohorts(const xc_plan *plan, const xc_flag *flag, xc_writer *out)
{
    uint32_t entries = 0;
    xc_text type;
    for (uint32_t s = flag->segment; s < flag->segment + flag->segments; s++) {
        const xc_segment *segment = &plan->segments[s];
        for (uint32_t g = 0; segment->groups != XC_ALWAYS && g < segment->groups; g++) {
            const xc_group *group = &plan->groups[segment->group + g];
            for (uint32_t c = 0; c < group->conditions; c++)
                entries += xc_put_condition_cohorts(plan, &plan->conditions[group->condition + c], out);
        }
        if (segment->bucket != XC_NOTHING && xc_is_cohort_slot(plan, plan->buckets[segment->bucket].slot, &type)) {
            xc_put_cohort(out, NULL, type);
            entries++;
        }
    }
    return entries;
}
