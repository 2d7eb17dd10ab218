//go:build ignore

/* Compiles the input as flag configs, describes the plan and writes every
 * outcome and metadata. */
#include "fuzz.h"

/* Describes a plan, with the signature of the other writers. */
static int64_t describe(const xc_plan *plan, uint32_t unused, char *out, size_t capacity)
{
    (void)unused;
    return xc_plan_describe(plan, out, capacity);
}

/* Writes an outcome, with scratch that is doubled on request. */
static int64_t outcome(const xc_plan *plan, uint32_t number, char *out, size_t capacity)
{
    size_t size = 256;
    for (;;) {
        void *scratch = malloc(size);
        int64_t n = xc_plan_outcome(plan, number, out, capacity, scratch, size);
        free(scratch);
        if (n != XC_ERROR_SCRATCH)
            return n;
        REQUIRE(size < (size_t)1 << 24);
        size *= 2;
    }
}

/* Checks that a writer returns the same length with any room, and writes
 * JSON. */
static void check_writer(const xc_plan *plan, uint32_t number,
                         int64_t (*write)(const xc_plan *, uint32_t, char *, size_t))
{
    int64_t n = write(plan, number, NULL, 0);
    char *exact, *less;
    REQUIRE(n > 0);
    exact = malloc((size_t)n);
    REQUIRE(write(plan, number, exact, (size_t)n) == n);
    REQUIRE(fuzz_is_json(exact, (size_t)n));
    less = malloc((size_t)n - 1);
    REQUIRE(write(plan, number, less, (size_t)n - 1) == n);
    free(less);
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *flags = fuzz_copy(data, size);
    xc_error error;
    xc_plan *plan = fuzz_compile(flags, size, &error);
    free(flags); /* the plan keeps no pointer into it */
    if (plan != NULL) {
        check_writer(plan, 0, describe);
        for (uint32_t i = 0; i < plan->count[XC_OUTCOMES]; i++)
            check_writer(plan, i, outcome);
        for (uint32_t i = 0; i < plan->count[XC_FLAGS]; i++)
            check_writer(plan, i, xc_plan_flag_metadata);
        REQUIRE(outcome(plan, plan->count[XC_OUTCOMES], NULL, 0) == XC_ERROR_ARGUMENT);
        REQUIRE(xc_plan_flag_metadata(plan, plan->count[XC_FLAGS], NULL, 0) == XC_ERROR_ARGUMENT);
    }
    xc_plan_free(plan);
    REQUIRE(fuzz_held == 0);
    return 0;
}
