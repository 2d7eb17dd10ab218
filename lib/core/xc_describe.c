//go:build ignore

/* Describes a plan to its host, as JSON: the names for which evaluations then
 * use numbers, and everything else that the host needs to know once per plan.
 *
 * The host learns the order of the flags, which values of a user each flag
 * reads and how many outcomes it has; the patterns, which it compiles and hands
 * back; the cohorts, which it fetches; and why flags were left out. The shape
 * is fixed, and documented in experiment_core.h, so the JSON is written piece
 * by piece. */

#include "xc_cohorts.h"
#include "xc_plan.h"
#include "xc_write.h"

/* Begins a member of the description. */
static void xc_put_member(xc_writer *out, const char *name)
{
    xc_put_byte(out, out->n > 1 ? ',' : '{');
    xc_put_byte(out, '"');
    xc_put_string(out, name);
    xc_put_string(out, "\":");
}

/* Writes a comma before each item except the first. */
static void xc_put_comma(xc_writer *out, bool *first)
{
    if (!*first)
        xc_put_byte(out, ',');
    *first = false;
}

/* Writes a text of the plan as a JSON string. */
static void xc_put_span(xc_writer *out, const xc_plan *plan, xc_span span)
{
    xc_put_quoted(out, xc_plan_text(plan, span));
}

/* Writes a comma and a list of numbers. */
static void xc_put_numbers(xc_writer *out, const uint32_t *numbers, uint32_t count)
{
    bool first = true;
    xc_put_string(out, ",[");
    for (uint32_t i = 0; i < count; i++) {
        xc_put_comma(out, &first);
        xc_put_number(out, numbers[i]);
    }
    xc_put_byte(out, ']');
}

/* Writes a flag: its key; the slots of the context that it reads, its patterns
 * and its parents, each a list; how many outcomes and how many entries of
 * cohorts it has; and where it is in the document. */
static void xc_describe_flag(const xc_plan *plan, const xc_flag *flag, xc_writer *out)
{
    xc_writer unwritten = {NULL, 0, 0};
    bool first = true;
    xc_put_byte(out, '[');
    xc_put_span(out, plan, flag->key);
    if (flag->slots == XC_ALL_SLOTS) {
        xc_put_string(out, ",null");
    } else {
        xc_put_string(out, ",[");
        for (uint32_t i = 0; i < flag->slots; i++) {
            uint32_t slot = plan->lists[flag->slot + i];
            if (slot >= plan->context_slots)
                continue;
            xc_put_comma(out, &first);
            xc_put_number(out, slot);
        }
        xc_put_byte(out, ']');
    }
    xc_put_numbers(out, plan->lists + flag->pattern, flag->patterns);
    xc_put_numbers(out, plan->parents + flag->parent, flag->parents);
    xc_put_pair(out, ',', flag->outcomes, xc_put_cohorts(plan, flag, &unwritten));
    xc_put_pair(out, ',', flag->begin, flag->end);
    xc_put_byte(out, ']');
}

/* Writes why a flag was left out. */
static void xc_describe_report(const xc_plan *plan, const xc_report *report, xc_writer *out)
{
    static const char *const codes[] = {"malformed", "duplicate", "cycle", "limit"};
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

static void xc_describe_flags(const xc_plan *plan, xc_writer *out)
{
    bool first = true;
    for (uint32_t i = 0; i < plan->count[XC_FLAGS]; i++) {
        xc_put_comma(out, &first);
        xc_describe_flag(plan, &plan->flags[i], out);
    }
}

/* Writes the paths of the context's slots, each an array of names. */
static void xc_describe_paths(const xc_plan *plan, xc_writer *out)
{
    bool first = true;
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
}

static void xc_describe_patterns(const xc_plan *plan, xc_writer *out)
{
    bool first = true;
    for (uint32_t i = 0; i < plan->count[XC_PATTERNS]; i++) {
        xc_put_comma(out, &first);
        xc_put_span(out, plan, plan->patterns[i].text);
    }
}

/* Writes the cohorts of all flags, flag by flag. */
static void xc_describe_cohorts(const xc_plan *plan, xc_writer *out)
{
    uint32_t entries = 0;
    for (uint32_t i = 0; i < plan->count[XC_FLAGS]; i++)
        entries += xc_put_cohorts(plan, &plan->flags[i], out);
    if (entries > 0)
        out->n--; /* the comma after the last one; the next byte replaces it */
}

/* Writes the cycles, each an array of keys. In the plan an empty key ends each
 * cycle. */
static void xc_describe_cycles(const xc_plan *plan, xc_writer *out)
{
    bool first = true;
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
}

static void xc_describe_reports(const xc_plan *plan, xc_writer *out)
{
    bool first = true;
    for (uint32_t i = 0; i < plan->count[XC_REPORTS]; i++) {
        xc_put_comma(out, &first);
        xc_describe_report(plan, &plan->reports[i], out);
    }
}

int64_t xc_plan_describe(const xc_plan *plan, char *buffer, size_t capacity)
{
    xc_writer writer = {buffer, capacity, 0}, *out = &writer;
    xc_put_member(out, "flags");
    xc_put_byte(out, '[');
    xc_describe_flags(plan, out);
    xc_put_byte(out, ']');
    xc_put_member(out, "outcomes");
    xc_put_number(out, plan->count[XC_OUTCOMES]);
    xc_put_member(out, "paths");
    xc_put_byte(out, '[');
    xc_describe_paths(plan, out);
    xc_put_byte(out, ']');
    xc_put_member(out, "patterns");
    xc_put_byte(out, '[');
    xc_describe_patterns(plan, out);
    xc_put_byte(out, ']');
    xc_put_member(out, "cohorts");
    xc_put_byte(out, '[');
    xc_describe_cohorts(plan, out);
    xc_put_byte(out, ']');
    xc_put_member(out, "cycles");
    xc_put_byte(out, '[');
    xc_describe_cycles(plan, out);
    xc_put_byte(out, ']');
    xc_put_member(out, "diagnostics");
    xc_put_byte(out, '[');
    xc_describe_reports(plan, out);
    xc_put_string(out, "]}");
    return (int64_t)out->n;
}
