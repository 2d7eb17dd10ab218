//go:build ignore

/* What is searched for in a table because there is much of it, values and variants,
 * and ranges in every form of a number. */
#include "xc_host.h"

#define MANY 40 /* more than XC_SEARCHED_VALUES */

/* A JSON array of v0 ... v39, each one twice, but for one of them, and then of `last`.
 * Good until the next call. */
static const char *values(int without, const char *last)
{
    static char text[1024];
    size_t n = (size_t)snprintf(text, sizeof text, "[");
    for (int i = 0; i < 2 * MANY; i++)
        if (i % MANY != without)
            n += (size_t)snprintf(text + n, sizeof text - n, "\"v%d\",", i % MANY);
    snprintf(text + n, sizeof text - n, "%s]", last);
    return text;
}

/* Is the operator on all the values, and "true", met by a value (JSON)? */
static bool is_met(const char *op, const char *value)
{
    char flags[2048], context[2048];
    host h;
    bool met;
    xc_plan *plan;
    snprintf(context, sizeof context, "{\"v\":%s}", value);
    snprintf(flags, sizeof flags,
             "[{\"key\":\"f\",\"variants\":{\"on\":{\"key\":\"on\"}},\"segments\":[{\"variant\":\"on\",\"conditions\":[[{\"selector\":"
             "[\"context\",\"v\"],\"op\":\"%s\",\"values\":%s}]]}]}]",
             op, values(-1, "\"true\""));
    plan = host_compile(&h, flags);
    met = strcmp(host_evaluate(plan, context), "[0,0]") == 0;
    host_free(&h, plan);
    return met;
}

static void test_many_values(void)
{
    CHECK(is_met("is", "\"v0\"") && is_met("is", "\"v39\"") && is_met("is", "\"TRUE\""), "what is among them");
    CHECK(!is_met("is", "\"v40\"") && !is_met("is", "\"\"") && !is_met("is", "\"v\""), "what is not");
    CHECK(!is_met("is not", "\"v7\"") && is_met("is not", "\"w7\""), "the opposite");
    CHECK(is_met("is", "[\"x\",\"v39\"]") && !is_met("is", "[\"x\"]"), "an item that is");
    CHECK(is_met("set contains any", "[\"x\",\"v20\"]") && !is_met("set contains any", "[\"x\",\"y\"]"), "any");
    CHECK(is_met("set contains", values(-1, "\"True\"")), "all of them, and true in any case");
    CHECK(!is_met("set contains", values(31, "\"true\"")), "all but one");
    CHECK(is_met("set is", values(-1, "\"true\"")) && !is_met("set is", values(-1, "\"True\"")), "the same set");
    CHECK(is_met("contains", "\"a V13 b\"") && !is_met("contains", "\"a w13 b\""), "a part of a text");
}

/* Of many variants with the same name the last one counts; a name that none has is none. */
static void test_many_variants(void)
{
    char flags[2048];
    host h;
    size_t n = (size_t)snprintf(flags, sizeof flags, "[{\"key\":\"f\",\"variants\":{");
    xc_plan *plan;
    for (int i = 0; i < 20; i++)
        n += (size_t)snprintf(flags + n, sizeof flags - n, "%s\"n%d\":{\"key\":\"k%d\"}", i > 0 ? "," : "", i % 12, i);
    snprintf(flags + n, sizeof flags - n, "},\"segments\":[{\"variant\":\"nobody\"},{\"variant\":\"n3\"}]}]");
    plan = host_compile(&h, flags);
    CHECK_TEXT(host_evaluate(plan, "{}"), "[0,0]", "the second segment");
    CHECK(plan->count[XC_OUTCOMES] == 1 && plan->outcomes[0].variant == 15, "outcome of variant %u", (unsigned)plan->outcomes[0].variant);
    host_free(&h, plan);
}

/* An allocation with this range (JSON): does it take every user, nobody, or is it malformed? */
static const char *range_takes(const char *range)
{
    char flags[1024];
    const char *answer;
    host h;
    xc_plan *plan;
    snprintf(flags, sizeof flags,
             "[{\"key\":\"f\",\"variants\":{\"on\":{\"key\":\"on\"}},\"segments\":[{\"bucket\":{\"selector\":[\"context\",\"v\"],"
             "\"salt\":\"s\",\"allocations\":[{\"range\":%s,\"distributions\":[{\"variant\":\"on\",\"range\":[0,42949673]}]}]}}]}]",
             range);
    plan = host_compile(&h, flags);
    answer = plan->count[XC_FLAGS] == 0 ? "malformed" : strcmp(host_evaluate(plan, "{\"v\":\"u\"}"), "[0,0]") == 0 ? "all" : "none";
    host_free(&h, plan);
    return answer;
}

static void test_ranges(void)
{
    static const struct {
        const char *range, *takes;
    } cases[] = {
        {"[0,100]", "all"},
        {"[0.0,1e2]", "all"},
        {"[-5,100.0]", "all"},
        {"[-1e300,1e300]", "all"},
        {"[0,18446744073709551616]", "all"},
        {"[0,999999999999999]", "all"},
        {"[0,0]", "none"},
        {"[100,0]", "none"},
        {"[0]", "none"},
        {"[]", "none"},
        {"[0,100,7]", "all"},
        {"[0,100.5]", "malformed"},
        {"[0,\"100\"]", "malformed"},
        {"[0,null]", "malformed"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_TEXT(range_takes(cases[i].range), cases[i].takes, "%s", cases[i].range);
}

int main(void)
{
    test_many_values();
    test_many_variants();
    test_ranges();
    return xc_test_end("tables");
}
