//go:build ignore

/* What flags read: contexts in both forms, members that repeat, slots within each
 * other, and the results of other flags. */
#include "xc_host.h"

/* Each flag is on when what its selector leads to has this text (JSON, or (none)). */
typedef struct {
    const char *selector, *is;
} probe;

/* A plan with a flag for each probe. Flags before them, with a comma at the end, may be given. */
static xc_plan *compile_probes(host *h, const char *before, const char *dependencies, const probe *probes, size_t count)
{
    static char flags[65536];
    size_t n = (size_t)snprintf(flags, sizeof flags, "[%s", before);
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(flags + n, sizeof flags - n,
                              "%s{\"key\":\"%zu\",\"dependencies\":%s,\"variants\":{\"on\":{\"key\":\"on\"}},\"segments\":[{\"variant\":\"on\","
                              "\"conditions\":[[{\"selector\":%s,\"op\":\"is\",\"values\":[%s]}]]}]}",
                              i > 0 ? "," : "", i, dependencies, probes[i].selector, probes[i].is);
    snprintf(flags + n, sizeof flags - n, "]");
    return host_compile(h, flags);
}

/* Are all flags on, each by itself and together? */
static void check_all_on(const xc_plan *plan, const char *context, const char *name)
{
    char text[4096];
    uint32_t count = plan->count[XC_FLAGS];
    size_t pairs = 0;
    int64_t n = host_evaluate_bytes(plan, context, strlen(context), NULL, 0, text, sizeof text - 1);
    CHECK(n > 0, "%s: %s", name, n > 0 ? "" : xc_error_message((int32_t)n));
    for (int64_t i = 0; i < n; i++)
        pairs += text[i] == ',';
    CHECK(pairs == 2 * (size_t)count - 1, "%s: %.*s of %u flags", name, (int)(n > 0 ? n : 0), text, (unsigned)count);
    for (uint32_t f = 0; f < count; f++) {
        char want[64];
        n = host_evaluate_bytes(plan, context, strlen(context), &f, 1, text, sizeof text - 1);
        snprintf(want, sizeof want, "%u,%u]", (unsigned)f, (unsigned)plan->flags[f].outcome);
        text[n > 0 ? n : 0] = '\0';
        CHECK(n > 0 && strstr(text, want) != NULL, "%s: flag %u alone: %s", name, (unsigned)f, text);
    }
}

#define USER(rest) "[\"context\",\"user\"" rest "]"
#define NONE "\"(none)\""

static void test_repeated_members(void)
{
    static const struct {
        const char *name, *context;
        probe probes[6];
        size_t count;
    } cases[] = {
        {"the last of two texts", "{\"user\":{\"a\":\"1\",\"a\":\"2\"}}", {{USER(",\"a\""), "\"2\""}}, 1},
        {"escaped names are the same names", "{\"user\":{\"a\":\"1\",\"\\u0061\":\"2\"}}", {{USER(",\"a\""), "\"2\""}}, 1},
        {"an object by a scalar", "{\"user\":{\"a\":{\"b\":1},\"a\":5}}",
         {{USER(",\"a\""), "\"5\""}, {USER(",\"a\",\"b\""), NONE}}, 2},
        {"an object by null", "{\"user\":{\"a\":{\"b\":1},\"a\":null}}",
         {{USER(",\"a\""), NONE}, {USER(",\"a\",\"b\""), NONE}}, 2},
        {"a scalar by an object", "{\"user\":{\"a\":5,\"a\":{\"b\":1}}}",
         {{USER(",\"a\""), "{\"b\":1}"}, {USER(",\"a\",\"b\""), "\"1\""}}, 2},
        {"an object by another one", "{\"user\":{\"a\":{\"b\":1,\"c\":2},\"a\":{\"c\":3}}}",
         {{USER(",\"a\""), "{\"c\":3}"}, {USER(",\"a\",\"b\""), NONE}, {USER(",\"a\",\"c\""), "\"3\""}}, 3},
        {"an object by an array", "{\"user\":{\"a\":{\"b\":1},\"a\":[{\"b\":2}]}}",
         {{USER(",\"a\""), "{\"b\":2}"}, {USER(",\"a\",\"b\""), NONE}}, 2},
        {"far above what is read", "{\"user\":{\"a\":{\"b\":{\"c\":1}}},\"user\":{\"a\":{}},\"x\":1}",
         {{USER(",\"a\",\"b\",\"c\""), NONE}, {USER(",\"a\",\"b\""), NONE}, {USER(",\"a\""), "{}"}}, 3},
        {"above, and again below", "{\"user\":{\"a\":{\"b\":1}},\"user\":{\"a\":{\"b\":2},\"a\":{\"b\":3}}}",
         {{USER(",\"a\",\"b\""), "\"3\""}}, 1},
        {"the whole context by itself", "{\"user\":1,\"user\":2}",
         {{"[\"context\"]", "{\"user\":2}"}, {"[\"context\",\"user\"]", "\"2\""}}, 2},
        {"three times", "{\"user\":{\"a\":1},\"user\":5,\"user\":{\"b\":2}}",
         {{USER(",\"a\""), NONE}, {USER(",\"b\""), "\"2\""}, {USER(""), "{\"b\":2}"}}, 3},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        host h;
        xc_plan *plan = compile_probes(&h, "", "[]", cases[i].probes, cases[i].count);
        check_all_on(plan, cases[i].context, cases[i].name);
        host_free(&h, plan);
    }
}

static void test_values(void)
{
    static const probe probes[] = {
        {USER(",\"text\""), "\"a\\u0000b\\\"\xf0\x9f\x98\x80\xef\xbf\xbd\""},
        {USER(",\"one\""), "\"1\""},
        {USER(",\"big\""), "\"100000000000000000000000\""},
        {USER(",\"far\""), "\"Infinity\""},
        {USER(",\"yes\""), "\"true\""},
        {USER(",\"no\""), "\"false\""},
        {USER(",\"nothing\""), NONE},
        {USER(",\"missing\""), NONE},
        {USER(",\"object\""), "{\"z\":[1,{\"q\":\"\\\\\"}],\"a\":2}"},
        {USER(",\"object\",\"z\",\"0\""), NONE}, /* nothing is found in arrays */
        {USER(",\"text\",\"0\""), NONE},
        {USER(",\"\""), "\"empty name\""},
        {"[\"context\",\"groups\",\"org\"]", "\"g\""},
        {"[]", NONE},
        {"null", NONE},
        {"[\"user\",\"one\"]", NONE},
        {"[\"result\"]", NONE},
        {"[\"result\",\"nobody\",\"key\"]", NONE},
    };
    host h;
    xc_plan *plan = compile_probes(&h, "", "[]", probes, COUNT(probes));
    check_all_on(plan,
                 " { \"skipped\" : [ { } , [ 1.5e-3 , \"\\ud83d\" ] ] ,\"user\":{ \"text\" : \"a\\u0000b\\\"\\uD83D\\uDE00\\udc00\","
                 "\"one\":1.0,\"big\":100000000000000000000000,\"far\":1e999,\"yes\":true,\"no\":false,\"nothing\":null,"
                 "\"object\":{\"z\" : [1.0 , {\"q\":\"\\\\\"}], \"a\":1,\"\\u0061\":2.0},\"\":\"empty name\"},"
                 "\"groups\":{\"org\":\"g\"}}\n",
                 "an object");
    /* The same by slots: those of the paths, in the order in which flags name them. */
    CHECK(plan->context_slots == 13, "got %u", (unsigned)plan->context_slots);
    check_all_on(plan,
                 "[0,\"a\\u0000b\\\"\\ud83d\\ude00\\udc00\", 1,1.0, 2,100000000000000000000000, 3,1e999, 4,true, 5,false, 6,null,"
                 " 8,{\"z\":[1.0,{\"q\":\"\\\\\"}],\"a\":1,\"\\u0061\":2.0}, 12,\"g\", 11,\"x\" , 11 , \"empty name\" ]",
                 "an array, one slot twice");
    host_free(&h, plan);
}

/* A slot that contains others, in both forms. */
static void test_slots_within_each_other(void)
{
    static const probe probes[] = {
        {USER(",\"p\",\"q\",\"r\""), "\"1\""},
        {USER(",\"p\",\"q\""), "{\"r\":1,\"s\":[]}"},
        {USER(",\"p\""), "{\"q\":{\"r\":1,\"s\":[]},\"t\":2}"},
        {"[\"context\"]", "{\"user\":{\"p\":{\"q\":{\"r\":1,\"s\":[]},\"t\":2}}}"},
    };
    host h;
    xc_plan *plan = compile_probes(&h, "", "[]", probes, COUNT(probes));
    check_all_on(plan, "{\"user\":{\"p\":{\"q\":{\"r\":1.0,\"s\":[ ]},\"t\":2}}}", "an object");
    check_all_on(plan,
                 "[0,1,1,{\"r\":1,\"s\":[]},2,{\"q\":{\"r\":1,\"s\":[]},\"t\":2},3,{\"user\":{\"p\":{\"q\":{\"r\":1,\"s\":[]},\"t\":2}}}]",
                 "an array");
    host_free(&h, plan);

    /* Nothing but the whole context is read. */
    plan = compile_probes(&h, "", "[]", (const probe[]){{"[\"context\"]", "{\"a\":1}"}}, 1);
    check_all_on(plan, "{\"a\":1}", "all of it");
    check_all_on(plan, "[0,{\"a\":1}]", "all of it");
    host_free(&h, plan);
}

/* More values than are searched one by one: found in a table, also for the set operators. */
static void test_hashed_values(void)
{
    static const struct {
        const char *op, *value;
        bool on;
    } cases[] = {
        {"is", "\"c7\"", true},
        {"is", "\"c10\"", false},
        {"is", "\"True\"", true},
        {"is not", "\"c7\"", false},
        {"is", "[\"x\",\"c9\"]", true},
        {"set contains any", "[\"x\",\"c9\"]", true},
        {"set contains any", "[\"x\"]", false},
        {"set does not contain any", "[\"x\",\"c9\"]", false},
        {"set contains", "[\"c0\",\"c1\",\"c2\",\"c3\",\"c4\",\"c5\",\"c6\",\"c7\",\"c8\",\"c9\",\"x\",\"TRUE\"]", true},
        {"set contains", "[\"c0\",\"c1\",\"c2\",\"c3\",\"c4\",\"c5\",\"c6\",\"c7\",\"c8\",\"true\"]", false},
        {"set is", "[\"true\",\"c9\",\"c8\",\"c7\",\"c6\",\"c5\",\"c4\",\"c3\",\"c2\",\"c1\",\"c0\",\"c0\"]", true},
        {"set is", "[\"TRUE\",\"c9\",\"c8\",\"c7\",\"c6\",\"c5\",\"c4\",\"c3\",\"c2\",\"c1\",\"c0\"]", false},
        {"set is not", "[\"c0\",\"x\"]", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char flags[512], ctx[256];
        host h;
        xc_plan *plan;
        snprintf(flags, sizeof flags,
                 "[{\"key\":\"f\",\"variants\":{\"on\":{\"key\":\"on\"}},\"segments\":[{\"variant\":\"on\",\"conditions\":[[{\"selector\":"
                 "[\"context\",\"v\"],\"op\":\"%s\",\"values\":[\"c0\",\"c1\",\"c2\",\"c3\",\"c4\",\"c5\",\"c6\",\"c7\",\"c8\",\"c9\","
                 "\"true\",\"c1\"]}]]}]}]",
                 cases[i].op);
        snprintf(ctx, sizeof ctx, "{\"v\":%s}", cases[i].value);
        plan = host_compile(&h, flags);
        CHECK_TEXT(host_evaluate(plan, ctx), cases[i].on ? "[0,0]" : "[]", "%s %s", cases[i].op, cases[i].value);
        host_free(&h, plan);
    }
}

/* ---- results ---- */

#define PARENT                                                                                                      \
    "{\"key\":\"p\",\"metadata\":{\"a\":1,\"b\":{\"x\":1,\"y\":2},\"n\":1,\"a\":\"flag\"},\"variants\":{\"on\":{\"key\":\"on\"," \
    "\"value\":{\"v\":1.0,\"w\":{\"x\":[1]},\"w\":{\"y\":2}},\"payload\":[{\"v\":1}],\"metadata\":{\"b\":{\"z\":3},\"n\":null,"  \
    "\"\\u0063\":\"var\\u0069ant\"}}},\"segments\":[{\"variant\":\"on\",\"metadata\":{\"a\":\"segment\",\"d\":[1,null]}}]},"

#define RESULT(rest) "[\"result\",\"p\"" rest "]"

static void test_results(void)
{
    static const probe probes[] = {
        {RESULT(",\"key\""), "\"on\""},
        {RESULT(",\"key\",\"x\""), NONE},
        {RESULT(",\"value\""), "{\"v\":1,\"w\":{\"y\":2}}"},
        {RESULT(",\"value\",\"v\""), "\"1\""},
        {RESULT(",\"value\",\"w\",\"x\""), NONE}, /* repeated: the last counts */
        {RESULT(",\"value\",\"w\",\"y\""), "\"2\""},
        {RESULT(",\"payload\""), "{\"v\":1}"},
        {RESULT(",\"payload\",\"v\""), NONE},
        {RESULT(",\"metadata\""), "{\"a\":\"segment\",\"b\":{\"z\":3},\"n\":null,\"d\":[1,null],\"c\":\"variant\"}"},
        {RESULT(",\"metadata\",\"a\""), "\"segment\""}, /* the segment's, over the flag's */
        {RESULT(",\"metadata\",\"b\""), "{\"z\":3}"},    /* the variant's replaces all of the flag's */
        {RESULT(",\"metadata\",\"b\",\"x\""), NONE},
        {RESULT(",\"metadata\",\"b\",\"z\""), "\"3\""},
        {RESULT(",\"metadata\",\"n\""), NONE}, /* null, over a number */
        {RESULT(",\"metadata\",\"c\""), "\"variant\""},
        {RESULT(",\"metadata\",\"d\""), "\"1\""},
        {RESULT(",\"metadata\",\"missing\""), NONE},
        {RESULT(",\"other\""), NONE},
        {RESULT(",\"other\",\"key\""), NONE},
        {RESULT(""),
         "{\"key\":\"on\",\"value\":{\"v\":1,\"w\":{\"y\":2}},\"payload\":[{\"v\":1}],\"metadata\":{\"a\":\"segment\",\"b\":{\"z\":3},"
         "\"n\":null,\"d\":[1,null],\"c\":\"variant\"}}"},
    };
    host h;
    xc_plan *plan = compile_probes(&h, PARENT, "[\"p\"]", probes, COUNT(probes));
    check_all_on(plan, "{}", "all slots");
    host_free(&h, plan);
    /* Each slot by itself: no other one has been read before, and no tree has more paths. */
    for (size_t i = 0; i < COUNT(probes); i++) {
        plan = compile_probes(&h, PARENT, "[\"p\"]", probes + i, 1);
        check_all_on(plan, "{}", probes[i].selector);
        host_free(&h, plan);
    }
    /* In any order: what is read first does not matter to the rest. */
    for (size_t first = 0; first < COUNT(probes); first++) {
        probe turned[COUNT(probes)];
        for (size_t i = 0; i < COUNT(probes); i++)
            turned[i] = probes[(first + i) % COUNT(probes)];
        plan = compile_probes(&h, PARENT, "[\"p\"]", turned, COUNT(probes));
        check_all_on(plan, "{}", probes[first].selector);
        host_free(&h, plan);
    }
}

/* The right answer or none with each size of scratch, where slots are read from a result,
 * a number is written anew and names and texts have escapes. */
static void test_any_scratch(void)
{
    static const probe probes[] = {
        {RESULT(",\"value\",\"w\",\"y\""), "\"2\""},
        {RESULT(",\"metadata\",\"c\""), "\"variant\""},
        {RESULT(",\"metadata\",\"b\",\"z\""), "\"3\""},
        {"[\"context\",\"n\"]", "\"0.00015\""},
        {"[\"context\",\"o\"]", "{\"ab\":[1,\"c\"]}"},
    };
    static const char ctx[] = "{\"\\u006e\":1.5e-4,\"o\":{\"a\\u0062\":[1.0,\"\\u0063\"]}}", want[] = "[0,0,1,1,2,2,3,3,4,4,5,5]";
    /* The same with the escaped names as the longest thing there is. */
    static const char *const parents[] = {
        PARENT,
        "{\"key\":\"p\",\"variants\":{\"on\":{\"key\":\"on\",\"value\":{\"\\u0077\":{\"y\":2},\"\\u0030123456789012345678901234567890123456789"
        "0123456789012345678901234567890123456789\":1},\"metadata\":{\"c\":\"variant\",\"b\":{\"z\":3},\"\\u003012345678901234567890123"
        "4567890123456789012345678901234567890123456789012345678901234567890123456789\":1}}},\"segments\":[{\"variant\":\"on\"}]},",
    };
    for (size_t p = 0; p < COUNT(parents); p++) {
        host h;
        xc_plan *plan = compile_probes(&h, parents[p], "[\"p\"]", probes, COUNT(probes));
        size_t enough = 0, least = xc_plan_scratch(plan);
        for (size_t size = least - 64; enough == 0 || size < enough + 32; size++) {
            void *scratch = malloc(size);
            char out[64];
            int64_t n = xc_evaluate(plan, ctx, sizeof ctx - 1, NULL, 0, out, sizeof out, scratch, size);
            free(scratch);
            if (n > 0 && enough == 0)
                enough = size;
            CHECK(n == (enough > 0 ? (int64_t)sizeof want - 1 : XC_ERROR_SCRATCH), "%zu bytes: %lld", size, (long long)n);
            CHECK(n < 0 || memcmp(out, want, sizeof want - 1) == 0, "%zu bytes: %.*s", size, (int)n, out);
            if (size > least + 65536)
                break;
        }
        CHECK(enough > least, "%zu bytes are enough, beyond %zu", enough, least);
        host_free(&h, plan);
    }
}

/* A parent with nothing but a key: the rest is not there. */
static void test_plain_result(void)
{
    static const probe probes[] = {
        {RESULT(""), "{\"key\":\"on\"}"},       {RESULT(",\"value\""), NONE},           {RESULT(",\"value\",\"a\""), NONE},
        {RESULT(",\"payload\",\"a\""), NONE},   {RESULT(",\"metadata\""), NONE},        {RESULT(",\"metadata\",\"a\""), NONE},
    };
    host h;
    xc_plan *plan = compile_probes(&h,
                                   "{\"key\":\"p\",\"metadata\":{ },\"variants\":{\"on\":{\"key\":\"on\",\"value\":null}},"
                                   "\"segments\":[{\"variant\":\"on\"}]},",
                                   "[\"p\"]", probes, COUNT(probes));
    check_all_on(plan, "{}", "a plain result");
    host_free(&h, plan);
}

/* A result that is not there, and a result that nobody depends on, are null. */
static void test_no_result(void)
{
    static const char off[] =
        "{\"key\":\"p\",\"metadata\":{\"a\":1},\"variants\":{\"on\":{\"key\":\"on\",\"value\":1}},\"segments\":[]},";
    static const probe probes[] = {
        {RESULT(",\"key\""), NONE},
        {RESULT(",\"value\""), NONE},
        {RESULT(",\"metadata\",\"a\""), NONE},
        {RESULT(""), NONE},
    };
    host h;
    xc_plan *plan = compile_probes(&h, off, "[\"p\"]", probes, COUNT(probes));
    CHECK_TEXT(host_evaluate(plan, "{}"), "[1,0,2,1,3,2,4,3]", "p has no result");
    host_free(&h, plan);
    plan = compile_probes(&h, PARENT, "[]", probes, COUNT(probes));
    check_all_on(plan, "{}", "nobody depends on p");
    host_free(&h, plan);
}

/* A string value of a variant, with and without escapes; and a key that looks like a list. */
static void test_results_as_texts(void)
{
    static const probe probes[] = {
        {RESULT(",\"key\""), "\"[1]\",\"1\""},
        {RESULT(",\"value\""), "\"a\xc3\xa9\""},
        {RESULT(",\"payload\""), "\"plain\""},
    };
    host h;
    xc_plan *plan = compile_probes(&h,
                                   "{\"key\":\"p\",\"variants\":{\"on\":{\"key\":\"[1]\",\"value\":\"a\\u00e9\",\"payload\":\"plain\"}},"
                                   "\"segments\":[{\"variant\":\"on\"}]},",
                                   "[\"p\"]", probes, COUNT(probes));
    check_all_on(plan, "{}", "texts");
    host_free(&h, plan);
}

/* Flags asked for come with those that they depend on, repeats and order aside. */
static void test_which_flags(void)
{
    static const probe probes[] = {{RESULT(",\"key\""), "\"on\""}, {RESULT(",\"key\""), "\"off\""}};
    static const uint32_t first[] = {0}, behind[] = {1}, both[] = {1, 0, 1, 1}, off[] = {2}, all[] = {2, 1, 0};
    host h;
    xc_plan *plan = compile_probes(&h, PARENT, "[\"p\"]", probes, 2);
    char text[64];
    CHECK(host_evaluate_bytes(plan, "{}", 2, first, 1, text, sizeof text) == 5 && memcmp(text, "[0,0]", 5) == 0, "itself");
    CHECK(host_evaluate_bytes(plan, "{}", 2, behind, 1, text, sizeof text) == 9 && memcmp(text, "[0,0,1,1]", 9) == 0, "its parent");
    CHECK(host_evaluate_bytes(plan, "{}", 2, both, 4, text, sizeof text) == 9 && memcmp(text, "[0,0,1,1]", 9) == 0, "repeats");
    CHECK(host_evaluate_bytes(plan, "{}", 2, off, 1, text, sizeof text) == 5 && memcmp(text, "[0,0]", 5) == 0, "no result");
    CHECK(host_evaluate_bytes(plan, "{}", 2, all, 3, text, sizeof text) == 9 && memcmp(text, "[0,0,1,1]", 9) == 0, "all");
    host_free(&h, plan);
}

/* Among more than 64 flags, and beyond the first word of those wanted. */
static void test_few_of_many_flags(void)
{
    static char flags[32768];
    size_t n = 0;
    static const uint32_t asked[] = {199, 3, 130};
    char text[64];
    host h;
    xc_plan *plan;
    for (int i = 0; i < 200; i++)
        n += (size_t)snprintf(flags + n, sizeof flags - n,
                              "%c{\"key\":\"%d\",\"variants\":{\"v\":{\"key\":\"v\"}},\"segments\":[{\"variant\":\"v\"}]}",
                              i > 0 ? ',' : '[', i);
    snprintf(flags + n, sizeof flags - n, "]");
    plan = host_compile(&h, flags);
    CHECK(host_evaluate_bytes(plan, "{}", 2, asked, 3, text, sizeof text) == 21 && memcmp(text, "[3,3,130,130,199,199]", 21) == 0,
          "%.21s", text);
    host_free(&h, plan);
}

int main(void)
{
    test_repeated_members();
    test_values();
    test_slots_within_each_other();
    test_hashed_values();
    test_results();
    test_any_scratch();
    test_plain_result();
    test_no_result();
    test_results_as_texts();
    test_which_flags();
    test_few_of_many_flags();
    return xc_test_end("contexts");
}
