//go:build ignore

/* What the description of a plan reports: flags that are left out because they
 * are malformed, repeated, on a cycle or dependent on one; the order of the
 * others; and cohorts. */
#include "document.h"
#include "xc_host.h"

/* Checks that a description in too little room has the same length, and stays
 * within its room. */
static void check_smaller_rooms(const xc_plan *plan, const char *text, size_t n)
{
    for (size_t room = 0; room <= n && n < 1000; room++) {
        char *out = xc_test_allocate(room);
        size_t length = (size_t)xc_plan_describe(plan, out, room);
        CHECK(length == n && (room < n || memcmp(out, text, n) == 0), "room %u: %.*s", (unsigned)room, (int)n, text);
        free(out);
    }
}

/* Returns the description of a plan. The caller frees it. */
static char *describe(const xc_plan *plan)
{
    size_t n = (size_t)xc_plan_describe(plan, NULL, 0);
    char *text = xc_test_allocate(n + 1);
    if ((size_t)xc_plan_describe(plan, text, n) != n)
        abort();
    text[n] = '\0';
    check_smaller_rooms(plan, text, n);
    return text;
}

/* Checks that a text is in the description of flags. Both are converted by
 * json. */
static void check_described(const char *flags, const char *want)
{
    host h;
    xc_plan *plan = host_compile(&h, json(flags));
    char *text = describe(plan);
    CHECK(strstr(text, json(want)) != NULL, "%s\n  got  %s\n  want %s", flags, text, json(want));
    free(text);
    host_free(&h, plan);
}

#define CONDITION(members) "'segments':[{'conditions':[[{" members "}]]}]"
#define BUCKET(members) "'segments':[{'bucket':{" members "}}]"
#define ALLOCATION(members) BUCKET("'allocations':[{" members "}]")
#define DISTRIBUTION(members) ALLOCATION("'range':[0,1],'distributions':[{" members "}]")

static const struct {
    const char *members; /* of the flag, after its key */
    const char *message;
    unsigned offset;
} malformed[] = {
    {"", "a flag has no variants", 1},
    {"'variants':null,'segments':[]", "a flag has no variants", 1},
    {"'variants':{}", "a flag has no segments", 1},
    {"'variants':{},'segments':null", "a flag has no segments", 1},
    {"'variants':[]", "the variants of a flag are not an object", 23},
    {"'variants':{'on':1}", "a variant is not an object", 29},
    {"'variants':{'on':null}", "a variant is not an object", 29},
    {"'variants':{'on':{}}", "a variant has no key", 29},
    {"'variants':{'on':{'key':null}}", "a variant has no key", 29},
    {"'variants':{'on':{'key':1}}", "the key of a variant is not a string", 36},
    {"'variants':{'on':{'key':'on','metadata':[]}}", "the metadata of a variant is not an object", 52},
    {"'segments':{}", "the segments of a flag are not a list", 23},
    {"'segments':[null]", "a segment is not an object", 24},
    {"'segments':[{'metadata':'m'}]", "the metadata of a segment is not an object", 36},
    {"'segments':[{'variant':1}]", "the variant of a segment is not a string", 35},
    {"'segments':[{'conditions':{}}]", "the conditions of a segment are not a list of lists", 38},
    {"'segments':[{'conditions':[{}]}]", "the conditions of a segment are not a list of lists", 39},
    {"'segments':[{'conditions':[[1]]}]", "a condition is not an object", 40},
    {CONDITION("'values':[]"), "a condition has no op", 40},
    {CONDITION("'op':'is'"), "a condition has no values", 40},
    {CONDITION("'op':1,'values':[]"), "the op of a condition is not a string", 46},
    {CONDITION("'op':'is','values':{}"), "the values of a condition are not a list", 60},
    {CONDITION("'op':'is','values':[1,null]"), "a null is among the values of a condition", 63},
    {CONDITION("'selector':'user','op':'is','values':[]"), "a selector is not a list of strings", 52},
    {CONDITION("'selector':['a',1],'op':'is','values':[]"), "a selector is not a list of strings", 57},
    {"'segments':[{'bucket':[]}]", "the bucket of a segment is not an object", 34},
    {BUCKET("'allocations':[]"), "a bucket has no salt", 34},
    {BUCKET("'salt':'s'"), "a bucket has no allocations", 34},
    {BUCKET("'salt':1"), "the salt of a bucket is not a string", 42},
    {BUCKET("'allocations':1"), "the allocations of a bucket are not a list", 49},
    {BUCKET("'allocations':[1]"), "an allocation is not an object", 50},
    {ALLOCATION("'distributions':[]"), "an allocation has no range", 50},
    {ALLOCATION("'range':[]"), "an allocation has no distributions", 50},
    {ALLOCATION("'range':1"), "a range is not a list of whole numbers", 59},
    {ALLOCATION("'range':['1']"), "a range is not a list of whole numbers", 60},
    {ALLOCATION("'range':[0,1.5]"), "a range is not a list of whole numbers", 65},
    {ALLOCATION("'range':[0,1],'distributions':{}"), "the distributions of an allocation are not a list", 81},
    {ALLOCATION("'range':[0,1],'distributions':[0]"), "a distribution is not an object", 82},
    {DISTRIBUTION("'range':[0,1]"), "a distribution has no variant", 82},
    {DISTRIBUTION("'variant':'on'"), "a distribution has no range", 82},
    {DISTRIBUTION("'variant':1"), "the variant of a distribution is not a string", 93},
    {"'dependencies':{}", "the dependencies of a flag are not a list of strings", 27},
    {"'dependencies':['a',null]", "the dependencies of a flag are not a list of strings", 32},
    {"'metadata':5", "the metadata of a flag is not an object", 23},
};

/* Each malformed flag is reported and left out; the other flag stays. */
static void test_malformed(void)
{
    static const char kept[] = "{'key':'b','variants':{},'segments':[]}";
    for (size_t i = 0; i < COUNT(malformed); i++) {
        const char *flags = jsonf("[{'key':'a'%s%s},%s]", malformed[i].members[0] != '\0' ? "," : "",
                                  malformed[i].members, kept);
        check_described(flags,
                        jsonf("'diagnostics':[{'flag':'a','entry':0,'code':'malformed','message':'%s','offset':%u}]}",
                              malformed[i].message, malformed[i].offset));
        check_described(flags, jsonf("{'flags':[['b',[],[],[],0,0,%u,%u]],",
                                     (unsigned)(strlen(flags) - strlen(kept) - 1), (unsigned)strlen(flags) - 1));
    }
}

static void test_malformed_without_a_key(void)
{
    check_described("[5]", "[{'flag':'','entry':0,'code':'malformed','message':'a flag is not an object','offset':1}]");
    check_described("[{}, null]",
                    "[{'flag':'','entry':0,'code':'malformed','message':'a flag has no key','offset':1},"
                    "{'flag':'','entry':1,'code':'malformed','message':'a flag is not an object','offset':5}]");
    check_described("[{'key':5}]", "'message':'the key of a flag is not a string','offset':8}]");
    check_described("{'x':{'key':'\\u0000\\'','segments':5}}",
                    "[{'flag':'\\u0000\\'','entry':0,'code':'malformed',"
                    "'message':'the segments of a flag are not a list','offset':34}]");
}

/* The first fault is reported; of members with equal names the last one
 * counts. */
static void test_repeated_members(void)
{
    check_described("[{'key':1,'key':'a','variants':5,'segments':5,'variants':{},'segments':[]}]",
                    "{'flags':[['a',[],[],[],0,0,1,74]],");
    check_described("[{'key':'a','variants':{},'segments':[],'key':1}]", "{'flag':'','entry':0,");
    check_described("[{'key':'a','variants':{},'variants':null,'segments':[]}]", "a flag has no variants");
    check_described("[{'key':'a','dependencies':['x'],'dependencies':null,'variants':{},'segments':[]}]",
                    "{'flags':[['a',[],[],[],0,0,1,81]],");
    check_described("[{'key':'a','variants':1,'segments':2}]", "the variants of a flag are not an object");
    /* Names may be escaped. */
    check_described("[{'\\u006bey':'a','variant\\u0073':{},'s\\u0065gments':[{'conditions':[[{'o\\u0070':'\\u0069s',"
                    "'\\u0076\\u0061\\u006c\\u0075\\u0065\\u0073':[]}]]}]}]",
                    "{'flags':[['a',[],[],[],0,0,1,137]],");
    check_described("[{'key':'a','variants':{},'segments':[],'\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"
                    "\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000':5}]",
                    "{'flags':[['a',[],[],[],0,0,1,135]],");
}

#define EMPTY "'variants':{},'segments':[]}"

/* Keys are written with only the escapes that JSON requires. */
static void test_escapes(void)
{
    check_described("[{'key':'\\b\\f\\n\\r\\t\\'\\\\\\/\\u001F\\u007f\\u00e9\\u20AC\\uD83D\\uDE00\\ud83d\\u0041'," EMPTY
                    "]",
                    "{'flags':[['\\b\\f\\n\\r\\t\\'\\\\/\\u001f\x7f\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbd"
                    "A',");
}

static void test_duplicates(void)
{
    check_described("[{'key':'a'," EMPTY ",{'key':'b'," EMPTY ",{'key':'\\u0061'," EMPTY ",{'key':'a'," EMPTY "]",
                    "'diagnostics':[{'flag':'a','entry':0,'code':'duplicate','message':'a later flag has the same "
                    "key and is used instead','offset':1},{'flag':'a','entry':2,'code':'duplicate','message':'a "
                    "later flag has the same key and is used instead','offset':81}]}");
    /* A malformed flag does not replace a valid one. */
    check_described("[{'key':'a'," EMPTY ",{'key':'a'}]", "{'flags':[['a',[],[],[],0,0,1,40]],");
    check_described("[{'key':''," EMPTY ",{'key':''," EMPTY "]", "{'flags':[['',[],[],[],0,0,40,78]],");
}

static void test_cycles(void)
{
    check_described("[{'key':'a','dependencies':['a']," EMPTY "]",
                    "'cycles':[['a']],'diagnostics':[{'flag':'a','entry':0,'code':'cycle','message':'the flag is "
                    "on a dependency cycle, or depends on one','offset':1,'cycle':0}]}");
    /* Two cycles, a flag that depends on each, and one that depends on
     * neither. */
    check_described("[{'key':'a','dependencies':['b','a']," EMPTY ",{'key':'b','dependencies':['c']," EMPTY
                    ",{'key':'c','dependencies':['b']," EMPTY ",{'key':'d','dependencies':['e','e']," EMPTY
                    ",{'key':'e','dependencies':['x','e']," EMPTY ",{'key':'f','dependencies':['x']," EMPTY "]",
                    "{'flags':[['f',[],[],[],0,0,318,378]],'outcomes':0,'paths':[],'patterns':[],'cohorts':[],"
                    "'cycles':[['b','c'],['e']],'diagnostics':[{'flag':'a',");
    check_described("[{'key':'a','dependencies':['b']," EMPTY ",{'key':'b','dependencies':['a']," EMPTY "]",
                    "'cycles':[['a','b']]");
}

/* Parents come first; dependencies on unknown flags are ignored. */
static void test_order(void)
{
    check_described("[{'key':'a','dependencies':['b','nobody','b']," EMPTY ",{'key':'b','dependencies':['c']," EMPTY
                    ",{'key':'c'," EMPTY ",{'key':'d'," EMPTY "]",
                    "{'flags':[['c',[],[],[],0,0,136,175],['d',[],[],[],0,0,176,215],['b',[],[],[0],0,0,75,135],"
                    "['a',[],[],[2,2],0,0,1,74]],");
}

#define CONDITION_ON(selector, op, values) "{'selector':" selector ",'op':'" op "','values':[" values "]}"
#define COHORT(selector, op) CONDITION_ON(selector, op, "'c1','c2'")
#define USER "['context','user','cohort_ids']"
#define ORG "['context','groups','org','cohort_ids']"

/* A flag has entries for the cohorts that its conditions name. It has an entry
 * for all cohorts if it uses a list of cohorts in any other way. */
static void test_cohorts(void)
{
    static const struct {
        const char *condition, *want;
        unsigned entries;
    } cases[] = {
        {COHORT(USER, "set contains any"), "[['c1','User'],['c2','User']]", 2},
        {COHORT(USER, "set does not contain any"), "[['c1','User'],['c2','User']]", 2},
        {COHORT(ORG, "set contains any"), "[['c1','org'],['c2','org']]", 2},
        {CONDITION_ON(USER, "set contains any", ""), "[]", 0},
        {CONDITION_ON(USER, "set contains any", "'(none)','c1'"), "[['c1','User'],[null,'User']]", 2},
        {CONDITION_ON(ORG, "set does not contain any", "'(none)'"), "[[null,'org']]", 1},
        {COHORT(USER, "set contains"), "[[null,'User']]", 1},
        {COHORT(ORG, "is"), "[[null,'org']]", 1},
        {COHORT(USER, "nonsense"), "[[null,'User']]", 1},
        {COHORT("['context','user','cohort_id']", "set contains any"), "[]", 0},
        {COHORT("['context','device','cohort_ids']", "set contains any"), "[]", 0},
        {COHORT("['context','cohort_ids']", "set contains any"), "[]", 0},
        {COHORT("['user','cohort_ids']", "set contains any"), "[]", 0},
        {COHORT("['result','user','cohort_ids']", "set contains any"), "[]", 0},
        {COHORT("[]", "set contains any"), "[]", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *flags = jsonf("[{'key':'a','variants':{},'segments':[{},{'conditions':[[%s]]}]}]",
                                  cases[i].condition);
        check_described(flags, jsonf("'cohorts':%s,'cycles'", cases[i].want));
        check_described(flags, jsonf(",[],[],0,%u,1,%u]],", cases[i].entries, (unsigned)strlen(flags) - 1));
    }
}

/* The entries of flags follow each other in the order of the flags; conditions
 * and buckets of all segments count. Flags that are left out have none. */
static void test_cohorts_of_flags(void)
{
    const char *flags = jsonf(
        "[{'key':'a','dependencies':['b'],'variants':{},'segments':[{'conditions':[[%s,%s],[%s]]},{'conditions':"
        "[[%s]]}]},{'key':'x','segments':[{'conditions':[[%s]]}]},{'key':'b','variants':{},'segments':[{'bucket':"
        "{'selector':" USER ",'salt':'s','allocations':[]}}]},{'key':'c','dependencies':['c'],'variants':{},"
        "'segments':[{'conditions':[[%s]]}]}]",
        CONDITION_ON(USER, "set contains any", "'1'"), CONDITION_ON(ORG, "set contains any", "'2'"),
        CONDITION_ON(ORG, "set does not contain any", "'3'"), CONDITION_ON(USER, "set contains any", "'1'"),
        CONDITION_ON(USER, "set contains any", "'x'"), CONDITION_ON(USER, "set contains any", "'c'"));
    check_described(flags, "{'flags':[['b',[0],[],[],0,1,");
    check_described(flags, "['a',[0,1],[],[0],0,4,1,");
    check_described(flags, "'cohorts':[[null,'User'],['1','User'],['2','org'],['3','org'],['1','User']],'cycles'");
}

/* A flag with more than 64 ancestors, or that reads more than 256 slots
 * together with them, has null for all slots in place of a list. */
static void test_many_parents_read_all_slots(void)
{
    document flags = {NULL, 0, 0};
    document_add(&flags, "[{'key':'k0'," EMPTY);
    for (int i = 1; i < 70; i++)
        document_addf(&flags, ",{'key':'k%d','dependencies':['k%d']," EMPTY, i, i - 1);
    document_add(&flags, "]");
    check_described(flags.p, "['k64',[],[],[63],0,0,");
    check_described(flags.p, "['k65',null,[],[64],0,0,");
    document_free(&flags);

    document_add(&flags, "[{'key':'a','variants':{},'segments':[{'conditions':[[");
    document_add_many(&flags, 257, "{'selector':['context','p%d'],'op':'is','values':[]}");
    document_add(&flags, "]]}]},{'key':'b','dependencies':['a']," EMPTY "]");
    check_described(flags.p, ",255,256],[],[],0,0,1,");
    check_described(flags.p, "],['b',null,[],[0],0,0,");
    document_free(&flags);
}

/* Flags on a chain past the limit are left out, and so are those that depend on
 * them. A flag beside the chain stays, and a cycle on the chain is reported as
 * one. */
static void test_chain(void)
{
    document flags = {NULL, 0, 0};
    host h;
    xc_plan *plan;
    for (int i = 0; i < 1200; i++)
        document_addf(&flags, "%c{'key':'k%d','dependencies':['k%d']," EMPTY, i > 0 ? ',' : '[', i, i - 1);
    document_add(&flags, ",{'key':'beside','dependencies':['k998']," EMPTY ",{'key':'loop','dependencies':['k1100',"
                         "'loop']," EMPTY "]");
    plan = host_compile(&h, flags.p);
    CHECK(plan->count[XC_FLAGS] == XC_MAX_CHAIN + 1, "%u flags", (unsigned)plan->count[XC_FLAGS]);
    CHECK(plan->count[XC_REPORTS] == 201, "%u reports", (unsigned)plan->count[XC_REPORTS]);
    for (uint32_t i = 0; i < 200; i++)
        CHECK(plan->reports[i].code == XC_REPORT_LIMIT && plan->reports[i].entry == 1000 + i &&
                  strcmp(plan->reports[i].message, "the flag is on a chain of more than 1000 dependencies") == 0,
              "report %u: %s", (unsigned)i, plan->reports[i].message);
    CHECK(plan->reports[200].code == XC_REPORT_CYCLE, "%s", plan->reports[200].message);
    host_free(&h, plan);
    document_free(&flags);
}

/* Flags are left out from where walking the ancestors of all flags would take
 * too long. Flags that cost little stay. */
static void test_steps(void)
{
    document flags = {NULL, 0, 0};
    host h;
    xc_plan *plan;
    uint32_t kept;
    for (int i = 0; i < 900; i++) {
        document_addf(&flags, "%c{'key':'k%d','dependencies':['x'", i > 0 ? ',' : '[', i);
        for (int j = 0; j < i; j++)
            document_addf(&flags, ",'k%d'", j);
        document_add(&flags, "]," EMPTY);
    }
    document_add(&flags, ",{'key':'small','dependencies':['alone']," EMPTY ",{'key':'alone'," EMPTY "]");
    plan = host_compile(&h, flags.p);
    kept = plan->count[XC_FLAGS];
    CHECK(kept > 700 && kept < 800, "%u flags", (unsigned)kept);
    CHECK(plan->count[XC_REPORTS] == 902 - kept, "%u reports", (unsigned)plan->count[XC_REPORTS]);
    CHECK_TEXT(plan->reports[0].message, "the flags depend on each other in too many ways", "the first report");
    host_free(&h, plan);
    document_free(&flags);
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
    test_cohorts_of_flags();
    test_many_parents_read_all_slots();
    test_chain();
    test_steps();
    return xc_test_end("reports");
}
