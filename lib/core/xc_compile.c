//go:build ignore

#include "xc_build.h"

static void xc_error_set(xc_error *error, int32_t code, size_t offset)
{
    error->code = code;
    error->message = xc_error_message(code);
    error->offset = offset;
}

xc_plan *xc_plan_compile(const char *flags, size_t length, const xc_allocator *allocator, xc_error *error)
{
    xc_builder builder;
    xc_plan *plan = NULL;
    int32_t code;

    memset(&builder, 0, sizeof builder);
    builder.allocator = *allocator;
    builder.document = flags;
    builder.in = xc_reader_of(flags, length);
    if (builder.in.error == XC_OK && xc_builder_start(&builder, length) && xc_parse(&builder))
        plan = xc_link(&builder);
    code = builder.in.error != XC_OK ? builder.in.error : builder.error;
    xc_error_set(error, plan != NULL ? XC_OK : code, (size_t)(builder.in.p - builder.document));
    xc_builder_free(&builder);
    return plan;
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

size_t xc_plan_size(const xc_plan *plan)
{
    return plan->size + plan->programs_size;
}

const char *xc_error_message(int32_t code)
{
    switch (code) {
    case XC_OK: return "no error";
    case XC_ERROR_SYNTAX: return "this is not JSON";
    case XC_ERROR_TRUNCATED: return "the JSON ends too early";
    case XC_ERROR_UTF8: return "a string is not valid UTF-8";
    case XC_ERROR_DEPTH: return "more than 1000 arrays and objects are open at once";
    case XC_ERROR_TRAILING: return "something follows the end of the JSON";
    case XC_ERROR_TYPE: return "this is not the kind of JSON value that has to stand here";
    case XC_ERROR_SIZE: return "larger than the core's limits";
    case XC_ERROR_MEMORY: return "out of memory";
    case XC_ERROR_COST: return "the dependencies between flags are too many to resolve";
    case XC_ERROR_ARGUMENT: return "there is no flag, slot or outcome of this number";
    case XC_ERROR_SCRATCH: return "the scratch memory is too small";
    case XC_ERROR_PROGRAM: return "this is not a regular expression's program";
    default: return "unknown error";
    }
}

/* ---- the programs of patterns ---- */

/* Reads an array of 32-bit numbers; with `words` NULL it only counts them. */
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

/* Reads the programs; with `words` NULL it only counts the words of all. */
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
        size_t count, scratch;
        if (pattern == plan->count[XC_PATTERNS])
            return xc_fail(in, XC_ERROR_TYPE);
        if (*in->p == 'n') {
            if (!xc_scalar(in, XC_NULL))
                return false;
            pattern++;
            continue;
        }
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
        pattern++;
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
        /* Every word takes two bytes of the document, so sizes fit 32 bits. */
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
