//go:build ignore

/* How deeply documents may be nested. */
#include "document.h"
#include "everything.h"

/* Returns a document that nests `depth` arrays between two texts. */
static document nested(const char *before, size_t depth, const char *after)
{
    document d = {NULL, 0, 0};
    document_add(&d, before);
    document_add_byte(&d, '[', depth);
    document_add_byte(&d, ']', depth);
    document_add(&d, after);
    return d;
}

/* XC_MAX_FLAGS_DEPTH arrays and objects may be open at once, the document's own
 * included, in every place and in malformed flags too. */
static void test_depth(void)
{
    static const struct {
        const char *before, *after;
        size_t open; /* in `before` */
    } cases[] = {
        {"", "", 0},
        {"[", "]", 1},
        {"[{'unknown':", "}]", 2},
        {"[{'key':", "}]", 2},
        {"[{'key':'a','metadata':{'m':", "},'variants':{},'segments':[]}]", 3},
        {"[{'key':'a','variants':{'on':{'key':'on','payload':", "}},'segments':[]}]", 4},
        {"[{'key':'a','variants':{},'segments':[{'conditions':[[{'op':'is','values':[", "]}]]}]}]", 8},
        {"[{'segments':[{'bucket':{'allocations':[{'distributions':[{'variant':", "}]}]}}]}]", 9},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t open = XC_MAX_FLAGS_DEPTH; open <= XC_MAX_FLAGS_DEPTH + 1; open++) {
            document flags = nested(cases[i].before, open - cases[i].open, cases[i].after);
            size_t deepest = strlen(cases[i].before) + open - cases[i].open;
            host h = {0, 0, -1};
            xc_error error;
            xc_plan *plan = host_compile_bytes(&h, flags.p, flags.n, &error);
            if (open == XC_MAX_FLAGS_DEPTH)
                CHECK(plan != NULL, "%s: %s", cases[i].before, error.message);
            else
                CHECK(plan == NULL && error.code == XC_ERROR_DEPTH && error.offset == deepest - 1, "%s: %s at %u",
                      cases[i].before, error.message, (unsigned)error.offset);
            xc_plan_free(plan);
            document_free(&flags);
            CHECK(h.held == 0, "%zu bytes are still held", h.held);
        }
}

/* A value that a flag keeps may have XC_MAX_DEPTH arrays and objects open,
 * counted from the value. A deeper one costs only its flag, and a part of a
 * flag that is not kept may be deeper. */
static void test_kept_depth(void)
{
    static const struct {
        const char *before, *after;
        bool kept, metadata;
    } cases[] = {
        {"'variants':{},'segments':[],'metadata':{'m':", "}", true, true},
        {"'variants':{'on':{'key':'on','payload':", "}},'segments':[]", true, false},
        {"'variants':{'on':{'key':'on','value':", "}},'segments':[]", true, false},
        {"'variants':{},'segments':[{'conditions':[[{'op':'is','values':[", "]}]]}]", true, false},
        {"'unknown':", ",'variants':{},'segments':[]", false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t depth = XC_MAX_DEPTH; depth <= XC_MAX_DEPTH + 1; depth++) {
            document flags = {NULL, 0, 0};
            host h = {0, 0, -1};
            xc_error error;
            xc_plan *plan;
            size_t arrays = cases[i].metadata ? depth - 1 : depth; /* metadata is itself an object */
            bool kept = !cases[i].kept || depth == XC_MAX_DEPTH;
            document_addf(&flags, "[{'key':'deep',%s", cases[i].before);
            document_add_byte(&flags, '[', arrays);
            document_add_byte(&flags, ']', arrays);
            document_addf(&flags, "%s},{'key':'other','variants':{'on':{'key':'on'}},'segments':[{'variant':'on'}]}]",
                          cases[i].after);
            plan = host_compile_bytes(&h, flags.p, flags.n, &error);
            CHECK(plan != NULL && plan->count[XC_FLAGS] == (kept ? 2u : 1u) &&
                      plan->count[XC_REPORTS] == (kept ? 0u : 1u),
                  "%s with %zu open: %s", cases[i].before, depth, error.message);
            if (!kept)
                CHECK_TEXT(plan->reports[0].message, "a value has more than 1000 arrays and objects open at once", "%s",
                           cases[i].before);
            xc_plan_free(plan);
            document_free(&flags);
            CHECK(h.held == 0, "%zu bytes are still held", h.held);
        }
}

/* A result may be one level deeper than the payload that it contains. */
static void test_result_depth(void)
{
    document flags = {NULL, 0, 0};
    host h;
    xc_plan *plan;
    document_add(&flags, "[{'key':'a','segments':[{'variant':'on'}],'variants':{'on':{'key':'on','payload':");
    document_add_byte(&flags, '[', XC_MAX_DEPTH);
    document_add_byte(&flags, ']', XC_MAX_DEPTH);
    document_add(&flags, "}}},{'key':'b','dependencies':['a'],'variants':{'on':{'key':'on'}},'segments':"
                         "[{'variant':'on','conditions':[[{'op':'contains','values':['[[]]'],"
                         "'selector':['result','a']}]]}]}]");
    plan = host_compile(&h, flags.p);
    CHECK_TEXT(host_evaluate(plan, "{}"), "[0,0,1,1]", "the deepest result");
    document_free(&flags);
    host_free(&h, plan);
}

/* The same for contexts, in values that flags read and in values that they do
 * not. */
static void test_context_depth(void)
{
    static const struct {
        const char *before, *after;
        size_t open;
    } cases[] = {
        {"{'user':{'l':", "}}", 2},
        {"{'user':{'other':", "}}", 2},
        {"{'user':", "}", 1},
        {"[3,", "]", 1},
    };
    host h;
    xc_plan *plan = compile_everything(&h);
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t open = XC_MAX_DEPTH; open <= XC_MAX_DEPTH + 1; open++) {
            document context = nested(cases[i].before, open - cases[i].open, cases[i].after);
            CHECK_TEXT(host_evaluate(plan, context.p),
                       open == XC_MAX_DEPTH ? "[0,1]" : xc_error_message(XC_ERROR_DEPTH), "%s with %zu open",
                       cases[i].before, open);
            document_free(&context);
        }
    host_free(&h, plan);
}

/* A path of more names than can be nested leads to no value, and is not
 * followed beyond the limit. */
static void test_longest_path(void)
{
    document flags = {NULL, 0, 0}, context = {NULL, 0, 0};
    host h;
    xc_plan *plan;
    document_add(&flags, "[{'key':'f','variants':{'on':{'key':'on'}},'segments':[{'variant':'on','conditions':"
                         "[[{'op':'is','values':['(none)'],'selector':['context',");
    document_add_many(&flags, XC_MAX_DEPTH + 5, "'a'");
    document_add(&flags, "]}]]}]}]");
    plan = host_compile(&h, flags.p);
    for (size_t open = XC_MAX_DEPTH; open <= XC_MAX_DEPTH + 1; open++) {
        for (size_t i = 0; i < open; i++)
            document_add(&context, "{'a':");
        document_add(&context, "1");
        document_add_byte(&context, '}', open);
        CHECK_TEXT(host_evaluate(plan, context.p), open == XC_MAX_DEPTH ? "[0,0]" : xc_error_message(XC_ERROR_DEPTH),
                   "%zu", open);
        document_free(&context);
    }
    document_free(&flags);
    host_free(&h, plan);
}

int main(void)
{
    test_depth();
    test_kept_depth();
    test_result_depth();
    test_context_depth();
    test_longest_path();
    return xc_test_end("depth");
}
