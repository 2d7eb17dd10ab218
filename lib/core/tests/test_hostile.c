//go:build ignore

/* Input made to be expensive: nothing takes more time than its size explains,
 * and all of it runs on a small stack. A time that is not linear fails no
 * check, but keeps the program busy for hours: sizes are such that their square
 * is 10^10. */
#define _GNU_SOURCE
#include "document.h"
#include "hostile.h"
#include "xc_host.h"

enum { MANY = 100000 };

/* Compiles and describes flags, and evaluates them for a context, or for {} if
 * it is NULL. Expects this code of compiling, and this number of flags. Frees
 * flags and context. */
static void run(const char *name, document *flags, document *context, int32_t code, size_t want_flags)
{
    host h = {0, 0, -1};
    xc_allocator allocator = host_allocator(&h);
    xc_error error;
    xc_plan *plan = xc_plan_compile(flags->p, flags->n, &allocator, &error);
    CHECK(error.code == code, "%s: %s at %llu", name, error.message, (unsigned long long)error.offset);
    if (plan != NULL) {
        size_t n = (size_t)xc_plan_describe(plan, NULL, 0), room = 24 * want_flags + 64;
        char *description = xc_test_allocate(n), *text = xc_test_allocate(room);
        int64_t length;
        CHECK((size_t)xc_plan_describe(plan, description, n) == n, "%s", name);
        CHECK(plan->count[XC_FLAGS] == want_flags, "%s: %u flags", name, (unsigned)plan->count[XC_FLAGS]);
        length = host_evaluate_bytes(plan, context != NULL ? context->p : "{}", context != NULL ? context->n : 2, NULL,
                                     0, text, room);
        CHECK(length > 0 && (size_t)length <= room, "%s: %s", name,
              length < 0 ? xc_error_message((int32_t)length) : "too long");
        free(text);
        free(description);
    }
    host_free(&h, plan);
    document_free(flags);
    if (context != NULL)
        document_free(context);
}

#define FLAG "{'key':'f','variants':{'on':{'key':'on'}},'segments':["
#define ON "{'variant':'on'}"
#define EMPTY "'variants':{},'segments':[]"

/* Returns a document of many pieces between two texts. */
static document many(const char *before, const char *piece, const char *after)
{
    document d = {NULL, 0, 0};
    document_add(&d, before);
    document_add_many(&d, MANY, piece);
    document_add(&d, after);
    return d;
}

/* Returns flags with one condition, which has a value `count` times. */
static document one_condition(const char *op, long count, const char *value)
{
    document d = {NULL, 0, 0};
    document_addf(&d, "[" FLAG "{'variant':'on','conditions':[[{'selector':['context','v'],'op':'%s','values':[", op);
    document_add_many(&d, count, value);
    document_add(&d, "]}]]}]}]");
    return d;
}

static void test_many_values(void)
{
    static const struct {
        const char *op;
        bool has_context; /* whether a context with many values is evaluated */
    } cases[] = {{"is", true},     {"contains", true},         {"less", false},        {"version greater", false},
                 {"set is", true}, {"set contains any", true}, {"regex match", false}, {"no such operator", true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *op = cases[i].op;
        document flags = one_condition(op, MANY, "'1.%d'"), same = one_condition(op, MANY, "'same'");
        document nested = one_condition(op, MANY, "{'a':[%d,{'b':%d}]}"), context = {NULL, 0, 0};
        document_add(&context, "{'v':[");
        document_add_many(&context, strcmp(op, "contains") == 0 ? 2 : MANY, "'2.%d'");
        document_add(&context, "]}");
        run(op, &flags, cases[i].has_context ? &context : NULL, XC_OK, 1);
        run(op, &same, NULL, XC_OK, 1);
        run(op, &nested, NULL, XC_OK, 1);
        document_free(&context);
    }
}

static const struct {
    const char *name, *before, *piece, *after;
    size_t flags;
} many_pieces[] = {
    {"flags", "[", "{'key':'%d','variants':{'on':{'key':'on'}},'segments':[" ON "]}", "]", MANY},
    {"flags with one key", "[", FLAG "]}", "]", 1},
    {"malformed flags", "[", "{'key':'f','variants':{'on':[[[]]]}}", "]", 0},
    {"segments", "[" FLAG, "{'variant':'on','conditions':[]}", "]}]", 1},
    {"conditions", "[" FLAG "{'conditions':[[", "{'selector':['context','a','%d'],'op':'is not','values':[]}", "]]}]}]",
     1},
    {"groups", "[" FLAG "{'conditions':[", "[{'op':'is','values':[]}]", "]}]}]", 1},
    {"variants", "[{'key':'f','segments':[],'variants':{", "'%d':{'key':'on'}", "}}]", 1},
    {"variants with one name", "[{'key':'f','segments':[],'variants':{", "'on':{'key':'on'}", "}}]", 1},
    {"allocations", "[" FLAG "{'bucket':{'salt':'','allocations':[",
     "{'range':[0,100],'distributions':[{'variant':'on','range':[0,1]}]}", "]}}]}]", 1},
    {"unknown parents", "[{'key':'f'," EMPTY ",'dependencies':[", "'%d'", "]}]", 1},
    {"one parent, repeated", "[{'key':'a'," EMPTY "},{'key':'f'," EMPTY ",'dependencies':[", "'a'", "]}]", 2},
    {"flags that depend on themselves", "[", "{'key':'%d'," EMPTY ",'dependencies':['%d']}", "]", 0},
    {"flags that depend on one flag", "[{'key':'f'," EMPTY "},", "{'key':'%d'," EMPTY ",'dependencies':['f']}", "]",
     MANY + 1},
    {"names of a selector", "[" FLAG "{'conditions':[[{'op':'is','values':[],'selector':['context',", "'%d'",
     "]}]]}]}]", 1},
    {"metadata", "[{'key':'f','segments':[],'variants':{},'metadata':{", "'%d':1", "}}]", 1},
    {"metadata with one name", "[{'key':'f','segments':[],'variants':{},'metadata':{", "'a':1", "}}]", 1},
    {"repeated members", "[{'key':'f','segments':[],", "'variants':{'on':5}", ",'variants':{}}]", 1},
    {"unknown members", "[{'key':'f','segments':[],'variants':{},", "'x%d':[{}]", "}]", 1},
    {"numbers of a range", "[" FLAG "{'bucket':{'salt':'','allocations':[{'distributions':[],'range':[", "1",
     "]}]}}]}]", 1},
};

static void test_many_of_everything(void)
{
    for (size_t i = 0; i < COUNT(many_pieces); i++) {
        document flags = many(many_pieces[i].before, many_pieces[i].piece, many_pieces[i].after);
        run(many_pieces[i].name, &flags, NULL, XC_OK, many_pieces[i].flags);
    }
}

/* Chains of dependencies, one as long as the limit and two far beyond it, and a
 * cycle. */
static void test_dependencies(void)
{
    static const long lengths[] = {XC_MAX_CHAIN - 1, 15000, MANY};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        document chain = {NULL, 0, 0};
        document_add(&chain, "[{'key':'-1'," EMPTY "}");
        for (long f = 0; f < lengths[i]; f++)
            document_addf(&chain, ",{'key':'%ld'," EMPTY ",'dependencies':['%ld']}", f, f - 1);
        document_add(&chain, "]");
        run("a chain", &chain, NULL, XC_OK, XC_MAX_CHAIN);
    }
    document cycle = {NULL, 0, 0};
    document_add(&cycle, "[");
    for (long f = 0; f < MANY; f++)
        document_addf(&cycle, "%s{'key':'%ld'," EMPTY ",'dependencies':['%ld']}", f > 0 ? "," : "", f, (f + 1) % MANY);
    document_add(&cycle, "]");
    run("one long cycle", &cycle, NULL, XC_OK, 0);
}

/* As many slots in a flag's metadata as it has members: all are read in one
 * walk. */
static void test_many_slots_of_a_result(void)
{
    static const char *const pieces[] = {
        "{'selector':['result','p','metadata','%d','a'],'op':'is','values':['1']}",
        "{'selector':['result','p','metadata','missing%d','a'],'op':'is not','values':['1']}",
    };
    for (size_t i = 0; i < COUNT(pieces); i++) {
        document flags = {NULL, 0, 0};
        document_add(&flags, "[{'key':'p','variants':{'on':{'key':'on','metadata':{");
        document_add_many(&flags, MANY, "'%d':{'a':1}");
        document_add(&flags, "}}},'segments':[" ON "]},");
        document_add(&flags, "{'key':'f','dependencies':['p'],'variants':{'on':{'key':'on'}},");
        document_add(&flags, "'segments':[{'variant':'on','conditions':[[");
        document_add_many(&flags, MANY, pieces[i]);
        document_add(&flags, "]]}]}]");
        run("slots of a result", &flags, NULL, XC_OK, 2);
    }
}

/* ---- contexts ---- */

static void test_large_contexts(void)
{
    static const struct {
        const char *name, *before, *piece, *after;
    } cases[] = {
        {"members", "{'v':{", "'%d':1", "}}"},
        {"one name", "{'v':{", "'a':{}", "}}"},
        {"one name above a slot", "{", "'v':{'a':1}", "}"},
        {"members that no flag reads", "{", "'x\\u0041%d':[{}]", "}"},
        {"items", "{'v':[", "%d", "]}"},
        {"items that are rewritten", "{'v':[", "{'a':[1e20]}", "]}"},
        {"slots", "[", "0,'%d'", "]"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        document flags = {NULL, 0, 0}, context = many(cases[i].before, cases[i].piece, cases[i].after);
        document_add(&flags, "[" FLAG "{'conditions':[["
                             "{'selector':['context','v'],'op':'does not contain','values':['?']},"
                             "{'selector':['context','v','a'],'op':'is','values':['?']}]]}]}]");
        run(cases[i].name, &flags, &context, XC_OK, 1);
    }
}

static void test_long_strings_and_numbers(void)
{
    static const char *const ops[] = {"is", "contains", "less", "version less", "set is"};
    static const struct {
        const char *before, *after; /* a long row of zeros */
    } values[] = {{"'", "'"}, {"'1.", ".1-x'"}, {"1.", "1"}, {"'[\\'", "\\']'"}};
    for (size_t i = 0; i < COUNT(ops); i++)
        for (size_t v = 0; v < COUNT(values); v++) {
            document value = {NULL, 0, 0}, flags = {NULL, 0, 0}, context = {NULL, 0, 0};
            document_add(&value, values[v].before);
            document_add_byte(&value, '0', MANY);
            document_add(&value, values[v].after);
            document_addf(&flags, "[" FLAG "{'conditions':[[{'selector':['context','v'],'op':'%s','values':[%s]}]]}]}]",
                          ops[i], value.p);
            document_addf(&context, "{'v':%s}", value.p);
            document_free(&value);
            run(ops[i], &flags, &context, XC_OK, 1);
        }
}

/* A needle that almost matches everywhere. */
static void test_searching_near_matches(void)
{
    static const size_t needles[] = {31, 32, 33, MANY / 2};
    for (size_t i = 0; i < COUNT(needles); i++) {
        document flags = {NULL, 0, 0}, context = {NULL, 0, 0};
        document_add(&flags, "[" FLAG "{'variant':'on','conditions':[["
                             "{'selector':['context','v'],'op':'contains','values':['");
        document_add_byte(&flags, 'A', needles[i]);
        document_add(&flags, "b']}]]}]}]");
        document_add(&context, "{'v':'");
        document_add_byte(&context, 'a', MANY);
        document_add(&context, i % 2 == 0 ? "B'}" : "'}");
        run("contains", &flags, &context, XC_OK, 1);
    }
}

/* A program like ((a?)?...)b, tried on a's: each instruction is visited once a
 * rune. */
static void test_program_with_many_threads(void)
{
    enum { STATES = 2000 };
    host h;
    xc_plan *plan = host_compile(&h, json("[" FLAG "{'variant':'on','conditions':[["
                                          "{'selector':['context','v'],'op':'regex match','values':['x']}]]}]}]"));
    document programs = {NULL, 0, 0}, context = {NULL, 0, 0};
    size_t size;
    char out[16];
    void *scratch;
    xc_error error;
    document_addf(&programs, "[[%d,0,0,0,4294967295,4294967295,4294967295,4294967295,0,0,0,0", 2 * STATES + 2);
    for (int i = 0; i < STATES; i++) /* a?: an alternative, and a rune */
        document_addf(&programs, ",3,%d,%d,1,%d,97", 2 * i + 1, 2 * i + 2, 2 * i + 2);
    document_addf(&programs, ",1,%d,98,5,0,0]]", 2 * STATES + 1); /* a b, which does not occur */
    CHECK(xc_plan_set_patterns(plan, programs.p, programs.n, &error) == XC_OK, "%s", error.message);
    document_add(&context, "{'v':'");
    document_add_byte(&context, 'a', 5000);
    document_add(&context, "'}");
    size = xc_plan_scratch(plan);
    scratch = xc_test_allocate(size);
    CHECK(xc_evaluate(plan, context.p, context.n, NULL, 0, out, sizeof out, scratch, size) == 2, "no match");
    free(scratch);
    document_free(&programs);
    document_free(&context);
    host_free(&h, plan);
}

/* ---- depth ---- */

/* Returns a document with a value nested in `depth` arrays or objects, between
 * two texts. */
static document nested(const char *before, const char *open, const char *close, size_t depth, const char *after)
{
    document d = {NULL, 0, 0};
    document_add(&d, before);
    for (size_t i = 0; i < depth; i++)
        document_add(&d, open);
    document_add(&d, "1");
    for (size_t i = 0; i < depth; i++)
        document_add(&d, close);
    document_add(&d, after);
    return d;
}

/* Checks that flags and contexts nested `depth` times are accepted or rejected;
 * each nests `levels` arrays and objects. */
static void check_nested(const char *open, const char *close, size_t depth, size_t levels)
{
    document flags = nested("[{'key':'f'," EMPTY ",'metadata':{'m':", open, close, depth, "}}]");
    document context = nested("{'v':", open, close, depth, "}"), reader = {NULL, 0, 0};
    run("nested flags", &flags, NULL, depth * levels + 3 > XC_MAX_FLAGS_DEPTH ? XC_ERROR_DEPTH : XC_OK,
        depth * levels + 1 <= XC_MAX_DEPTH);
    if (depth * levels + 1 > XC_MAX_DEPTH) {
        host h;
        xc_plan *plan = host_compile(&h, json("[" FLAG "]}]"));
        uint64_t scratch[64];
        int64_t code = xc_evaluate(plan, context.p, context.n, NULL, 0, NULL, 0, scratch, sizeof scratch);
        CHECK(code == XC_ERROR_DEPTH, "%zu", depth);
        host_free(&h, plan);
        document_free(&context);
        return;
    }
    document_add(&reader, "[" FLAG "{'conditions':[["
                          "{'selector':['context','v'],'op':'contains','values':[']']}]]}]}]");
    run("nested context", &reader, &context, XC_OK, 1);
}

static void test_nesting(void)
{
    static const size_t depths[] = {1, 2, 63, 64, 65, 128, 990, 999, 1000, 1001, 10000, MANY, 10 * MANY};
    document brackets = {NULL, 0, 0};
    for (size_t i = 0; i < COUNT(depths); i++) {
        check_nested("[", "]", depths[i], 1);
        check_nested("{'a':", "}", depths[i], 1);
        check_nested("[{'a':", "}]", depths[i], 2);
    }
    document_add_byte(&brackets, '[', 10 * MANY);
    run("brackets that are not closed", &brackets, NULL, XC_ERROR_DEPTH, 0);
}

/* Values of a condition that are deeply nested lists, many times. */
static void test_nested_values(void)
{
    document value = {NULL, 0, 0}, flags;
    document_add_byte(&value, '[', 900);
    document_add_byte(&value, ']', 900);
    flags = one_condition("set is", 500, value.p);
    run("nested values", &flags, NULL, XC_OK, 1);
    document_free(&value);
}

/* ---- all of it on a small stack ---- */

static void *test_all(void *unused)
{
    (void)unused;
    test_many_values();
    test_many_of_everything();
    test_dependencies();
    test_many_slots_of_a_result();
    test_large_contexts();
    test_long_strings_and_numbers();
    test_searching_near_matches();
    test_program_with_many_threads();
    test_nesting();
    test_nested_values();
    return NULL;
}

int main(void)
{
    run_on_small_stack(test_all);
    return xc_test_end("hostile");
}
