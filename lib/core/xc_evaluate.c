//go:build ignore

/* Evaluates flags for one context: the call that a server makes for each
 * request.
 *
 * Everything that does not depend on the context was computed when the plan was
 * made. What remains is to read the context into slots and to go through the
 * flags in dependency order. A flag tries its segments until one gives an
 * outcome: the segment's conditions must match, and its bucket, if it has one,
 * may choose a variant other than the segment's own. The result is only a
 * number. If the caller asks for some flags, these and all flags that they
 * depend on are evaluated. */

#include "xc_condition.h"
#include "xc_context.h"
#include "xc_hash.h"
#include "xc_run.h"
#include "xc_value.h"
#include "xc_write.h"

/* ---- one flag ---- */

/* Reports whether a segment matches: whether all conditions of any of its
 * groups are met. After an error no condition is met. */
static bool xc_segment_matches(xc_run *run, const xc_segment *segment)
{
    const xc_group *groups = run->plan->groups + segment->group;
    if (segment->groups == XC_ALWAYS)
        return true;
    for (uint32_t g = 0; g < segment->groups && run->error == XC_OK; g++) {
        const xc_condition *conditions = run->plan->conditions + groups[g].condition;
        uint32_t c = 0;
        while (c < groups[g].conditions && xc_matches(run, &conditions[c]))
            c++;
        if (c == groups[g].conditions)
            return true;
    }
    return false;
}

/* Returns 1 if a number is in a range, otherwise 0. */
static inline uint32_t xc_in_range(xc_range range, uint32_t number)
{
    return number - range.from < range.count; /* below `from` the difference wraps around */
}

/* Returns the outcome that a bucket gives, or `otherwise` if the value is
 * absent or empty, or if no distribution has its hash. */
static uint32_t xc_bucket_outcome(xc_run *run, const xc_bucket *bucket, uint32_t otherwise)
{
    const xc_distribution *distributions = run->plan->distributions + bucket->distribution;
    xc_value *value;
    xc_murmur murmur = bucket->salted;
    uint32_t hash, hundredth, rest, outcome = otherwise;
    xc_text text;
    if (!xc_single_value(run, bucket->slot, &value) && (value->kind <= XC_NULL || run->error != XC_OK))
        return otherwise;
    text = xc_value_text(run, value)->text;
    if (text.n == 0) /* also after an error */
        return otherwise;
    xc_murmur_add(&murmur, text.p, text.n);
    hash = xc_murmur_end(&murmur);
    hundredth = hash % 100;
    rest = hash / 100;
    /* A hash is as good as random, so the processor would mispredict a jump out
     * of the loop every other time. Therefore the loop always runs to its end,
     * from the last distribution to the first, so that the first one that
     * matches overrides the others. */
    for (uint32_t i = bucket->distributions; i-- > 0;) {
        const xc_distribution *d = &distributions[i];
        uint32_t in = xc_in_range(d->allocation, hundredth) & xc_in_range(d->range, rest);
        outcome = in ? d->outcome : outcome;
    }
    return outcome;
}

/* Returns the flag's outcome, or XC_NOTHING. It means nothing after an
 * error. */
static uint32_t xc_flag_outcome(xc_run *run, const xc_flag *flag)
{
    const xc_segment *segments = run->plan->segments + flag->segment;
    for (uint32_t s = 0; s < flag->segments && run->error == XC_OK; s++) {
        uint32_t outcome = segments[s].outcome;
        if (!xc_segment_matches(run, &segments[s]))
            continue;
        if (segments[s].bucket != XC_NOTHING)
            outcome = xc_bucket_outcome(run, &run->plan->buckets[segments[s].bucket], outcome);
        if (outcome != XC_NOTHING)
            return outcome;
    }
    return XC_NOTHING;
}

/* Evaluates a flag, keeps its outcome for flags that depend on it, and writes
 * it. */
static void xc_evaluate_flag(xc_run *run, uint32_t number, xc_writer *out)
{
    const xc_flag *flag = &run->plan->flags[number];
    uint32_t outcome = xc_flag_outcome(run, flag);
    if (flag->result != XC_NOTHING)
        run->results[flag->result] = outcome;
    if (outcome == XC_NOTHING)
        return;
    xc_put_pair(out, out->n > 1 ? ',' : '[', number, outcome);
}

/* ---- which flags ---- */

/* Marks the flags that are asked for and all flags that they depend on. Parents
 * have lower numbers, so a loop from the highest number down meets each flag
 * after all flags that depend on it. Returns the highest number. */
static uint32_t xc_mark_needed(xc_run *run, const uint32_t *flags, size_t count)
{
    const xc_plan *plan = run->plan;
    uint32_t highest = 0;
    memset(run->needed, 0, ((size_t)plan->count[XC_FLAGS] + 63) / 64 * sizeof *run->needed);
    for (size_t i = 0; i < count; i++) {
        run->needed[flags[i] / 64] |= (uint64_t)1 << (flags[i] % 64);
        if (flags[i] > highest)
            highest = flags[i];
    }
    for (uint32_t number = highest + 1; number-- > 0;) {
        const xc_flag *flag = &plan->flags[number];
        if (run->needed[number / 64] == 0) {
            number &= ~(uint32_t)63; /* none of these 64 is needed */
            continue;
        }
        if (!(run->needed[number / 64] >> (number % 64) & 1))
            continue;
        for (uint32_t i = 0; i < flag->parents; i++) {
            uint32_t parent = plan->parents[flag->parent + i];
            run->needed[parent / 64] |= (uint64_t)1 << (parent % 64);
        }
    }
    return highest;
}

/* Evaluates the flags that are marked. */
static void xc_evaluate_needed(xc_run *run, uint32_t highest, xc_writer *out)
{
    for (uint32_t number = 0; number <= highest && run->error == XC_OK; number++) {
        if (run->needed[number / 64] == 0)
            number |= 63;
        else if (run->needed[number / 64] >> (number % 64) & 1)
            xc_evaluate_flag(run, number, out);
    }
}

/* ---- the call ---- */

int64_t xc_evaluate(const xc_plan *plan, const char *context, size_t length, const uint32_t *flags, size_t count,
                    char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    xc_writer writer = {out, capacity, 0};
    xc_run run;
    for (size_t i = 0; i < count; i++)
        if (flags[i] >= plan->count[XC_FLAGS])
            return XC_ERROR_ARGUMENT;
    if (!xc_run_start(&run, plan, scratch, scratch_size))
        return run.error;
    xc_clear_slots(&run, flags, count);
    if (!xc_read_context(&run, context, length))
        return run.error;
    if (count == 0) {
        for (uint32_t number = 0; number < plan->count[XC_FLAGS] && run.error == XC_OK; number++)
            xc_evaluate_flag(&run, number, &writer);
    } else if (count == 1 && plan->flags[flags[0]].parents == 0) {
        xc_evaluate_flag(&run, flags[0], &writer);
    } else {
        xc_evaluate_needed(&run, xc_mark_needed(&run, flags, count), &writer);
    }
    if (run.error != XC_OK)
        return run.error;
    if (writer.n == 0)
        xc_put_byte(&writer, '[');
    xc_put_byte(&writer, ']');
    return (int64_t)writer.n;
}
