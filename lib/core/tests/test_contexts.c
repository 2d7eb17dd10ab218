//go:build ignore

/* What flags read from a context, as an object and as an array of slots. */
#include "probes.h"

#define USER(rest) "['context','user'" rest "]"

/* Of members with equal names the last one counts, with all below it. */
static void test_repeated_members(void)
{
    static const struct {
        const char *name, *context;
        probe probes[6];
        size_t count;
    } cases[] = {
        {"the last of two texts", "{'user':{'a':'1','a':'2'}}", {{USER(",'a'"), "'2'"}}, 1},
        {"escaped names are the same names", "{'user':{'a':'1','\\u0061':'2'}}", {{USER(",'a'"), "'2'"}}, 1},
        {"an object by a scalar", "{'user':{'a':{'b':1},'a':5}}", {{USER(",'a'"), "'5'"}, {USER(",'a','b'"), NONE}}, 2},
        {"an object by null", "{'user':{'a':{'b':1},'a':null}}", {{USER(",'a'"), NONE}, {USER(",'a','b'"), NONE}}, 2},
        {"a scalar by an object",
         "{'user':{'a':5,'a':{'b':1}}}",
         {{USER(",'a'"), "{'b':1}"}, {USER(",'a','b'"), "'1'"}},
         2},
        {"an object by another",
         "{'user':{'a':{'b':1,'c':2},'a':{'c':3}}}",
         {{USER(",'a'"), "{'c':3}"}, {USER(",'a','b'"), NONE}, {USER(",'a','c'"), "'3'"}},
         3},
        {"an object by an array",
         "{'user':{'a':{'b':1},'a':[{'b':2}]}}",
         {{USER(",'a'"), "{'b':2}"}, {USER(",'a','b'"), NONE}},
         2},
        {"two levels above what is read",
         "{'user':{'a':{'b':{'c':1}}},'user':{'a':{}},'x':1}",
         {{USER(",'a','b','c'"), NONE}, {USER(",'a','b'"), NONE}, {USER(",'a'"), "{}"}},
         3},
        {"above, and again below",
         "{'user':{'a':{'b':1}},'user':{'a':{'b':2},'a':{'b':3}}}",
         {{USER(",'a','b'"), "'3'"}},
         1},
        {"within the whole context",
         "{'user':1,'user':2}",
         {{"['context']", "{'user':2}"}, {"['context','user']", "'2'"}},
         2},
        {"three times",
         "{'user':{'a':1},'user':5,'user':{'b':2}}",
         {{USER(",'a'"), NONE}, {USER(",'b'"), "'2'"}, {USER(""), "{'b':2}"}},
         3},
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
        {USER(",'text'"), "'a\\u0000b\\'\xf0\x9f\x98\x80\xef\xbf\xbd'"},
        {USER(",'one'"), "'1'"},
        {USER(",'big'"), "'100000000000000000000000'"},
        {USER(",'far'"), "'Infinity'"},
        {USER(",'yes'"), "'true'"},
        {USER(",'no'"), "'false'"},
        {USER(",'nothing'"), NONE},
        {USER(",'missing'"), NONE},
        {USER(",'object'"), "{'z':[1,{'q':'\\\\'}],'a':2}"},
        {USER(",'object','z','0'"), NONE}, /* arrays have no members */
        {USER(",'text','0'"), NONE},
        {USER(",''"), "'empty name'"},
        {"['context','groups','org']", "'g'"},
        {"[]", NONE},
        {"null", NONE},
        {"['user','one']", NONE},
        {"['result']", NONE},
        {"['result','nobody','key']", NONE},
    };
    host h;
    xc_plan *plan = compile_probes(&h, "", "[]", probes, COUNT(probes));
    check_all_on(
        plan,
        " { 'skipped' : [ { } , [ 1.5e-3 , '\\ud83d' ] ] ,'user':{ 'text' : 'a\\u0000b\\'\\uD83D\\uDE00\\udc00',"
        "'one':1.0,'big':100000000000000000000000,'far':1e999,'yes':true,'no':false,'nothing':null,"
        "'object':{'z' : [1.0 , {'q':'\\\\'}], 'a':1,'\\u0061':2.0},'':'empty name'},"
        "'groups':{'org':'g'}}\n",
        "an object");
    /* The same as an array: slots are numbered in the order in which flags name
     * their paths. */
    CHECK(plan->context_slots == 13, "got %u", (unsigned)plan->context_slots);
    check_all_on(
        plan,
        "[0,'a\\u0000b\\'\\ud83d\\ude00\\udc00', 1,1.0, 2,100000000000000000000000, 3,1e999, 4,true, 5,false, 6,null,"
        " 8,{'z':[1.0,{'q':'\\\\'}],'a':1,'\\u0061':2.0}, 12,'g', 11,'x' , 11 , 'empty name' ]",
        "an array, one slot twice");
    host_free(&h, plan);
}

/* Slots whose values contain the values of other slots. */
static void test_slots_within_each_other(void)
{
    static const probe probes[] = {
        {USER(",'p','q','r'"), "'1'"},
        {USER(",'p','q'"), "{'r':1,'s':[]}"},
        {USER(",'p'"), "{'q':{'r':1,'s':[]},'t':2}"},
        {"['context']", "{'user':{'p':{'q':{'r':1,'s':[]},'t':2}}}"},
    };
    host h;
    xc_plan *plan = compile_probes(&h, "", "[]", probes, COUNT(probes));
    check_all_on(plan, "{'user':{'p':{'q':{'r':1.0,'s':[ ]},'t':2}}}", "an object");
    check_all_on(plan,
                 "[0,1,1,{'r':1,'s':[]},2,{'q':{'r':1,'s':[]},'t':2},3,{'user':{'p':{'q':{'r':1,'s':[]},'t':2}}}]",
                 "an array");
    host_free(&h, plan);

    /* Only the whole context is read. */
    plan = compile_probes(&h, "", "[]", (const probe[]){{"['context']", "{'a':1}"}}, 1);
    check_all_on(plan, "{'a':1}", "the whole context");
    check_all_on(plan, "[0,{'a':1}]", "the whole context");
    host_free(&h, plan);
}

int main(void)
{
    test_repeated_members();
    test_values();
    test_slots_within_each_other();
    return xc_test_end("contexts");
}
