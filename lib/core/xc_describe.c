//go:build ignore

#include "xc_plan.h"
#include "xc_run.h"
#include "xc_write.h"

/* Begins a member of the description, itself an array of items. */
static void xc_put_member(xc_writer *out, const char *name)
{
    xc_put_byte(out, out->n > 1 ? ',' : '{');
    xc_put_byte(out, '"');
    xc_put_string(out, name);
    xc_put_string(out, "\":");
}

/* Puts a comma before each item but the first. */
static void xc_put_comma(xc_writer *out, bool *first)
{
    if (!*first)
        xc_put_byte(out, ',');
    *first = false;
}

static void xc_put_span(xc_writer *out, const xc_plan *plan, xc_span span)
{
    xc_put_quoted(out, xc_plan_text(plan, span));
}

static void xc_describe_flag(const xc_plan *plan, const xc_flag *flag, xc_writer *out)
{
    bool first = true;
    xc_put_byte(out, '[');
    xc_put_span(out, plan, flag->key);
    if (flag->slots == XC_ALL_SLOTS) {
        xc_put_string(out, ",null,[");
    } else {
        xc_put_string(out, ",[");
        for (uint32_t i = 0; i < flag->slots; i++) {
            uint32_t slot = plan->lists[flag->slot + i];
            if (slot >= plan->context_slots)
                continue;
            xc_put_comma(out, &first);
            xc_put_number(out, slot);
        }
        xc_put_string(out, "],[");
    }
    first = true;
    for (uint32_t i = 0; i < flag->patterns; i++) {
        xc_put_comma(out, &first);
        xc_put_number(out, plan->lists[flag->pattern + i]);
    }
    xc_put_string(out, "],");
    xc_put_number(out, flag->outcomes);
    xc_put_byte(out, ']');
}

static bool xc_span_is(const xc_plan *plan, xc_span span, const char *word, uint32_t n)
{
    return span.n == n && memcmp(plan->text + span.at, word, n) == 0;
}

/* The cohorts that a condition asks about: the values of a set operator on
 * cohort_ids of the user, or of groups of a type. */
static void xc_describe_cohorts(const xc_plan *plan, const xc_condition *condition, xc_writer *out, bool *first)
{
    const xc_slot *slot;
    const xc_span *names;
    bool groups = false;
    xc_span user = {0, 0}, type;
    if ((condition->op != XC_OP_SET_CONTAINS_ANY && condition->op != XC_OP_SET_DOES_NOT_CONTAIN_ANY) ||
        condition->slot >= plan->context_slots)
        return;
    slot = &plan->slots[condition->slot];
    names = plan->names + slot->name; /* behind "context" */
    if (slot->names < 2 || !xc_span_is(plan, names[slot->names - 1], "cohort_ids", 10))
        return;
    for (uint32_t i = 0; i < slot->names; i++)
        groups |= xc_span_is(plan, names[i], "groups", 6);
    type = names[1];
    if (xc_span_is(plan, names[0], "user", 4))
        type = user;
    else if (!groups)
        return;
    for (uint32_t v = 0; v < condition->values; v++) {
        xc_put_comma(out, first);
        xc_put_byte(out, '[');
        xc_put_span(out, plan, plan->values[condition->value + v]);
        xc_put_byte(out, ',');
        if (type.n == 0)
            xc_put_string(out, "\"User\"");
        else
            xc_put_span(out, plan, type);
        xc_put_byte(out, ']');
    }
}

static void xc_describe_report(const xc_plan *plan, const xc_report *report, xc_writer *out)
{
    static const char *const codes[] = {"malformed", "duplicate", "cycle"};
    xc_put_string(out, "{\"flag\":");
    xc_put_span(out, plan, report->key);
    xc_put_string(out, ",\"entry\":");
    xc_put_number(out, report->entry);
    xc_put_string(out, ",\"code\":\"");
    xc_put_string(out, codes[report->code]);
    xc_put_string(out, "\",\"message\":\"");
    xc_put_string(out, report->message);
    xc_put_string(out, "\",\"offset\":");
    xc_put_number(out, report->offset);
    if (report->cycle != XC_NOTHING) {
        xc_put_string(out, ",\"cycle\":");
        xc_put_number(out, report->cycle);
    }
    xc_put_byte(out, '}');
}

static void xc_describe_conditions(const xc_plan *plan, xc_writer *out)
{
    bool first = true;
    /* By way of the flags: flags that were left out may have left conditions behind. */
    for (uint32_t f = 0; f < plan->count[XC_FLAGS]; f++) {
        const xc_flag *flag = &plan->flags[f];
        for (uint32_t s = flag->segment; s < flag->segment + flag->segments; s++) {
            const xc_segment *segment = &plan->segments[s];
            for (uint32_t g = 0; segment->groups != XC_ALWAYS && g < segment->groups; g++) {
                const xc_group *group = &plan->groups[segment->group + g];
                for (uint32_t c = 0; c < group->conditions; c++)
                    xc_describe_cohorts(plan, &plan->conditions[group->condition + c], out, &first);
            }
        }
    }
}

int64_t xc_plan_describe(const xc_plan *plan, char *buffer, size_t capacity)
{
    xc_writer writer = {buffer, capacity, 0}, *out = &writer;
    bool first = true;
    xc_put_member(out, "flags");
    xc_put_byte(out, '[');
    for (uint32_t i = 0; i < plan->count[XC_FLAGS]; i++) {
        xc_put_comma(out, &first);
        xc_describe_flag(plan, &plan->flags[i], out);
    }
    xc_put_byte(out, ']');
    xc_put_member(out, "outcomes");
    xc_put_number(out, plan->count[XC_OUTCOMES]);
    xc_put_member(out, "paths");
    xc_put_byte(out, '[');
    first = true;
    for (uint32_t i = 0; i < plan->context_slots; i++) {
        bool first_name = true;
        xc_put_comma(out, &first);
        xc_put_byte(out, '[');
        for (uint32_t j = 0; j < plan->slots[i].names; j++) {
            xc_put_comma(out, &first_name);
            xc_put_span(out, plan, plan->names[plan->slots[i].name + j]);
        }
        xc_put_byte(out, ']');
    }
    xc_put_byte(out, ']');
    xc_put_member(out, "patterns");
    xc_put_byte(out, '[');
    first = true;
    for (uint32_t i = 0; i < plan->count[XC_PATTERNS]; i++) {
        xc_put_comma(out, &first);
        xc_put_span(out, plan, plan->patterns[i].text);
    }
    xc_put_byte(out, ']');
    xc_put_member(out, "cohorts");
    xc_put_byte(out, '[');
    xc_describe_conditions(plan, out);
    xc_put_byte(out, ']');
    xc_put_member(out, "cycles");
    xc_put_byte(out, '[');
    first = true;
    for (uint32_t i = 0; i < plan->count[XC_CYCLES]; i++) {
        if (plan->cycles[i].at == XC_NOTHING) {
            xc_put_byte(out, ']');
            first = true;
            continue;
        }
        xc_put_byte(out, i > 0 ? ',' : '[');
        if (first && i > 0)
            xc_put_byte(out, '[');
        first = false;
        xc_put_span(out, plan, plan->cycles[i]);
    }
    xc_put_byte(out, ']');
    xc_put_member(out, "diagnostics");
    xc_put_byte(out, '[');
    first = true;
    for (uint32_t i = 0; i < plan->count[XC_REPORTS]; i++) {
        xc_put_comma(out, &first);
        xc_describe_report(plan, &plan->reports[i], out);
    }
    xc_put_string(out, "]}");
    return (int64_t)out->n;
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
