//go:build ignore

/* What the functions of the header refuse, with which code and at which
 * offset. */
#include "everything.h"

static const struct {
    const char *flags;
    int32_t code;
    unsigned offset;
} compile_errors[] = {
    {"", XC_ERROR_TRUNCATED, 0},
    {" \t\r\n", XC_ERROR_TRUNCATED, 4},
    {"x", XC_ERROR_SYNTAX, 0},
    {"5", XC_ERROR_TYPE, 0},
    {" 'a'", XC_ERROR_TYPE, 1},
    {"null", XC_ERROR_TYPE, 0},
    {"[", XC_ERROR_TRUNCATED, 1},
    {"{", XC_ERROR_TRUNCATED, 1},
    {"[{'key':", XC_ERROR_TRUNCATED, 8},
    {"[{'key'", XC_ERROR_TRUNCATED, 7},
    {"[{'key", XC_ERROR_TRUNCATED, 6},
    {"[{'key':'a'", XC_ERROR_TRUNCATED, 11},
    {"[1,]", XC_ERROR_SYNTAX, 3},
    {"[,1]", XC_ERROR_SYNTAX, 1},
    {"[1 2]", XC_ERROR_SYNTAX, 3},
    {"[1}", XC_ERROR_SYNTAX, 2},
    {"{'a':1]", XC_ERROR_SYNTAX, 6},
    {"{'a' 1}", XC_ERROR_SYNTAX, 5},
    {"{1:1}", XC_ERROR_SYNTAX, 1},
    {"{'a':1,}", XC_ERROR_SYNTAX, 7},
    {"[] x", XC_ERROR_TRAILING, 3},
    {"[][]", XC_ERROR_TRAILING, 2},
    {"{}\n,", XC_ERROR_TRAILING, 3},
    {"[01]", XC_ERROR_SYNTAX, 2},
    {"[-]", XC_ERROR_SYNTAX, 2},
    {"[-", XC_ERROR_TRUNCATED, 2},
    {"[+1]", XC_ERROR_SYNTAX, 1},
    {"[1.]", XC_ERROR_SYNTAX, 3},
    {"[1.", XC_ERROR_TRUNCATED, 3},
    {"[.5]", XC_ERROR_SYNTAX, 1},
    {"[1e]", XC_ERROR_SYNTAX, 3},
    {"[1e+", XC_ERROR_TRUNCATED, 4},
    {"[tru", XC_ERROR_TRUNCATED, 4},
    {"[trux]", XC_ERROR_SYNTAX, 4},
    {"[nul]", XC_ERROR_SYNTAX, 4},
    {"[NaN]", XC_ERROR_SYNTAX, 1},
    {"[`a`]", XC_ERROR_SYNTAX, 1},
    {"['\t']", XC_ERROR_SYNTAX, 2},
    {"['\x1f']", XC_ERROR_SYNTAX, 2},
    {"['\\", XC_ERROR_TRUNCATED, 3},
    {"['\\x']", XC_ERROR_SYNTAX, 2},
    {"['\\u12", XC_ERROR_TRUNCATED, 6},
    {"['\\u12g4']", XC_ERROR_SYNTAX, 2},
    {"['abc", XC_ERROR_TRUNCATED, 5},
    {"['\xff']", XC_ERROR_UTF8, 2},
    {"['\x80']", XC_ERROR_UTF8, 2},
    {"['\xc0\x80']", XC_ERROR_UTF8, 2},         /* NUL in two bytes */
    {"['\xc1\xbf']", XC_ERROR_UTF8, 2},
    {"['\xc3(']", XC_ERROR_UTF8, 2},
    {"['\xe0\x9f\xbf']", XC_ERROR_UTF8, 2},     /* U+07FF in three */
    {"['\xe2\x82']", XC_ERROR_UTF8, 2},
    {"['\xe2(\xa1']", XC_ERROR_UTF8, 2},
    {"['\xed\xa0\x80']", XC_ERROR_UTF8, 2},     /* a surrogate */
    {"['\xed\xbf\xbf']", XC_ERROR_UTF8, 2},
    {"['\xf0\x8f\xbf\xbf']", XC_ERROR_UTF8, 2}, /* U+FFFF in four */
    {"['\xf0\x9f\x98']", XC_ERROR_UTF8, 2},
    {"['\xf4\x90\x80\x80']", XC_ERROR_UTF8, 2}, /* above U+10FFFF */
    {"['\xf5\x80\x80\x80']", XC_ERROR_UTF8, 2},
    {"['12345678\xff']", XC_ERROR_UTF8, 10},
    {"[{'key':'a','variants':{5:1},'segments':[]}]", XC_ERROR_SYNTAX, 24},
    {"[{'key':'a','variants':{'on' 1}}]", XC_ERROR_SYNTAX, 29},
    {"[{'key':'a','variants':{'on':", XC_ERROR_TRUNCATED, 29},
    {"[{'key':'a','variants':{'on", XC_ERROR_TRUNCATED, 27},
    {"[{'segments':[{'conditions':[[{'values':[nul", XC_ERROR_TRUNCATED, 44},
    {"[{'segments':[{'conditions':[[{'op':'\xff'", XC_ERROR_UTF8, 37},
    {"[{'segments':[{'conditions':[@", XC_ERROR_SYNTAX, 29},
    {"[{'segments':[{'bucket':{'selector':['a',@", XC_ERROR_SYNTAX, 41},
    {"[{'segments':[{'bucket':{'allocations':[{'range':[-", XC_ERROR_TRUNCATED, 51},
    {"[{'segments':[{'bucket':{'allocations':[{'range':[@", XC_ERROR_SYNTAX, 50},
    {"[{'segments':[{'bucket':{'allocations':[{'distributions':[{'variant':@", XC_ERROR_SYNTAX, 69},
    {"[{'metadata':{@", XC_ERROR_SYNTAX, 14},
    {"[{'metadata':", XC_ERROR_TRUNCATED, 13},
    {"[{'unknown':@", XC_ERROR_SYNTAX, 12},
    {"[{'key':5,'x':@}]", XC_ERROR_SYNTAX, 14}, /* also after what makes a flag malformed */
    {"[5,@]", XC_ERROR_SYNTAX, 3},
};

static void test_compile_errors(void)
{
    for (size_t i = 0; i < COUNT(compile_errors); i++) {
        const char *flags = json(compile_errors[i].flags);
        int32_t code = compile_errors[i].code;
        host h = {0, 0, -1};
        xc_error error;
        xc_plan *plan = host_compile_bytes(&h, flags, strlen(flags), &error);
        CHECK(plan == NULL && error.code == code && error.offset == compile_errors[i].offset, "%s: got %d at %u: %s",
              flags, (int)error.code, (unsigned)error.offset, error.message);
        CHECK_TEXT(error.message, xc_error_message(code), "%s", flags);
        xc_plan_free(plan);
        CHECK(h.held == 0, "%s: %zu bytes are still held", flags, h.held);
    }
}

static const struct {
    const char *context;
    int32_t code;
} evaluate_errors[] = {
    {"", XC_ERROR_TRUNCATED},
    {"  ", XC_ERROR_TRUNCATED},
    {"5", XC_ERROR_TYPE},
    {"'a'", XC_ERROR_TYPE},
    {"x", XC_ERROR_TYPE},
    {"{", XC_ERROR_TRUNCATED},
    {"{'user':", XC_ERROR_TRUNCATED},
    {"{'user':{'n':", XC_ERROR_TRUNCATED},
    {"{'user':{'n':1", XC_ERROR_TRUNCATED},
    {"{'user':{'n':tru}}", XC_ERROR_SYNTAX},
    {"{'user':{'n':'\\q'}}", XC_ERROR_SYNTAX},
    {"{'user':{'x':tru}}", XC_ERROR_SYNTAX},
    {"{'user':{'n':'\xff'}}", XC_ERROR_UTF8},
    {"{'\xff':1}", XC_ERROR_UTF8},
    {"{'user':{}}}", XC_ERROR_TRAILING},
    {"{'user':{},}", XC_ERROR_SYNTAX},
    {"{'user' 1}", XC_ERROR_SYNTAX},
    {"[", XC_ERROR_TRUNCATED},
    {"[0", XC_ERROR_TRUNCATED},
    {"[0,", XC_ERROR_TRUNCATED},
    {"[0,1", XC_ERROR_TRUNCATED},
    {"[0,1,", XC_ERROR_TRUNCATED},
    {"[0,'a", XC_ERROR_TRUNCATED},
    {"[0,[1,]]", XC_ERROR_SYNTAX},
    {"[0,]", XC_ERROR_SYNTAX},
    {"[0]", XC_ERROR_SYNTAX},
    {"[0 1]", XC_ERROR_SYNTAX},
    {"[00,1]", XC_ERROR_SYNTAX},
    {"['a',1]", XC_ERROR_TYPE},
    {"[-1,1]", XC_ERROR_TYPE},
    {"[1.5,1]", XC_ERROR_SYNTAX},
    {"[7,1]", XC_ERROR_ARGUMENT},
    {"[4294967296,1]", XC_ERROR_ARGUMENT},
    {"[0,1] 2", XC_ERROR_TRAILING},
};

static void test_evaluate_errors(void)
{
    host h;
    xc_plan *plan = compile_everything(&h);
    static const uint32_t unknown[] = {0, 2};
    char text[64];
    CHECK(plan->context_slots == 7, "got %u", (unsigned)plan->context_slots);
    for (size_t i = 0; i < COUNT(evaluate_errors); i++) {
        const char *context = json(evaluate_errors[i].context);
        CHECK_TEXT(host_evaluate(plan, context), xc_error_message(evaluate_errors[i].code), "%s", context);
    }
    CHECK(host_evaluate_bytes(plan, "{}", 2, unknown, 2, text, sizeof text) == XC_ERROR_ARGUMENT, "no such flag");
    host_free(&h, plan);

    plan = host_compile(&h, "[]");
    CHECK_TEXT(host_evaluate(plan, "[0,1]"), xc_error_message(XC_ERROR_ARGUMENT), "no slots at all");
    CHECK_TEXT(host_evaluate(plan, "{}"), "[]", "no flags at all");
    CHECK_TEXT(host_evaluate(plan, "[]"), "[]", "no flags at all");
    host_free(&h, plan);
}

/* Sizes are checked before the bytes are read. */
static void test_sizes(void)
{
    host h;
    xc_plan *plan = compile_everything(&h);
    xc_allocator allocator = host_allocator(&h);
    xc_error error;
    size_t size = xc_plan_scratch(plan);
    void *scratch = xc_test_allocate(size);
    CHECK(xc_plan_compile("[]", XC_MAX_DOCUMENT + 1, &allocator, &error) == NULL, "compile");
    CHECK(error.code == XC_ERROR_SIZE, "compile");
    CHECK(error.offset == 0, "compile");
    CHECK(xc_plan_compile("[]", SIZE_MAX, &allocator, &error) == NULL && error.code == XC_ERROR_SIZE, "compile");
    CHECK(xc_evaluate(plan, "{}", XC_MAX_DOCUMENT + 1, NULL, 0, NULL, 0, scratch, size) == XC_ERROR_SIZE, "evaluate");
    CHECK(xc_evaluate(plan, "{}", SIZE_MAX, NULL, 0, NULL, 0, scratch, size) == XC_ERROR_SIZE, "evaluate");
    free(scratch);
    host_free(&h, plan);
    plan = host_compile(&h, everything());
    CHECK(xc_plan_set_patterns(plan, "[]", XC_MAX_DOCUMENT + 1, &error) == XC_ERROR_SIZE, "set patterns");
    host_free(&h, plan);
}

static void test_messages(void)
{
    for (int32_t code = XC_ERROR_PROGRAM; code <= XC_OK; code++)
        for (int32_t other = XC_ERROR_PROGRAM; other < code; other++)
            CHECK(strcmp(xc_error_message(code), xc_error_message(other)) != 0, "%d and %d", (int)code, (int)other);
    CHECK_TEXT(xc_error_message(1), "unknown error", "not a code");
    CHECK_TEXT(xc_error_message(INT32_MIN), "unknown error", "not a code");
}

static void test_null_where_allowed(void)
{
    host h = {0, 0, -1};
    xc_allocator allocator = host_allocator(&h);
    xc_error error;
    xc_plan *plan;
    uint64_t scratch[512];
    xc_plan_free(NULL);
    CHECK(xc_plan_compile(NULL, 0, &allocator, &error) == NULL && error.code == XC_ERROR_TRUNCATED, "%s",
          error.message);
    CHECK(error.offset == 0 && h.held == 0, "offset %u", (unsigned)error.offset);
    plan = compile_everything(&h);
    CHECK(xc_plan_describe(plan, NULL, 0) > 0, "describe");
    CHECK(xc_plan_flag_metadata(plan, 0, NULL, 0) > 0, "metadata");
    CHECK(xc_plan_outcome(plan, 0, NULL, 0, scratch, sizeof scratch) > 0, "outcome");
    CHECK(xc_evaluate(plan, NULL, 0, NULL, 0, NULL, 0, scratch, sizeof scratch) == XC_ERROR_TRUNCATED, "no context");
    CHECK(xc_evaluate(plan, "{}", 2, NULL, 0, NULL, 0, scratch, sizeof scratch) == 5, "no room");
    host_free(&h, plan);
    plan = host_compile(&h, everything());
    CHECK(xc_plan_set_patterns(plan, NULL, 0, &error) == XC_ERROR_TRUNCATED, "%s", error.message);
    host_free(&h, plan);
}

int main(void)
{
    test_compile_errors();
    test_evaluate_errors();
    test_sizes();
    test_messages();
    test_null_where_allowed();
    return xc_test_end("errors");
}
