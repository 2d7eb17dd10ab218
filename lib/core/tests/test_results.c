//go:build ignore

/* What flags read from the results of the flags that they depend on, and which
 * flags are evaluated for those that are requested. */
#include "probes.h"

/* A flag "p" that is always on and has something of everything that a result
 * has. */
static const char parent[] =
    "{'key':'p','metadata':{'a':1,'b':{'x':1,'y':2},'n':1,'a':'flag'},'variants':{'on':{'key':'on',"
    "'value':{'v':1.0,'w':{'x':[1]},'w':{'y':2}},'payload':[{'v':1}],'metadata':{'b':{'z':3},'n':null,"
    "'\\u0063':'var\\u0069ant'}}},'segments':[{'variant':'on','metadata':{'a':'segment','d':[1,null]}}]},";

#define RESULT(rest) "['result','p'" rest "]"

static void test_results(void)
{
    static const probe probes[] = {
        {RESULT(",'key'"), "'on'"},
        {RESULT(",'key','x'"), NONE},
        {RESULT(",'value'"), "{'v':1,'w':{'y':2}}"},
        {RESULT(",'value','v'"), "'1'"},
        {RESULT(",'value','w','x'"), NONE}, /* repeated: the last one counts */
        {RESULT(",'value','w','y'"), "'2'"},
        {RESULT(",'payload'"), "{'v':1}"},
        {RESULT(",'payload','v'"), NONE},
        {RESULT(",'metadata'"), "{'a':'segment','b':{'z':3},'n':null,'d':[1,null],'c':'variant'}"},
        {RESULT(",'metadata','a'"), "'segment'"}, /* the segment's replaces the flag's */
        {RESULT(",'metadata','b'"), "{'z':3}"}, /* the variant's replaces all of the flag's */
        {RESULT(",'metadata','b','x'"), NONE},
        {RESULT(",'metadata','b','z'"), "'3'"},
        {RESULT(",'metadata','n'"), NONE}, /* null replaces a number */
        {RESULT(",'metadata','c'"), "'variant'"},
        {RESULT(",'metadata','d'"), "'1'"},
        {RESULT(",'metadata','missing'"), NONE},
        {RESULT(",'other'"), NONE},
        {RESULT(",'other','key'"), NONE},
        {RESULT(""),
         "{'key':'on','value':{'v':1,'w':{'y':2}},'payload':[{'v':1}],'metadata':{'a':'segment','b':{'z':3},"
         "'n':null,'d':[1,null],'c':'variant'}}"},
    };
    host h;
    xc_plan *plan = compile_probes(&h, parent, "['p']", probes, COUNT(probes));
    check_all_on(plan, "{}", "all slots");
    host_free(&h, plan);
    /* Each slot alone: no other slot has been read before, and the tree has no
     * other path. */
    for (size_t i = 0; i < COUNT(probes); i++) {
        plan = compile_probes(&h, parent, "['p']", probes + i, 1);
        check_all_on(plan, "{}", probes[i].selector);
        host_free(&h, plan);
    }
    /* In each rotation: the slot that is read first does not affect the
     * others. */
    for (size_t first = 0; first < COUNT(probes); first++) {
        probe rotated[COUNT(probes)];
        for (size_t i = 0; i < COUNT(probes); i++)
            rotated[i] = probes[(first + i) % COUNT(probes)];
        plan = compile_probes(&h, parent, "['p']", rotated, COUNT(probes));
        check_all_on(plan, "{}", probes[first].selector);
        host_free(&h, plan);
    }
}

/* The same parent with fewer members, but with the longest of its names
 * escaped. */
static const char parent_of_long_names[] =
    "{'key':'p','variants':{'on':{'key':'on','value':{'\\u0077':{'y':2},"
    "'\\u00301234567890123456789012345678901234567890123456789012345678901234567890123456789':1},"
    "'metadata':{'c':'variant','b':{'z':3},"
    "'\\u0030123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789':1}}},"
    "'segments':[{'variant':'on'}]},";

/* Each size of scratch gives the right text or none, when slots are read from a
 * result, a number is rewritten, and names and strings have escapes. */
static void test_any_scratch(void)
{
    static const probe probes[] = {
        {RESULT(",'value','w','y'"), "'2'"},    {RESULT(",'metadata','c'"), "'variant'"},
        {RESULT(",'metadata','b','z'"), "'3'"}, {"['context','n']", "'0.00015'"},
        {"['context','o']", "{'ab':[1,'c']}"},
    };
    static const char want[] = "[0,0,1,1,2,2,3,3,4,4,5,5]";
    static const char *const parents[] = {parent, parent_of_long_names};
    const char *context = json("{'\\u006e':1.5e-4,'o':{'a\\u0062':[1.0,'\\u0063']}}");
    for (size_t p = 0; p < COUNT(parents); p++) {
        host h;
        xc_plan *plan = compile_probes(&h, parents[p], "['p']", probes, COUNT(probes));
        size_t enough = 0, least = xc_plan_scratch(plan);
        for (size_t size = least - 64; enough == 0 || size < enough + 32; size++) {
            void *scratch = xc_test_scratch(size);
            char out[64];
            int64_t n = xc_evaluate(plan, context, strlen(context), NULL, 0, out, sizeof out, scratch, size);
            free(scratch);
            if (n > 0 && enough == 0)
                enough = size;
            CHECK(n == (enough > 0 ? (int64_t)sizeof want - 1 : XC_ERROR_SCRATCH), "%zu bytes: %lld", size,
                  (long long)n);
            CHECK(n < 0 || memcmp(out, want, sizeof want - 1) == 0, "%zu bytes: %.*s", size, (int)n, out);
            if (size > least + 65536)
                break;
        }
        CHECK(enough > least, "%zu bytes are enough, not more than %zu", enough, least);
        host_free(&h, plan);
    }
}

/* Scratch that runs out while a result is walked: inside an object that has a
 * slot itself, at a name that needs scratch. The conditions after the one that
 * starts the walk, the other groups and the bucket must not read a value that
 * is half set, which MemorySanitizer would report. */
static void test_scratch_within_a_walk(void)
{
    static const char flags[] =
        "[{'key':'p','segments':[{'variant':'on'}],'variants':{'on':{'key':'on','payload':"
        "{'o':{'\\u0061 name that needs scratch':1,'x':2},'y':3}}}},"
        "{'key':'c','dependencies':['p'],'variants':{'on':{'key':'on'},'off':{'key':'off'}},'segments':["
        "{'variant':'on','conditions':[[{'op':'is not','values':['z'],'selector':['result','p','payload','o','x']},"
        "{'op':'%s','values':['z'],'selector':['result','p','payload','o']}],"
        "[{'op':'%s','values':['z'],'selector':['result','p','payload']}]]},"
        "{'variant':'off','bucket':{'salt':'s','selector':['result','p','payload','o'],'allocations':[]}}]}]";
    static const char *const ops[] = {
        "is",           "is not", "contains",   "does not contain",     "less",
        "version less", "set is", "set is not", "set does not contain", "regex does not match"};
    for (size_t i = 0; i < COUNT(ops); i++) {
        host h;
        xc_plan *plan = host_compile(&h, jsonf(flags, ops[i], ops[i]));
        int64_t n = XC_ERROR_SCRATCH;
        for (size_t size = xc_plan_scratch(plan); n == XC_ERROR_SCRATCH && size < 65536; size += 8) {
            void *scratch = xc_test_scratch(size);
            char out[64];
            n = xc_evaluate(plan, "{}", 2, NULL, 0, out, sizeof out, scratch, size);
            CHECK(size > xc_plan_scratch(plan) || n == XC_ERROR_SCRATCH, "%s: the minimum is enough", ops[i]);
            free(scratch);
        }
        CHECK(n > 0, "%s: %lld", ops[i], (long long)n);
        host_free(&h, plan);
    }
}

/* The result of a variant that has a key and nothing else. */
static void test_plain_result(void)
{
    static const probe probes[] = {
        {RESULT(""), "{'key':'on'}"},     {RESULT(",'value'"), NONE},    {RESULT(",'value','a'"), NONE},
        {RESULT(",'payload','a'"), NONE}, {RESULT(",'metadata'"), NONE}, {RESULT(",'metadata','a'"), NONE},
    };
    host h;
    xc_plan *plan = compile_probes(&h,
                                   "{'key':'p','metadata':{ },'variants':{'on':{'key':'on','value':null}},"
                                   "'segments':[{'variant':'on'}]},",
                                   "['p']", probes, COUNT(probes));
    check_all_on(plan, "{}", "a plain result");
    host_free(&h, plan);
}

/* A flag without a result, and a flag that is not a dependency, are read as
 * null. */
static void test_no_result(void)
{
    static const char off[] = "{'key':'p','metadata':{'a':1},'variants':{'on':{'key':'on','value':1}},'segments':[]},";
    static const probe probes[] = {
        {RESULT(",'key'"), NONE},
        {RESULT(",'value'"), NONE},
        {RESULT(",'metadata','a'"), NONE},
        {RESULT(""), NONE},
    };
    host h;
    xc_plan *plan = compile_probes(&h, off, "['p']", probes, COUNT(probes));
    CHECK_TEXT(host_evaluate(plan, "{}"), "[1,0,2,1,3,2,4,3]", "p has no result");
    host_free(&h, plan);
    plan = compile_probes(&h, parent, "[]", probes, COUNT(probes));
    check_all_on(plan, "{}", "no flag depends on p");
    host_free(&h, plan);
}

/* Strings with and without escapes, and a key that looks like a list. */
static void test_results_as_texts(void)
{
    static const probe probes[] = {
        {RESULT(",'key'"), "'[1]','1'"},
        {RESULT(",'value'"), "'a\xc3\xa9'"},
        {RESULT(",'payload'"), "'plain'"},
    };
    host h;
    xc_plan *plan = compile_probes(&h,
                                   "{'key':'p','variants':{'on':{'key':'[1]','value':'a\\u00e9','payload':'plain'}},"
                                   "'segments':[{'variant':'on'}]},",
                                   "['p']", probes, COUNT(probes));
    check_all_on(plan, "{}", "texts");
    host_free(&h, plan);
}

/* Checks the evaluation of `count` flags of a plan, with an empty context. */
static void check_flags(const xc_plan *plan, const uint32_t *flags, size_t count, const char *want)
{
    char text[64];
    size_t n = strlen(want);
    int64_t length = host_evaluate_bytes(plan, "{}", 2, flags, count, text, sizeof text);
    CHECK(length == (int64_t)n && memcmp(text, want, n) == 0, "got %lld bytes, want %s", (long long)length, want);
}

/* Requested flags are evaluated with those that they depend on; repeats and
 * order do not matter. */
static void test_which_flags(void)
{
    static const probe probes[] = {{RESULT(",'key'"), "'on'"}, {RESULT(",'key'"), "'off'"}};
    static const uint32_t first[] = {0}, second[] = {1}, both[] = {1, 0, 1, 1}, off[] = {2}, all[] = {2, 1, 0};
    host h;
    xc_plan *plan = compile_probes(&h, parent, "['p']", probes, 2);
    check_flags(plan, first, COUNT(first), "[0,0]");
    check_flags(plan, second, COUNT(second), "[0,0,1,1]");
    check_flags(plan, both, COUNT(both), "[0,0,1,1]");
    check_flags(plan, off, COUNT(off), "[0,0]");
    check_flags(plan, all, COUNT(all), "[0,0,1,1]");
    host_free(&h, plan);
}

/* A few of 200 flags: the set of flags to evaluate takes several words. */
static void test_few_of_many_flags(void)
{
    static const uint32_t requested[] = {199, 3, 130};
    document flags = {NULL, 0, 0};
    host h;
    xc_plan *plan;
    document_add(&flags, "[");
    document_add_many(&flags, 200, "{'key':'%d','variants':{'v':{'key':'v'}},'segments':[{'variant':'v'}]}");
    document_add(&flags, "]");
    plan = host_compile(&h, flags.p);
    check_flags(plan, requested, COUNT(requested), "[3,3,130,130,199,199]");
    document_free(&flags);
    host_free(&h, plan);
}

int main(void)
{
    test_results();
    test_any_scratch();
    test_scratch_within_a_walk();
    test_plain_result();
    test_no_result();
    test_results_as_texts();
    test_which_flags();
    test_few_of_many_flags();
    return xc_test_end("results");
}
