//go:build ignore

/* What a plan leaves out, and what it says of it: malformed and repeated flags,
 * and those on or behind a cycle. */
#include "xc_host.h"

/* The description, to be freed. */
static char *host_describe(const xc_plan *plan)
{
    size_t n = (size_t)xc_plan_describe(plan, NULL, 0);
    char *text = malloc(n + 1);
    if (text == NULL || (size_t)xc_plan_describe(plan, text, n) != n)
        abort();
    text[n] = '\0';
    return text;
}

/* Checks one member of the description; `want` begins with the member's name. */
static void check_described(const char *flags, const char *want)
{
    host h;
    xc_plan *plan = host_compile(&h, flags);
    char *text = host_describe(plan);
    CHECK(strstr(text, want) != NULL, "%s\n  got  %s\n  want %s", flags, text, want);
    free(text);
    host_free(&h, plan);
}

/* One flag each, `key` first, so that reports can name it. */
static void test_malformed(void)
{
    static const struct {
        const char *members; /* of the flag, behind its key */
        const char *message;
        unsigned offset;
    } cases[] = {
        {"", "a flag has no variants", 1},
        {"\"variants\":null,\"segments\":[]", "a flag has no variants", 1},
        {"\"variants\":{}", "a flag has no segments", 1},
        {"\"variants\":{},\"segments\":null", "a flag has no segments", 1},
        {"\"variants\":[]", "the variants of a flag are not an object", 23},
        {"\"variants\":{\"on\":1}", "a variant is not an object", 29},
        {"\"variants\":{\"on\":null}", "a variant is not an object", 29},
        {"\"variants\":{\"on\":{}}", "a variant has no key", 29},
        {"\"variants\":{\"on\":{\"key\":null}}", "a variant has no key", 29},
        {"\"variants\":{\"on\":{\"key\":1}}", "the key of a variant is not a string", 36},
        {"\"variants\":{\"on\":{\"key\":\"on\",\"metadata\":[]}}", "the metadata of a variant is not an object", 52},
        {"\"segments\":{}", "the segments of a flag are not a list", 23},
        {"\"segments\":[null]", "a segment is not an object", 24},
        {"\"segments\":[{\"metadata\":\"m\"}]", "the metadata of a segment is not an object", 36},
        {"\"segments\":[{\"variant\":1}]", "the variant of a segment is not a string", 35},
        {"\"segments\":[{\"conditions\":{}}]", "the conditions of a segment are not a list of lists", 38},
        {"\"segments\":[{\"conditions\":[{}]}]", "the conditions of a segment are not a list of lists", 39},
        {"\"segments\":[{\"conditions\":[[1]]}]", "a condition is not an object", 40},
        {"\"segments\":[{\"conditions\":[[{\"values\":[]}]]}]", "a condition has no op", 40},
        {"\"segments\":[{\"conditions\":[[{\"op\":\"is\"}]]}]", "a condition has no values", 40},
        {"\"segments\":[{\"conditions\":[[{\"op\":1,\"values\":[]}]]}]", "the op of a condition is not a string", 46},
        {"\"segments\":[{\"conditions\":[[{\"op\":\"is\",\"values\":{}}]]}]", "the values of a condition are not a list", 60},
        {"\"segments\":[{\"conditions\":[[{\"op\":\"is\",\"values\":[1,null]}]]}]", "a null is among the values of a condition", 63},
        {"\"segments\":[{\"conditions\":[[{\"selector\":\"user\",\"op\":\"is\",\"values\":[]}]]}]", "a selector is not a list of strings", 52},
        {"\"segments\":[{\"conditions\":[[{\"selector\":[\"a\",1],\"op\":\"is\",\"values\":[]}]]}]", "a selector is not a list of strings", 57},
        {"\"segments\":[{\"bucket\":[]}]", "the bucket of a segment is not an object", 34},
        {"\"segments\":[{\"bucket\":{\"allocations\":[]}}]", "a bucket has no salt", 34},
        {"\"segments\":[{\"bucket\":{\"salt\":\"s\"}}]", "a bucket has no allocations", 34},
        {"\"segments\":[{\"bucket\":{\"salt\":1}}]", "the salt of a bucket is not a string", 42},
        {"\"segments\":[{\"bucket\":{\"allocations\":1}}]", "the allocations of a bucket are not a list", 49},
        {"\"segments\":[{\"bucket\":{\"allocations\":[1]}}]", "an allocation is not an object", 50},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"distributions\":[]}]}}]", "an allocation has no range", 50},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[]}]}}]", "an allocation has no distributions", 50},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":1}]}}]", "a range is not a list of whole numbers", 59},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[\"1\"]}]}}]", "a range is not a list of whole numbers", 60},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[0,1.5]}]}}]", "a range is not a list of whole numbers", 65},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[0,1],\"distributions\":{}}]}}]", "the distributions of an allocation are not a list", 81},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[0,1],\"distributions\":[0]}]}}]", "a distribution is not an object", 82},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[0,1],\"distributions\":[{\"range\":[0,1]}]}]}}]", "a distribution has no variant", 82},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[0,1],\"distributions\":[{\"variant\":\"on\"}]}]}}]", "a distribution has no range", 82},
        {"\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[0,1],\"distributions\":[{\"variant\":1}]}]}}]", "the variant of a distribution is not a string", 93},
        {"\"dependencies\":{}", "the dependencies of a flag are not a list of strings", 27},
        {"\"dependencies\":[\"a\",null]", "the dependencies of a flag are not a list of strings", 32},
        {"\"metadata\":5", "the metadata of a flag is not an object", 23},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char flags[512], want[512];
        snprintf(flags, sizeof flags, "[{\"key\":\"a\"%s%s},{\"key\":\"b\",\"variants\":{},\"segments\":[]}]",
                 cases[i].members[0] != '\0' ? "," : "", cases[i].members);
        snprintf(want, sizeof want,
                 "\"diagnostics\":[{\"flag\":\"a\",\"entry\":0,\"code\":\"malformed\",\"message\":\"%s\",\"offset\":%u}]}",
                 cases[i].message, cases[i].offset);
        check_described(flags, want);
        check_described(flags, "{\"flags\":[[\"b\",[],[],0]],"); /* the other one works */
    }
}

static void test_malformed_without_a_key(void)
{
    check_described("[5]", "[{\"flag\":\"\",\"entry\":0,\"code\":\"malformed\",\"message\":\"a flag is not an object\",\"offset\":1}]");
    check_described("[{}, null]", "[{\"flag\":\"\",\"entry\":0,\"code\":\"malformed\",\"message\":\"a flag has no key\",\"offset\":1},"
                                  "{\"flag\":\"\",\"entry\":1,\"code\":\"malformed\",\"message\":\"a flag is not an object\",\"offset\":5}]");
    check_described("[{\"key\":5}]", "\"message\":\"the key of a flag is not a string\",\"offset\":8}]");
    check_described("{\"x\":{\"key\":\"\\u0000\\\"\",\"segments\":5}}",
                    "[{\"flag\":\"\\u0000\\\"\",\"entry\":0,\"code\":\"malformed\","
                    "\"message\":\"the segments of a flag are not a list\",\"offset\":34}]");
}

/* The first thing that is wrong is reported; of members that repeat the last counts. */
static void test_repeated_members(void)
{
    check_described("[{\"key\":1,\"key\":\"a\",\"variants\":5,\"segments\":5,\"variants\":{},\"segments\":[]}]",
                    "{\"flags\":[[\"a\",[],[],0]],");
    check_described("[{\"key\":\"a\",\"variants\":{},\"segments\":[],\"key\":1}]", "{\"flag\":\"\",\"entry\":0,");
    check_described("[{\"key\":\"a\",\"variants\":{},\"variants\":null,\"segments\":[]}]", "a flag has no variants");
    check_described("[{\"key\":\"a\",\"dependencies\":[\"x\"],\"dependencies\":null,\"variants\":{},\"segments\":[]}]",
                    "{\"flags\":[[\"a\",[],[],0]],");
    check_described("[{\"key\":\"a\",\"variants\":1,\"segments\":2}]", "the variants of a flag are not an object");
    /* Names may be escaped. */
    check_described("[{\"\\u006bey\":\"a\",\"variant\\u0073\":{},\"s\\u0065gments\":[{\"conditions\":[[{\"o\\u0070\":\"\\u0069s\","
                    "\"\\u0076\\u0061\\u006c\\u0075\\u0065\\u0073\":[]}]]}]}]",
                    "{\"flags\":[[\"a\",[],[],0]],");
    check_described("[{\"key\":\"a\",\"variants\":{},\"segments\":[],\"\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"
                    "\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\":5}]",
                    "{\"flags\":[[\"a\",[],[],0]],");
}

#define EMPTY "\"variants\":{},\"segments\":[]}"

/* Keys come back with only the escapes that JSON demands. */
static void test_escapes(void)
{
    check_described("[{\"key\":\"\\b\\f\\n\\r\\t\\\"\\\\\\/\\u001F\\u007f\\u00e9\\u20AC\\uD83D\\uDE00\\ud83d\\u0041\"," EMPTY "]",
                    "{\"flags\":[[\"\\b\\f\\n\\r\\t\\\"\\\\/\\u001f\x7f\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbd" "A\",");
}

static void test_duplicates(void)
{
    check_described("[{\"key\":\"a\"," EMPTY ",{\"key\":\"b\"," EMPTY ",{\"key\":\"\\u0061\"," EMPTY ",{\"key\":\"a\"," EMPTY "]",
                    "\"diagnostics\":[{\"flag\":\"a\",\"entry\":0,\"code\":\"duplicate\",\"message\":\"a later flag has the same "
                    "key and counts instead\",\"offset\":1},{\"flag\":\"a\",\"entry\":2,\"code\":\"duplicate\",\"message\":\"a "
                    "later flag has the same key and counts instead\",\"offset\":81}]}");
    /* A malformed one does not count, wherever it stands. */
    check_described("[{\"key\":\"a\"," EMPTY ",{\"key\":\"a\"}]", "{\"flags\":[[\"a\",[],[],0]],");
    check_described("[{\"key\":\"\"," EMPTY ",{\"key\":\"\"," EMPTY "]", "{\"flags\":[[\"\",[],[],0]],");
}

static void test_cycles(void)
{
    check_described("[{\"key\":\"a\",\"dependencies\":[\"a\"]," EMPTY "]",
                    "\"cycles\":[[\"a\"]],\"diagnostics\":[{\"flag\":\"a\",\"entry\":0,\"code\":\"cycle\",\"message\":\"the flag is "
                    "on a dependency cycle, or depends on one\",\"offset\":1,\"cycle\":0}]}");
    /* Two cycles, a flag behind each, and one that depends on neither. */
    check_described("[{\"key\":\"a\",\"dependencies\":[\"b\",\"a\"]," EMPTY ",{\"key\":\"b\",\"dependencies\":[\"c\"]," EMPTY
                    ",{\"key\":\"c\",\"dependencies\":[\"b\"]," EMPTY ",{\"key\":\"d\",\"dependencies\":[\"e\",\"e\"]," EMPTY
                    ",{\"key\":\"e\",\"dependencies\":[\"x\",\"e\"]," EMPTY ",{\"key\":\"f\",\"dependencies\":[\"x\"]," EMPTY "]",
                    "{\"flags\":[[\"f\",[],[],0]],\"outcomes\":0,\"paths\":[],\"patterns\":[],\"cohorts\":[],"
                    "\"cycles\":[[\"b\",\"c\"],[\"e\"]],\"diagnostics\":[{\"flag\":\"a\",");
    check_described("[{\"key\":\"a\",\"dependencies\":[\"b\"]," EMPTY ",{\"key\":\"b\",\"dependencies\":[\"a\"]," EMPTY "]",
                    "\"cycles\":[[\"a\",\"b\"]]");
}

/* Dependencies on flags that are not there are no dependencies; parents come first. */
static void test_order(void)
{
    check_described("[{\"key\":\"a\",\"dependencies\":[\"b\",\"nobody\",\"b\"]," EMPTY ",{\"key\":\"b\",\"dependencies\":[\"c\"]," EMPTY
                    ",{\"key\":\"c\"," EMPTY ",{\"key\":\"d\"," EMPTY "]",
                    "{\"flags\":[[\"c\",[],[],0],[\"d\",[],[],0],[\"b\",[],[],0],[\"a\",[],[],0]],");
}

#define COHORT(selector, op) \
    "{\"selector\":" selector ",\"op\":\"" op "\",\"values\":[\"c1\",\"c2\"]}"

static void test_cohorts(void)
{
    static const struct {
        const char *condition, *want;
    } cases[] = {
        {COHORT("[\"context\",\"user\",\"cohort_ids\"]", "set contains any"), "[[\"c1\",\"User\"],[\"c2\",\"User\"]]"},
        {COHORT("[\"context\",\"user\",\"cohort_ids\"]", "set does not contain any"), "[[\"c1\",\"User\"],[\"c2\",\"User\"]]"},
        {COHORT("[\"context\",\"groups\",\"org\",\"cohort_ids\"]", "set contains any"), "[[\"c1\",\"org\"],[\"c2\",\"org\"]]"},
        {COHORT("[\"context\",\"user\",\"cohort_ids\"]", "set contains"), "[]"},
        {COHORT("[\"context\",\"user\",\"cohort_id\"]", "set contains any"), "[]"},
        {COHORT("[\"context\",\"device\",\"cohort_ids\"]", "set contains any"), "[]"},
        {COHORT("[\"context\",\"cohort_ids\"]", "set contains any"), "[]"},
        {COHORT("[\"user\",\"cohort_ids\"]", "set contains any"), "[]"},
        {COHORT("[\"result\",\"user\",\"cohort_ids\"]", "set contains any"), "[]"},
        {COHORT("[]", "set contains any"), "[]"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char flags[512], want[256];
        snprintf(flags, sizeof flags, "[{\"key\":\"a\",\"variants\":{},\"segments\":[{},{\"conditions\":[[%s]]}]}]",
                 cases[i].condition);
        snprintf(want, sizeof want, "\"cohorts\":%s,", cases[i].want);
        check_described(flags, want);
    }
}

/* A flag with more parents than are listed reads all slots. */
static void test_many_parents_read_all_slots(void)
{
    static char flags[32768];
    size_t n = (size_t)snprintf(flags, sizeof flags, "[{\"key\":\"k0\"," EMPTY);
    for (int i = 1; i < 70; i++)
        n += (size_t)snprintf(flags + n, sizeof flags - n, ",{\"key\":\"k%d\",\"dependencies\":[\"k%d\"]," EMPTY, i, i - 1);
    snprintf(flags + n, sizeof flags - n, "]");
    check_described(flags, "[\"k64\",[],[],0],[\"k65\",null,[],0],");

    n = (size_t)snprintf(flags, sizeof flags, "[{\"key\":\"a\",\"variants\":{},\"segments\":[{\"conditions\":[[");
    for (int i = 0; i < 257; i++)
        n += (size_t)snprintf(flags + n, sizeof flags - n,
                              "%s{\"selector\":[\"context\",\"p%d\"],\"op\":\"is\",\"values\":[]}", i > 0 ? "," : "", i);
    snprintf(flags + n, sizeof flags - n, "]]}]},{\"key\":\"b\",\"dependencies\":[\"a\"]," EMPTY "]");
    check_described(flags, ",255,256],[],0],[\"b\",null,[],0]],");
}

/* So many ways up that walking them would take too long: an error, not a plan. */
static void test_cost(void)
{
    enum { FLAGS = 20000 };
    char *flags = malloc(FLAGS * 80);
    size_t n = 0;
    host h = {0, 0, -1};
    xc_error error;
    for (int i = 0; i < FLAGS; i++)
        n += (size_t)sprintf(flags + n, "%c{\"key\":\"k%d\",\"dependencies\":[\"k%d\"]," EMPTY, i > 0 ? ',' : '[', i, i - 1);
    flags[n++] = ']';
    CHECK(host_compile_bytes(&h, flags, n, &error) == NULL && error.code == XC_ERROR_COST, "%s", error.message);
    CHECK(h.held == 0, "%zu bytes are still held", h.held);
    free(flags);
}

int main(void)
{
    test_malformed();
    test_malformed_without_a_key();
    test_repeated_members();
    test_escapes();
    test_duplicates();
    test_cycles();
    test_order();
    test_cohorts();
    test_many_parents_read_all_slots();
    test_cost();
    return xc_test_end("reports");
}
