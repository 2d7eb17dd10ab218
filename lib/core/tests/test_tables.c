//go:build ignore

/* Long lists of values and variants, which are searched in a table, and the
 * forms that the numbers of a range may have. */
#include "document.h"
#include "xc_host.h"

#define MANY 40 /* more than XC_SEARCHED_VALUES */

/* Returns a JSON array of v0 to v39, each twice, without one of them, and then
 * of `last`. */
static const char *values(int without, const char *last)
{
    document array = {NULL, 0, 0};
    const char *text;
    document_add(&array, "[");
    for (int i = 0; i < 2 * MANY; i++)
        if (i % MANY != without)
            document_addf(&array, "'v%d',", i % MANY);
    text = jsonf("%s%s]", array.p, last);
    document_free(&array);
    return text;
}

/* Reports whether a value (JSON) meets an operator with these values. */
static bool meets(const char *value, const char *op, const char *values_of_op)
{
    host h;
    xc_plan *plan = host_compile(&h, jsonf("[{'key':'f','variants':{'on':{'key':'on'}},'segments':[{'variant':'on',"
                                           "'conditions':[[{'selector':['context','v'],'op':'%s','values':%s}]]}]}]",
                                           op, values_of_op));
    bool met = strcmp(host_evaluate(plan, jsonf("{'v':%s}", value)), "[0,0]") == 0;
    host_free(&h, plan);
    return met;
}

/* Reports whether a value meets an operator with all values and "true". */
static bool is_met(const char *op, const char *value)
{
    return meets(value, op, values(-1, "'true'"));
}

static void test_many_values(void)
{
    CHECK(is_met("is", "'v0'") && is_met("is", "'v39'") && is_met("is", "'TRUE'"), "one of the values");
    CHECK(!is_met("is", "'v40'") && !is_met("is", "''") && !is_met("is", "'v'"), "not one of the values");
    CHECK(!is_met("is not", "'v7'") && is_met("is not", "'w7'"), "the opposite");
    CHECK(is_met("is", "['x','v39']") && !is_met("is", "['x']"), "an item that is one of them");
    CHECK(is_met("set contains any", "['x','v20']") && !is_met("set contains any", "['x','y']"), "any");
    CHECK(is_met("set contains", values(-1, "'True'")), "all of them, with true in another case");
    CHECK(!is_met("set contains", values(31, "'true'")), "all but one");
    CHECK(is_met("set is", values(-1, "'true'")) && !is_met("set is", values(-1, "'True'")), "the same set");
    CHECK(is_met("contains", "'a V13 b'") && !is_met("contains", "'a w13 b'"), "a part of a string");
}

/* Few values, but more than are searched one by one, with the set operators
 * too. */
static void test_hashed_values(void)
{
    static const char twelve[] = "['c0','c1','c2','c3','c4','c5','c6','c7','c8','c9','true','c1']";
    static const struct {
        const char *op, *value;
        bool on;
    } cases[] = {
        {"is", "'c7'", true},
        {"is", "'c10'", false},
        {"is", "'True'", true},
        {"is not", "'c7'", false},
        {"is", "['x','c9']", true},
        {"set contains any", "['x','c9']", true},
        {"set contains any", "['x']", false},
        {"set does not contain any", "['x','c9']", false},
        {"set contains", "['c0','c1','c2','c3','c4','c5','c6','c7','c8','c9','x','TRUE']", true},
        {"set contains", "['c0','c1','c2','c3','c4','c5','c6','c7','c8','true']", false},
        {"set is", "['true','c9','c8','c7','c6','c5','c4','c3','c2','c1','c0','c0']", true},
        {"set is", "['TRUE','c9','c8','c7','c6','c5','c4','c3','c2','c1','c0']", false},
        {"set is not", "['c0','x']", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK(meets(cases[i].value, cases[i].op, twelve) == cases[i].on, "%s %s", cases[i].op, cases[i].value);
}

/* Of variants with equal names the last one counts; an unknown name selects
 * none. */
static void test_many_variants(void)
{
    document flags = {NULL, 0, 0};
    host h;
    xc_plan *plan;
    document_add(&flags, "[{'key':'f','variants':{");
    for (int i = 0; i < 20; i++)
        document_addf(&flags, "%s'n%d':{'key':'k%d'}", i > 0 ? "," : "", i % 12, i);
    document_add(&flags, "},'segments':[{'variant':'nobody'},{'variant':'n3'}]}]");
    plan = host_compile(&h, flags.p);
    document_free(&flags);
    CHECK_TEXT(host_evaluate(plan, "{}"), "[0,0]", "the second segment");
    CHECK(plan->count[XC_OUTCOMES] == 1 && plan->outcomes[0].variant == 15, "outcome of variant %u",
          (unsigned)plan->outcomes[0].variant);
    host_free(&h, plan);
}

/* Returns which users an allocation with this range (JSON) takes, "all" or
 * "none", or "malformed". */
static const char *range_takes(const char *range)
{
    const char *takes;
    host h;
    xc_plan *plan = host_compile(
        &h,
        jsonf("[{'key':'f','variants':{'on':{'key':'on'}},'segments':[{'bucket':{'selector':['context','v'],"
              "'salt':'s','allocations':[{'range':%s,'distributions':[{'variant':'on','range':[0,42949673]}]}]}}]}]",
              range));
    if (plan->count[XC_FLAGS] == 0)
        takes = "malformed";
    else
        takes = strcmp(host_evaluate(plan, json("{'v':'u'}")), "[0,0]") == 0 ? "all" : "none";
    host_free(&h, plan);
    return takes;
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
        {"[0,'100']", "malformed"},
        {"[0,null]", "malformed"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_TEXT(range_takes(cases[i].range), cases[i].takes, "%s", cases[i].range);
}

int main(void)
{
    test_many_values();
    test_hashed_values();
    test_many_variants();
    test_ranges();
    return xc_test_end("tables");
}
