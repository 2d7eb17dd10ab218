//go:build ignore

/* Reads the programs of a plan's patterns, which the host compiles and passes
 * as JSON (RATIONALE.md says why).
 *
 * The programs are read twice, first to count their words, then into a block of
 * exactly that size. The host is expected to use Go's compiler, but memory
 * safety does not depend on that: a program that xc_regex_match could not run
 * safely is an error. On any error all patterns stay without a program, and the
 * plan remains usable. */

#include "xc_error.h"
#include "xc_json.h"
#include "xc_plan.h"
#include "xc_regex.h"

/* Reads an array of 32-bit numbers; if `words` is NULL, it only counts them. */
static bool xc_read_words(xc_reader *in, uint32_t *words, size_t *count)
{
    bool first = true;
    *count = 0;
    if (in->p >= in->end || *in->p != '[')
        return xc_fail(in, XC_ERROR_PROGRAM);
    xc_open(in);
    while (xc_next(in, &first, ']')) {
        uint64_t word = 0;
        const char *digits = in->p;
        while (in->p < in->end && *in->p >= '0' && *in->p <= '9' && word <= UINT32_MAX)
            word = word * 10 + (uint64_t)(*in->p++ - '0');
        if (in->p == digits || word > UINT32_MAX)
            return xc_fail(in, XC_ERROR_PROGRAM);
        if (*digits == '0' && in->p - digits > 1)
            return xc_fail(in, XC_ERROR_SYNTAX); /* JSON has no leading zeros */
        if (words != NULL)
            words[*count] = (uint32_t)word;
        ++*count;
    }
    if (in->error == XC_OK && *count == 0)
        xc_fail(in, XC_ERROR_PROGRAM);
    return in->error == XC_OK;
}

/* Reads the program of a pattern, or null. If `words` is NULL, it only counts
 * the words. */
static bool xc_read_program(xc_plan *plan, xc_reader *in, uint32_t pattern, uint32_t *words, size_t *total)
{
    size_t count, scratch;
    if (*in->p == 'n')
        return xc_scalar(in, XC_NULL);
    if (!xc_read_words(in, words == NULL ? NULL : words + *total, &count))
        return false;
    if (words != NULL) {
        if (!xc_regex_valid(words + *total, count))
            return xc_fail(in, XC_ERROR_PROGRAM);
        scratch = xc_regex_scratch(words + *total);
        if (scratch > plan->program_scratch)
            plan->program_scratch = scratch;
        plan->patterns[pattern].program = (uint32_t)*total;
        plan->patterns[pattern].words = (uint32_t)count;
    }
    *total += count;
    return true;
}

/* Reads the programs of all patterns. If `words` is NULL, it only counts their
 * words. */
static bool xc_read_programs(xc_plan *plan, xc_reader *in, uint32_t *words, size_t *total)
{
    bool first = true;
    uint32_t pattern = 0;
    *total = 0;
    if (!xc_more(in))
        return xc_fail(in, XC_ERROR_TRUNCATED);
    if (*in->p != '[')
        return xc_fail(in, XC_ERROR_TYPE);
    xc_open(in);
    while (xc_next(in, &first, ']')) {
        if (pattern == plan->count[XC_PATTERNS])
            return xc_fail(in, XC_ERROR_TYPE);
        if (!xc_read_program(plan, in, pattern++, words, total))
            return false;
    }
    if (in->error != XC_OK)
        return false;
    if (xc_more(in))
        return xc_fail(in, XC_ERROR_TRAILING);
    return pattern == plan->count[XC_PATTERNS] || xc_fail(in, XC_ERROR_TYPE);
}

int32_t xc_plan_set_patterns(xc_plan *plan, const char *programs, size_t length, xc_error *error)
{
    xc_reader in = xc_reader_of(programs, length);
    size_t total = 0, size = 0;
    uint32_t *words = NULL;
    if (plan->programs != NULL)
        xc_fail(&in, XC_ERROR_ARGUMENT);
    if (in.error == XC_OK && xc_read_programs(plan, &in, NULL, &total) && total > 0) {
        /* A word takes at least two bytes of the document, so the size fits 32
         * bits. */
        size = total * sizeof *words;
        words = plan->allocator.allocate(plan->allocator.context, size);
        in.p = programs;
        if (words == NULL)
            xc_fail(&in, XC_ERROR_MEMORY);
        else if (xc_read_programs(plan, &in, words, &total)) {
            plan->programs = words;
            plan->programs_size = size;
        }
    }
    if (in.error != XC_OK) {
        for (uint32_t i = 0; i < plan->count[XC_PATTERNS] && plan->programs == NULL; i++)
            plan->patterns[i].program = XC_NOTHING;
        if (words != NULL)
            plan->allocator.release(plan->allocator.context, words, size);
    }
    xc_error_set(error, in.error, (size_t)(in.p - programs));
    return in.error;
}
