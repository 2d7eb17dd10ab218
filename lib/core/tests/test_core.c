//go:build ignore

/* The functions of the header: what they refuse and where, with which room and
 * memory they do, and that they give everything back. */
#include "xc_host.h"

/* Two flags with something of every kind; the second depends on the first and reads its result. */
static const char everything[] =
    "[{\"key\":\"a\",\"metadata\":{\"m\":1,\"n\":[1.0,\"\\u0041\"]},"
    "\"variants\":{\"on\":{\"key\":\"on\",\"value\":\"v\\u0041\",\"payload\":{\"p\":{\"q\":[1,2,{\"r\":1e3}]}},\"metadata\":{\"m\":2}},"
    "\"off\":{\"key\":\"off\",\"value\":null}},"
    "\"segments\":[{\"metadata\":{\"s\":true},\"conditions\":[["
    "{\"selector\":[\"context\",\"user\",\"n\"],\"op\":\"greater\",\"values\":[\"1\",\"2\"]},"
    "{\"selector\":[\"context\",\"user\",\"v\"],\"op\":\"version less\",\"values\":[\"1.2.3-x\"]},"
    "{\"selector\":[\"context\",\"user\",\"t\"],\"op\":\"contains\",\"values\":[\"ABC\",\"0123456789012345678901234567890123456789\"]},"
    "{\"selector\":[\"context\",\"user\",\"l\"],\"op\":\"set contains\",\"values\":[\"1\",\"[1,{\\\"a\\\":2}]\",{\"o\":1.0}]},"
    "{\"selector\":[\"context\",\"user\",\"i\"],\"op\":\"is\",\"values\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"true\"]},"
    "{\"selector\":[\"context\",\"user\",\"r\"],\"op\":\"regex match\",\"values\":[\"^a+$\",\"b\"]}"
    "]],\"bucket\":{\"selector\":[\"context\",\"user\",\"id\"],\"salt\":\"sa\\u006ct\",\"allocations\":[{\"range\":[0,100],"
    "\"distributions\":[{\"variant\":\"on\",\"range\":[0,42949673]}]}]}},{\"variant\":\"off\"}]},"
    "{\"key\":\"b\",\"dependencies\":[\"a\"],\"variants\":{\"x\":{\"key\":\"x\"}},\"segments\":[{\"variant\":\"x\",\"conditions\":[["
    "{\"selector\":[\"result\",\"a\",\"payload\",\"p\",\"q\"],\"op\":\"set contains\",\"values\":[\"1\",\"{\\\"r\\\":1000}\"]},"
    "{\"selector\":[\"result\",\"a\",\"metadata\"],\"op\":\"contains\",\"values\":[\"\\\"m\\\":2\"]},"
    "{\"selector\":[\"result\",\"a\"],\"op\":\"contains\",\"values\":[\"\\\"payload\\\":\"]}]]}]},"
    "5,{\"key\":\"c\",\"dependencies\":[\"c\"],\"variants\":{},\"segments\":[]}]";

static const char everybody[] =
    "{\"user\":{\"n\":\" 3.5 \",\"v\":\"1.2.3-a\",\"t\":\"x\\u0061bC0123456789012345678901234567890123456789\","
    "\"l\":[1,[1,{\"a\":2}],{\"o\":1.0},null],\"i\":\"TRUE\",\"r\":\"aaa\",\"id\":\"u1\"}}";

/* A program for "^a+$": it is not what Go makes of it, but does. */
#define PROGRAM "[4,0,0,1,0,0,0,0,0,0,0,0, 1,1,97, 3,0,2, 4,3,8, 5,0,0]"

static xc_plan *compile_everything(host *h)
{
    xc_error error;
    xc_plan *plan = host_compile(h, everything);
    CHECK(xc_plan_set_patterns(plan, "[" PROGRAM ",null]", strlen("[" PROGRAM ",null]"), &error) == XC_OK, "%s",
          error.message);
    return plan;
}

/* ---- errors ---- */

static void test_compile_errors(void)
{
    static const struct {
        const char *flags;
        int32_t code;
        unsigned offset;
    } cases[] = {
        {"", XC_ERROR_TRUNCATED, 0},
        {" \t\r\n", XC_ERROR_TRUNCATED, 4},
        {"x", XC_ERROR_SYNTAX, 0},
        {"5", XC_ERROR_TYPE, 0},
        {" \"a\"", XC_ERROR_TYPE, 1},
        {"null", XC_ERROR_TYPE, 0},
        {"[", XC_ERROR_TRUNCATED, 1},
        {"{", XC_ERROR_TRUNCATED, 1},
        {"[{\"key\":", XC_ERROR_TRUNCATED, 8},
        {"[{\"key\"", XC_ERROR_TRUNCATED, 7},
        {"[{\"key", XC_ERROR_TRUNCATED, 6},
        {"[{\"key\":\"a\"", XC_ERROR_TRUNCATED, 11},
        {"[1,]", XC_ERROR_SYNTAX, 3},
        {"[,1]", XC_ERROR_SYNTAX, 1},
        {"[1 2]", XC_ERROR_SYNTAX, 3},
        {"[1}", XC_ERROR_SYNTAX, 2},
        {"{\"a\":1]", XC_ERROR_SYNTAX, 6},
        {"{\"a\" 1}", XC_ERROR_SYNTAX, 5},
        {"{1:1}", XC_ERROR_SYNTAX, 1},
        {"{\"a\":1,}", XC_ERROR_SYNTAX, 7},
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
        {"['a']", XC_ERROR_SYNTAX, 1},
        {"[\"\t\"]", XC_ERROR_SYNTAX, 2},
        {"[\"\x1f\"]", XC_ERROR_SYNTAX, 2},
        {"[\"\\", XC_ERROR_TRUNCATED, 3},
        {"[\"\\x\"]", XC_ERROR_SYNTAX, 2},
        {"[\"\\u12", XC_ERROR_TRUNCATED, 6},
        {"[\"\\u12g4\"]", XC_ERROR_SYNTAX, 2},
        {"[\"abc", XC_ERROR_TRUNCATED, 5},
        {"[\"\xff\"]", XC_ERROR_UTF8, 2},
        {"[\"\x80\"]", XC_ERROR_UTF8, 2},
        {"[\"\xc0\x80\"]", XC_ERROR_UTF8, 2},         /* NUL in two bytes */
        {"[\"\xc1\xbf\"]", XC_ERROR_UTF8, 2},
        {"[\"\xc3(\"]", XC_ERROR_UTF8, 2},
        {"[\"\xe0\x9f\xbf\"]", XC_ERROR_UTF8, 2},     /* U+07FF in three */
        {"[\"\xe2\x82\"]", XC_ERROR_UTF8, 2},
        {"[\"\xe2(\xa1\"]", XC_ERROR_UTF8, 2},
        {"[\"\xed\xa0\x80\"]", XC_ERROR_UTF8, 2},     /* a surrogate */
        {"[\"\xed\xbf\xbf\"]", XC_ERROR_UTF8, 2},
        {"[\"\xf0\x8f\xbf\xbf\"]", XC_ERROR_UTF8, 2}, /* U+FFFF in four */
        {"[\"\xf0\x9f\x98\"]", XC_ERROR_UTF8, 2},
        {"[\"\xf4\x90\x80\x80\"]", XC_ERROR_UTF8, 2}, /* above U+10FFFF */
        {"[\"\xf5\x80\x80\x80\"]", XC_ERROR_UTF8, 2},
        {"[\"12345678\xff\"]", XC_ERROR_UTF8, 10},
        {"[{\"key\":\"a\",\"variants\":{5:1},\"segments\":[]}]", XC_ERROR_SYNTAX, 24},
        {"[{\"key\":\"a\",\"variants\":{\"on\" 1}}]", XC_ERROR_SYNTAX, 29},
        {"[{\"key\":\"a\",\"variants\":{\"on\":", XC_ERROR_TRUNCATED, 29},
        {"[{\"key\":\"a\",\"variants\":{\"on", XC_ERROR_TRUNCATED, 27},
        {"[{\"segments\":[{\"conditions\":[[{\"values\":[nul", XC_ERROR_TRUNCATED, 44},
        {"[{\"segments\":[{\"conditions\":[[{\"op\":\"\xff\"", XC_ERROR_UTF8, 37},
        {"[{\"segments\":[{\"conditions\":[@", XC_ERROR_SYNTAX, 29},
        {"[{\"segments\":[{\"bucket\":{\"selector\":[\"a\",@", XC_ERROR_SYNTAX, 41},
        {"[{\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[-", XC_ERROR_TRUNCATED, 51},
        {"[{\"segments\":[{\"bucket\":{\"allocations\":[{\"range\":[@", XC_ERROR_SYNTAX, 50},
        {"[{\"segments\":[{\"bucket\":{\"allocations\":[{\"distributions\":[{\"variant\":@", XC_ERROR_SYNTAX, 69},
        {"[{\"metadata\":{@", XC_ERROR_SYNTAX, 14},
        {"[{\"metadata\":", XC_ERROR_TRUNCATED, 13},
        {"[{\"unknown\":@", XC_ERROR_SYNTAX, 12},
        {"[{\"key\":5,\"x\":@}]", XC_ERROR_SYNTAX, 14}, /* also behind what makes a flag malformed */
        {"[5,@]", XC_ERROR_SYNTAX, 3},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        host h = {0, 0, -1};
        xc_error error;
        xc_plan *plan = host_compile_bytes(&h, cases[i].flags, strlen(cases[i].flags), &error);
        CHECK(plan == NULL && error.code == cases[i].code && error.offset == cases[i].offset, "%s: got %d at %u: %s",
              cases[i].flags, (int)error.code, (unsigned)error.offset, error.message);
        CHECK_TEXT(error.message, xc_error_message(cases[i].code), "%s", cases[i].flags);
        xc_plan_free(plan);
        CHECK(h.held == 0, "%s: %zu bytes are still held", cases[i].flags, h.held);
    }
}

static void test_evaluate_errors(void)
{
    static const struct {
        const char *context;
        int32_t code;
    } cases[] = {
        {"", XC_ERROR_TRUNCATED},
        {"  ", XC_ERROR_TRUNCATED},
        {"5", XC_ERROR_TYPE},
        {"\"a\"", XC_ERROR_TYPE},
        {"x", XC_ERROR_TYPE},
        {"{", XC_ERROR_TRUNCATED},
        {"{\"user\":", XC_ERROR_TRUNCATED},
        {"{\"user\":{\"n\":", XC_ERROR_TRUNCATED},
        {"{\"user\":{\"n\":1", XC_ERROR_TRUNCATED},
        {"{\"user\":{\"n\":tru}}", XC_ERROR_SYNTAX},
        {"{\"user\":{\"n\":\"\\q\"}}", XC_ERROR_SYNTAX},
        {"{\"user\":{\"x\":tru}}", XC_ERROR_SYNTAX},
        {"{\"user\":{\"n\":\"\xff\"}}", XC_ERROR_UTF8},
        {"{\"\xff\":1}", XC_ERROR_UTF8},
        {"{\"user\":{}}}", XC_ERROR_TRAILING},
        {"{\"user\":{},}", XC_ERROR_SYNTAX},
        {"{\"user\" 1}", XC_ERROR_SYNTAX},
        {"[", XC_ERROR_TRUNCATED},
        {"[0", XC_ERROR_TRUNCATED},
        {"[0,", XC_ERROR_TRUNCATED},
        {"[0,1", XC_ERROR_TRUNCATED},
        {"[0,1,", XC_ERROR_TRUNCATED},
        {"[0,\"a", XC_ERROR_TRUNCATED},
        {"[0,[1,]]", XC_ERROR_SYNTAX},
        {"[0,]", XC_ERROR_SYNTAX},
        {"[0]", XC_ERROR_SYNTAX},
        {"[0 1]", XC_ERROR_SYNTAX},
        {"[00,1]", XC_ERROR_SYNTAX},
        {"[\"a\",1]", XC_ERROR_TYPE},
        {"[-1,1]", XC_ERROR_TYPE},
        {"[1.5,1]", XC_ERROR_SYNTAX},
        {"[7,1]", XC_ERROR_ARGUMENT},
        {"[4294967296,1]", XC_ERROR_ARGUMENT},
        {"[0,1] 2", XC_ERROR_TRAILING},
    };
    host h;
    xc_plan *plan = compile_everything(&h);
    static const uint32_t beyond[] = {0, 2};
    char text[64];
    CHECK(plan->context_slots == 7, "got %u", (unsigned)plan->context_slots);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_TEXT(host_evaluate(plan, cases[i].context), xc_error_message(cases[i].code), "%s", cases[i].context);
    CHECK(host_evaluate_bytes(plan, "{}", 2, beyond, 2, text, sizeof text) == XC_ERROR_ARGUMENT, "no such flag");
    host_free(&h, plan);

    plan = host_compile(&h, "[]");
    CHECK_TEXT(host_evaluate(plan, "[0,1]"), xc_error_message(XC_ERROR_ARGUMENT), "no slots at all");
    CHECK_TEXT(host_evaluate(plan, "{}"), "[]", "no flags at all");
    CHECK_TEXT(host_evaluate(plan, "[]"), "[]", "no flags at all");
    host_free(&h, plan);
}

/* Sizes are looked at before texts are. */
static void test_sizes(void)
{
    host h;
    xc_plan *plan = compile_everything(&h);
    xc_allocator allocator = host_allocator(&h);
    xc_error error;
    size_t size = xc_plan_scratch(plan);
    void *scratch = malloc(size);
    CHECK(xc_plan_compile("[]", XC_MAX_DOCUMENT + 1, &allocator, &error) == NULL && error.code == XC_ERROR_SIZE, "compile");
    CHECK(error.offset == 0, "compile");
    CHECK(xc_plan_compile("[]", SIZE_MAX, &allocator, &error) == NULL && error.code == XC_ERROR_SIZE, "compile");
    CHECK(xc_evaluate(plan, "{}", XC_MAX_DOCUMENT + 1, NULL, 0, NULL, 0, scratch, size) == XC_ERROR_SIZE, "evaluate");
    CHECK(xc_evaluate(plan, "{}", SIZE_MAX, NULL, 0, NULL, 0, scratch, size) == XC_ERROR_SIZE, "evaluate");
    free(scratch);
    host_free(&h, plan);
    plan = host_compile(&h, everything);
    CHECK(xc_plan_set_patterns(plan, "[]", XC_MAX_DOCUMENT + 1, &error) == XC_ERROR_SIZE, "set patterns");
    host_free(&h, plan);
}

/* XC_MAX_DEPTH arrays and objects may be open at once, counted from the document's
 * own, wherever they stand and whether what they are in is well-formed or not. */
static void test_depth(void)
{
    static const struct {
        const char *before, *after;
        size_t open; /* in `before` */
    } cases[] = {
        {"", "", 0},
        {"[", "]", 1},
        {"[{\"unknown\":", "}]", 2},
        {"[{\"key\":", "}]", 2},
        {"[{\"key\":\"a\",\"metadata\":{\"m\":", "},\"variants\":{},\"segments\":[]}]", 3},
        {"[{\"key\":\"a\",\"variants\":{\"on\":{\"key\":\"on\",\"payload\":", "}},\"segments\":[]}]", 4},
        {"[{\"key\":\"a\",\"variants\":{},\"segments\":[{\"conditions\":[[{\"op\":\"is\",\"values\":[", "]}]]}]}]", 8},
        {"[{\"segments\":[{\"bucket\":{\"allocations\":[{\"distributions\":[{\"variant\":", "}]}]}}]}]", 9},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t open = XC_MAX_DEPTH; open <= XC_MAX_DEPTH + 1; open++) {
            size_t before = strlen(cases[i].before), after = strlen(cases[i].after), mine = open - cases[i].open;
            size_t n = before + 2 * mine + after;
            char *flags = malloc(n);
            host h = {0, 0, -1};
            xc_error error;
            xc_plan *plan;
            memcpy(flags, cases[i].before, before);
            memset(flags + before, '[', mine);
            memset(flags + before + mine, ']', mine);
            memcpy(flags + n - after, cases[i].after, after);
            plan = host_compile_bytes(&h, flags, n, &error);
            if (open == XC_MAX_DEPTH)
                CHECK(plan != NULL, "%s: %s", cases[i].before, error.message);
            else
                CHECK(plan == NULL && error.code == XC_ERROR_DEPTH && error.offset == before + mine - 1, "%s: %s at %u",
                      cases[i].before, error.message, (unsigned)error.offset);
            xc_plan_free(plan);
            free(flags);
            CHECK(h.held == 0, "%zu bytes are still held", h.held);
        }
}

/* The same of contexts, in values that flags read and values that they do not. */
static void test_context_depth(void)
{
    static const struct {
        const char *before, *after;
        size_t open;
    } cases[] = {
        {"{\"user\":{\"l\":", "}}", 2},
        {"{\"user\":{\"other\":", "}}", 2},
        {"{\"user\":", "}", 1},
        {"[3,", "]", 1},
    };
    host h;
    xc_plan *plan = compile_everything(&h);
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t open = XC_MAX_DEPTH; open <= XC_MAX_DEPTH + 1; open++) {
            size_t before = strlen(cases[i].before), mine = open - cases[i].open;
            char *context = calloc(1, before + 2 * mine + 8);
            memcpy(context, cases[i].before, before);
            memset(context + before, '[', mine);
            memset(context + before + mine, ']', mine);
            memcpy(context + before + 2 * mine, cases[i].after, strlen(cases[i].after));
            CHECK_TEXT(host_evaluate(plan, context), open == XC_MAX_DEPTH ? "[0,1]" : xc_error_message(XC_ERROR_DEPTH),
                       "%s with %zu open", cases[i].before, open);
            free(context);
        }
    host_free(&h, plan);
}

/* A path that is longer than anything can be nested leads nowhere, but not too far. */
static void test_longest_path(void)
{
    enum { NAMES = XC_MAX_DEPTH + 5 };
    char *flags = malloc(NAMES * 4 + 256), *context = calloc(1, NAMES * 6 + 64);
    size_t n = (size_t)sprintf(flags, "[{\"key\":\"f\",\"variants\":{\"on\":{\"key\":\"on\"}},\"segments\":[{\"variant\":\"on\",\"conditions\":"
                                      "[[{\"op\":\"is\",\"values\":[\"(none)\"],\"selector\":[\"context\"");
    host h;
    xc_plan *plan;
    for (int i = 0; i < NAMES; i++)
        n += (size_t)sprintf(flags + n, ",\"a\"");
    sprintf(flags + n, "]}]]}]}]");
    plan = host_compile(&h, flags);
    for (size_t open = XC_MAX_DEPTH; open <= XC_MAX_DEPTH + 1; open++) {
        n = 0;
        for (size_t i = 0; i < open; i++)
            n += (size_t)sprintf(context + n, "{\"a\":");
        n += (size_t)sprintf(context + n, "1");
        memset(context + n, '}', open);
        context[n + open] = '\0';
        CHECK_TEXT(host_evaluate(plan, context), open == XC_MAX_DEPTH ? "[0,0]" : xc_error_message(XC_ERROR_DEPTH), "%zu", open);
    }
    free(context);
    free(flags);
    host_free(&h, plan);
}

static void test_messages(void)
{
    for (int32_t code = XC_ERROR_PROGRAM; code <= XC_OK; code++)
        for (int32_t other = XC_ERROR_PROGRAM; other < code; other++)
            CHECK(strcmp(xc_error_message(code), xc_error_message(other)) != 0, "%d and %d", (int)code, (int)other);
    CHECK_TEXT(xc_error_message(1), "unknown error", "no code");
    CHECK_TEXT(xc_error_message(INT32_MIN), "unknown error", "no code");
}

/* ---- NULL and 0 ---- */

static void test_null_where_allowed(void)
{
    host h = {0, 0, -1};
    xc_allocator allocator = host_allocator(&h);
    xc_error error;
    xc_plan *plan;
    uint64_t scratch[512];
    xc_plan_free(NULL);
    CHECK(xc_plan_compile(NULL, 0, &allocator, &error) == NULL && error.code == XC_ERROR_TRUNCATED, "%s", error.message);
    CHECK(error.offset == 0 && h.held == 0, "offset %u", (unsigned)error.offset);
    plan = compile_everything(&h);
    CHECK(xc_plan_describe(plan, NULL, 0) > 0, "describe");
    CHECK(xc_plan_flag_metadata(plan, 0, NULL, 0) > 0, "metadata");
    CHECK(xc_plan_outcome(plan, 0, NULL, 0, scratch, sizeof scratch) > 0, "outcome");
    CHECK(xc_evaluate(plan, NULL, 0, NULL, 0, NULL, 0, scratch, sizeof scratch) == XC_ERROR_TRUNCATED, "no context");
    CHECK(xc_evaluate(plan, "{}", 2, NULL, 0, NULL, 0, scratch, sizeof scratch) == 5, "no room");
    host_free(&h, plan);
    plan = host_compile(&h, everything);
    CHECK(xc_plan_set_patterns(plan, NULL, 0, &error) == XC_ERROR_TRUNCATED, "%s", error.message);
    host_free(&h, plan);
}

/* ---- patterns ---- */

static void test_set_patterns_errors(void)
{
    static const struct {
        const char *programs;
        int32_t code;
        unsigned offset;
    } cases[] = {
        {"", XC_ERROR_TRUNCATED, 0},
        {"{}", XC_ERROR_TYPE, 0},
        {"null", XC_ERROR_TYPE, 0},
        {"[", XC_ERROR_TRUNCATED, 1},
        {"[]", XC_ERROR_TYPE, 2},
        {"[null]", XC_ERROR_TYPE, 6},
        {"[null,null,null]", XC_ERROR_TYPE, 11},
        {"[nul,null]", XC_ERROR_SYNTAX, 4},
        {"[null,null", XC_ERROR_TRUNCATED, 10},
        {"[null,null] 1", XC_ERROR_TRAILING, 12},
        {"[null,5]", XC_ERROR_PROGRAM, 6},
        {"[null,{}]", XC_ERROR_PROGRAM, 6},
        {"[null,\"a\"]", XC_ERROR_PROGRAM, 6},
        {"[null,[]]", XC_ERROR_PROGRAM, 8},
        {"[[],[]]", XC_ERROR_PROGRAM, 3},
        {"[null,[1,2]]", XC_ERROR_PROGRAM, 11},
        {"[null,[1,2", XC_ERROR_TRUNCATED, 10},
        {"[null,[1,", XC_ERROR_TRUNCATED, 9},
        {"[null,[1,]]", XC_ERROR_PROGRAM, 9},
        {"[null,[-1]]", XC_ERROR_PROGRAM, 7},
        {"[null,[1.5]]", XC_ERROR_SYNTAX, 8},
        {"[null,[1 2]]", XC_ERROR_SYNTAX, 9},
        {"[null,[01]]", XC_ERROR_SYNTAX, 9},
        {"[null,[4294967296]]", XC_ERROR_PROGRAM, 17},
        {"[null,[99999999999999999999]]", XC_ERROR_PROGRAM, 17},
        {"[" PROGRAM ",[1,0,0,0,0,0,0,0,0,0,0,0,9,0,0]]", XC_ERROR_PROGRAM, 87},
    };
    host h;
    for (size_t i = 0; i < COUNT(cases); i++) {
        xc_plan *plan = host_compile(&h, everything);
        char *copy = host_copy(cases[i].programs, strlen(cases[i].programs));
        xc_error error;
        int32_t code = xc_plan_set_patterns(plan, copy, strlen(cases[i].programs), &error);
        free(copy);
        CHECK(code == cases[i].code && error.code == code && error.offset == cases[i].offset, "%s: got %d at %u: %s",
              cases[i].programs, (int)code, (unsigned)error.offset, error.message);
        for (uint32_t p = 0; p < plan->count[XC_PATTERNS]; p++)
            CHECK(plan->patterns[p].program == XC_NOTHING, "%s: pattern %u is set", cases[i].programs, (unsigned)p);
        CHECK(h.held == plan->size, "%s: %zu bytes are held", cases[i].programs, h.held);
        /* The plan is as it was: it can be set rightly, and used. */
        CHECK(xc_plan_set_patterns(plan, "[" PROGRAM ",null]", strlen("[" PROGRAM ",null]"), &error) == XC_OK, "%s",
              error.message);
        CHECK_TEXT(host_evaluate(plan, everybody), "[0,0,1,2]", "%s", cases[i].programs);
        host_free(&h, plan);
    }
}

static void test_set_patterns_twice(void)
{
    host h;
    xc_plan *plan = compile_everything(&h);
    xc_error error;
    size_t size = xc_plan_size(plan);
    CHECK(size == h.held && size > plan->size, "%zu bytes", size);
    CHECK(xc_plan_set_patterns(plan, "[null,null]", 11, &error) == XC_ERROR_ARGUMENT, "%s", error.message);
    CHECK(error.code == XC_ERROR_ARGUMENT && xc_plan_size(plan) == size, "%s", error.message);
    CHECK_TEXT(host_evaluate(plan, everybody), "[0,0,1,2]", "the first ones stay");
    host_free(&h, plan);
}

static void test_patterns_unset_never_match(void)
{
    host h;
    xc_plan *plan = host_compile(&h, everything);
    CHECK_TEXT(host_evaluate(plan, everybody), "[0,1]", "no patterns");
    host_free(&h, plan);
}

/* ---- room ---- */

typedef int64_t writer(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size);

static int64_t write_description(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    (void)scratch;
    (void)scratch_size;
    return xc_plan_describe(plan, out, capacity);
}

static int64_t write_metadata(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    (void)scratch;
    (void)scratch_size;
    return xc_plan_flag_metadata(plan, 0, out, capacity);
}

static int64_t write_no_metadata(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    (void)scratch;
    (void)scratch_size;
    return xc_plan_flag_metadata(plan, 1, out, capacity);
}

static int64_t write_outcome(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    return xc_plan_outcome(plan, 0, out, capacity, scratch, scratch_size);
}

static int64_t write_plain_outcome(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    return xc_plan_outcome(plan, 2, out, capacity, scratch, scratch_size);
}

static int64_t write_evaluation(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    return xc_evaluate(plan, everybody, sizeof everybody - 1, NULL, 0, out, capacity, scratch, scratch_size);
}

static const struct {
    const char *name;
    writer *write;
    const char *want;
} writers[] = {
    {"describe", write_description,
     "{\"flags\":[[\"a\",[0,1,2,3,4,5,6],[0,1],2],[\"b\",[0,1,2,3,4,5,6],[],1]],\"outcomes\":3,"
     "\"paths\":[[\"user\",\"n\"],[\"user\",\"v\"],[\"user\",\"t\"],[\"user\",\"l\"],[\"user\",\"i\"],[\"user\",\"r\"],"
     "[\"user\",\"id\"]],\"patterns\":[\"^a+$\",\"b\"],\"cohorts\":[],\"cycles\":[[\"c\"]],\"diagnostics\":["
     "{\"flag\":\"\",\"entry\":2,\"code\":\"malformed\",\"message\":\"a flag is not an object\",\"offset\":1300},"
     "{\"flag\":\"c\",\"entry\":3,\"code\":\"cycle\",\"message\":\"the flag is on a dependency cycle, or depends on "
     "one\",\"offset\":1302,\"cycle\":0}]}"},
    {"flag metadata", write_metadata, "{\"m\":1,\"n\":[1.0,\"\\u0041\"]}"},
    {"no flag metadata", write_no_metadata, "null"},
    {"outcome", write_outcome,
     "{\"key\":\"on\",\"value\":\"v\\u0041\",\"payload\":{\"p\":{\"q\":[1,2,{\"r\":1e3}]}},"
     "\"metadata\":{\"m\":2,\"n\":[1.0,\"A\"],\"s\":true}}"},
    {"plain outcome", write_plain_outcome, "{\"key\":\"x\"}"},
    {"evaluation", write_evaluation, "[0,0,1,2]"},
};

/* Whatever the room, a writer says how much the whole takes, and writes it where it fits. */
static void test_writers_with_any_room(void)
{
    static uint64_t scratch[8192];
    host h;
    xc_plan *plan = compile_everything(&h);
    for (size_t i = 0; i < COUNT(writers); i++) {
        size_t n = strlen(writers[i].want);
        for (size_t room = 0; room <= n + 1; room++) {
            char *out = malloc(room > 0 ? room : 1);
            int64_t answer = writers[i].write(plan, out, room, scratch, sizeof scratch);
            CHECK(answer == (int64_t)n, "%s with room %zu: got %lld", writers[i].name, room, (long long)answer);
            if (room >= n)
                CHECK(memcmp(out, writers[i].want, n) == 0, "%s with room %zu: got %.*s", writers[i].name, room, (int)n, out);
            free(out);
        }
    }
    CHECK(xc_plan_outcome(plan, 3, NULL, 0, scratch, sizeof scratch) == XC_ERROR_ARGUMENT, "no such outcome");
    CHECK(xc_plan_outcome(plan, UINT32_MAX, NULL, 0, scratch, sizeof scratch) == XC_ERROR_ARGUMENT, "no such outcome");
    CHECK(xc_plan_flag_metadata(plan, 2, NULL, 0) == XC_ERROR_ARGUMENT, "no such flag");
    CHECK(xc_plan_flag_metadata(plan, UINT32_MAX, NULL, 0) == XC_ERROR_ARGUMENT, "no such flag");
    host_free(&h, plan);
}

/* With each size of scratch: too small, or the right answer; once it suffices, more does too. */
static void test_any_scratch(void)
{
    host h;
    xc_plan *plan = compile_everything(&h);
    for (size_t i = 3; i < COUNT(writers); i++) {
        size_t n = strlen(writers[i].want), enough = 0;
        for (size_t size = 0; size < 16384 && (enough == 0 || size < enough + 64); size++) {
            void *scratch = malloc(size > 0 ? size : 1);
            char out[256];
            int64_t answer;
            memset(scratch, 0xA5, size);
            answer = writers[i].write(plan, out, sizeof out, scratch, size);
            if (answer == (int64_t)n && enough == 0)
                enough = size > 0 ? size : 1;
            CHECK(answer == (enough > 0 ? (int64_t)n : XC_ERROR_SCRATCH), "%s with %zu bytes of scratch: got %lld",
                  writers[i].name, size, (long long)answer);
            CHECK(answer < 0 || memcmp(out, writers[i].want, n) == 0, "%s with %zu bytes of scratch", writers[i].name, size);
            free(scratch);
        }
        CHECK(enough > 0, "%s never has enough", writers[i].name);
        if (writers[i].write == write_evaluation) {
            /* What the header says of scratch, here with results, which count as the plan's. */
            CHECK(enough > xc_plan_scratch(plan) && enough < xc_plan_scratch(plan) + 64 * sizeof everybody + 1024,
                  "%zu bytes beyond %zu", enough, xc_plan_scratch(plan));
        }
    }
    host_free(&h, plan);
}

/* The least is enough for a context whose values need no work. */
static void test_least_scratch(void)
{
    host h;
    xc_plan *plan = compile_everything(&h);
    size_t size = xc_plan_scratch(plan);
    void *scratch = malloc(size);
    char out[64];
    CHECK(xc_evaluate(plan, "{\"user\":{\"n\":3}}", 16, NULL, 0, out, sizeof out, scratch, size) == 5, "the least scratch");
    CHECK(memcmp(out, "[0,1]", 5) == 0, "the least scratch");
    free(scratch);
    host_free(&h, plan);
}

/* No answer depends on the key of the hash tables. */
static void test_any_hash_key(void)
{
    static const uint64_t keys[][2] = {{0, 0}, {1, 0}, {0, 1}, {UINT64_MAX, UINT64_MAX}, {0x9E3779B97F4A7C15, 42}};
    static uint64_t scratch[8192];
    host h = {0, 0, -1};
    for (size_t i = 0; i < COUNT(keys); i++) {
        xc_allocator allocator = host_allocator(&h);
        xc_error error;
        xc_plan *plan;
        memcpy(allocator.hash_key, keys[i], sizeof keys[i]);
        plan = xc_plan_compile(everything, sizeof everything - 1, &allocator, &error);
        CHECK(xc_plan_set_patterns(plan, "[" PROGRAM ",null]", strlen("[" PROGRAM ",null]"), &error) == XC_OK, "%zu", i);
        for (size_t w = 0; w < COUNT(writers); w++) {
            char out[1024];
            int64_t n = writers[w].write(plan, out, sizeof out, scratch, sizeof scratch);
            CHECK(n == (int64_t)strlen(writers[w].want) && memcmp(out, writers[w].want, (size_t)n) == 0, "%s with key %zu",
                  writers[w].name, i);
        }
        host_free(&h, plan);
    }
}

/* ---- memory ---- */

/* Each time that memory is asked for it is refused once: an error, and no leak. */
static void test_memory_refused(void)
{
    long asked, refused;
    host h = {0, 0, -1};
    xc_error error;
    xc_plan *plan = host_compile_bytes(&h, everything, sizeof everything - 1, &error);
    asked = h.asked;
    CHECK(plan != NULL && asked > 50, "asked %ld times", asked);
    xc_plan_free(plan);
    for (refused = 0; refused < asked; refused++) {
        host mean = {0, 0, refused};
        plan = host_compile_bytes(&mean, everything, sizeof everything - 1, &error);
        CHECK(plan == NULL && error.code == XC_ERROR_MEMORY, "refused at %ld: %s", refused, error.message);
        CHECK(mean.asked == refused + 1, "asked again: %ld", mean.asked);
        CHECK(mean.held == 0, "refused at %ld: %zu bytes are still held", refused, mean.held);
        xc_plan_free(plan);
    }
    plan = host_compile(&h, everything);
    h.refused = h.asked;
    CHECK(xc_plan_set_patterns(plan, "[" PROGRAM ",null]", strlen("[" PROGRAM ",null]"), &error) == XC_ERROR_MEMORY, "%s",
          error.message);
    CHECK(h.held == xc_plan_size(plan), "%zu bytes are held", h.held);
    host_free(&h, plan);
}

/* The same for a document that makes every array of the building grow. */
static void test_memory_refused_while_growing(void)
{
    static char flags[65536];
    size_t n = 1;
    long asked, refused;
    host h = {0, 0, -1};
    xc_error error;
    xc_plan *plan;
    flags[0] = '[';
    for (int i = 0; i < 40; i++)
        n += (size_t)snprintf(
            flags + n, sizeof flags - n,
            "%s{\"key\":\"k%d\",\"dependencies\":[\"k%d\",\"k%d\"],\"variants\":{\"v%d\":{\"key\":\"v\"},\"w\\u0041\":{\"key\":\"w\"}},"
            "\"segments\":[{\"variant\":\"v%d\",\"conditions\":[[{\"selector\":[\"context\",\"p%d\"],\"op\":\"is\","
            "\"values\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",[%d]]},"
            "{\"selector\":[\"result\",\"k%d\",\"value\",\"x%d\"],\"op\":\"regex match\",\"values\":[\"r%d\"]},"
            "{\"selector\":[\"context\",\"q\"],\"op\":\"contains\",\"values\":[\"Q%d\"]},"
            "{\"op\":\"less\",\"values\":[\"1\"]}]],"
            "\"bucket\":{\"salt\":\"s\",\"allocations\":[{\"range\":[0,9],\"distributions\":[{\"variant\":\"w\\u0041\",\"range\":[1,2]}]}]}}]}",
            i > 0 ? "," : "", i, i == 38 ? 39 : i > 0 ? i - 1 : 99, i > 1 ? i - 2 : 99, i, i, i, i,
            i > 0 ? i - 1 : 0, i, i, i);
    for (int i = 0; i < 20; i++) /* repeated, malformed and on a cycle */
        n += (size_t)snprintf(flags + n, sizeof flags - n,
                              ",{\"key\":\"twice\",\"variants\":{},\"segments\":[]},{\"key\":\"bad%d\"},"
                              "{\"key\":\"self%d\",\"dependencies\":[\"self%d\"],\"variants\":{},\"segments\":[]}",
                              i, i, i);
    flags[n++] = ']';
    plan = host_compile_bytes(&h, flags, n, &error);
    CHECK(plan != NULL && plan->count[XC_FLAGS] == 39, "%s at %u", error.message, (unsigned)error.offset);
    asked = h.asked;
    xc_plan_free(plan);
    for (refused = 0; refused < asked; refused++) {
        host mean = {0, 0, refused};
        plan = host_compile_bytes(&mean, flags, n, &error);
        CHECK(plan == NULL && error.code == XC_ERROR_MEMORY && mean.held == 0, "refused at %ld: %s, %zu bytes held",
              refused, error.message, mean.held);
        xc_plan_free(plan);
    }
}

int main(void)
{
    test_compile_errors();
    test_evaluate_errors();
    test_sizes();
    test_depth();
    test_context_depth();
    test_longest_path();
    test_messages();
    test_null_where_allowed();
    test_set_patterns_errors();
    test_set_patterns_twice();
    test_patterns_unset_never_match();
    test_writers_with_any_room();
    test_any_scratch();
    test_least_scratch();
    test_any_hash_key();
    test_memory_refused();
    test_memory_refused_while_growing();
    return xc_test_end("core");
}
