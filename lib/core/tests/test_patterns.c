//go:build ignore

/* Setting the programs of patterns: once for each plan, and all or none of
 * them. */
#include "everything.h"

static const struct {
    const char *programs;
    int32_t code;
    unsigned offset;
} set_patterns_errors[] = {
    {"", XC_ERROR_TRUNCATED, 0},
    {"{}", XC_ERROR_TYPE, 0},
    {"null", XC_ERROR_TYPE, 0},
    {"[", XC_ERROR_TRUNCATED, 1},
    {"[]", XC_ERROR_TYPE, 2},
    {"[null]", XC_ERROR_TYPE, 6},
    {"[null,null,null]", XC_ERROR_TYPE, 11},
    {"[nul,null]", XC_ERROR_SYNTAX, 4},
    {"[null,null", XC_ERROR_TRUNCATED, 10},
    {"[null,null] 1", XC_ERROR_TRAILING, 12},
    {"[null,5]", XC_ERROR_PROGRAM, 6},
    {"[null,{}]", XC_ERROR_PROGRAM, 6},
    {"[null,'a']", XC_ERROR_PROGRAM, 6},
    {"[null,[]]", XC_ERROR_PROGRAM, 8},
    {"[[],[]]", XC_ERROR_PROGRAM, 3},
    {"[null,[1,2]]", XC_ERROR_PROGRAM, 11},
    {"[null,[1,2", XC_ERROR_TRUNCATED, 10},
    {"[null,[1,", XC_ERROR_TRUNCATED, 9},
    {"[null,[1,]]", XC_ERROR_PROGRAM, 9},
    {"[null,[-1]]", XC_ERROR_PROGRAM, 7},
    {"[null,[1.5]]", XC_ERROR_SYNTAX, 8},
    {"[null,[1 2]]", XC_ERROR_SYNTAX, 9},
    {"[null,[01]]", XC_ERROR_SYNTAX, 9},
    {"[null,[4294967296]]", XC_ERROR_PROGRAM, 17},
    {"[null,[99999999999999999999]]", XC_ERROR_PROGRAM, 17},
    {"[" PROGRAM ",[1,0,0,0,0,0,0,0,0,0,0,0,9,0,0]]", XC_ERROR_PROGRAM, 87},
};

/* After an error no pattern has a program, and the programs can still be
 * set. */
static void test_set_patterns_errors(void)
{
    host h;
    for (size_t i = 0; i < COUNT(set_patterns_errors); i++) {
        const char *programs = json(set_patterns_errors[i].programs);
        size_t n = strlen(programs);
        xc_plan *plan = host_compile(&h, everything());
        char *copy = exact_copy(programs, n);
        xc_error error;
        int32_t code = xc_plan_set_patterns(plan, copy, n, &error);
        free(copy);
        CHECK(code == set_patterns_errors[i].code && error.code == code, "%s: got %d: %s", programs, (int)code,
              error.message);
        CHECK(error.offset == set_patterns_errors[i].offset, "%s: got %u", programs, (unsigned)error.offset);
        for (uint32_t p = 0; p < plan->count[XC_PATTERNS]; p++)
            CHECK(plan->patterns[p].program == XC_NOTHING, "%s: pattern %u is set", programs, (unsigned)p);
        CHECK(h.held == plan->size, "%s: %zu bytes are held", programs, h.held);
        CHECK(set_patterns(plan, &error) == XC_OK, "%s", error.message);
        CHECK_TEXT(host_evaluate(plan, everybody()), "[0,0,1,2]", "%s", programs);
        host_free(&h, plan);
    }
}

static void test_set_patterns_twice(void)
{
    host h;
    xc_plan *plan = compile_everything(&h);
    xc_error error;
    size_t size = xc_plan_size(plan);
    CHECK(size == h.held && size > plan->size, "%zu bytes", size);
    CHECK(xc_plan_set_patterns(plan, "[null,null]", 11, &error) == XC_ERROR_ARGUMENT, "%s", error.message);
    CHECK(error.code == XC_ERROR_ARGUMENT && xc_plan_size(plan) == size, "%s", error.message);
    CHECK_TEXT(host_evaluate(plan, everybody()), "[0,0,1,2]", "the first programs stay");
    host_free(&h, plan);
}

static void test_patterns_unset_never_match(void)
{
    host h;
    xc_plan *plan = host_compile(&h, everything());
    CHECK_TEXT(host_evaluate(plan, everybody()), "[0,1]", "no patterns");
    host_free(&h, plan);
}

int main(void)
{
    test_set_patterns_errors();
    test_set_patterns_twice();
    test_patterns_unset_never_match();
    return xc_test_end("patterns");
}
