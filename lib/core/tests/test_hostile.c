//go:build ignore

/* Input made to hurt: nothing is read beyond either end, nothing takes more time than its
 * size explains, and all of it runs on a small stack. A time that is not linear would not
 * fail a check but keep this program busy for hours: sizes are such that quadratic is 10^10. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xc_host.h"

/* ---- unreadable pages ---- */

/* Room between two pages that must not be touched. */
typedef struct {
    char *start, *end;
} fence;

static fence fence_new(size_t room)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), n = (room + page - 1) / page * page;
    char *pages = mmap(NULL, n + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    fence f = {pages + page, pages + page + n};
    if (pages == MAP_FAILED || mprotect(f.start, n, PROT_READ | PROT_WRITE) != 0)
        abort();
    return f;
}

static void fence_free(fence f)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    munmap(f.start - page, (size_t)(f.end - f.start) + 2 * page);
}

static const char document[] =
    "[{\"key\":\"a\\u00e9\\ud83d\\ude00\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\",\"metadata\":{\"m\":[1.5e-7,-0,{\"\":null}]},\"variants\":{\"on\":"
    "{\"key\":\"on\",\"value\":true,\"payload\":{\"p\":1}},\"off\":{\"key\":\"off\"}},\"segments\":[{\"conditions\":[[{\"selector\":"
    "[\"context\",\"user\",\"n\"],\"op\":\"less\",\"values\":[\"12.5\",3]},{\"selector\":[\"context\",\"user\",\"l\"],\"op\":"
    "\"set contains any\",\"values\":[\"x\",{\"a\":[1]},false]}]],\"bucket\":{\"selector\":[\"context\",\"user\",\"id\"],\"salt\":\"s\","
    "\"allocations\":[{\"range\":[0,50],\"distributions\":[{\"variant\":\"on\",\"range\":[0,42949673]}]}]},\"variant\":\"off\"}]}]";

static const char context[] =
    "{\"user\":{\"n\":\"3\\u0030\",\"l\":[\"x\",\"\\ud83d\\ude00\xf0\x9f\x98\x80\",1e3,null,[{}]],\"id\":\"u-1\",\"other\":{\"a\":[tr"
    "ue,\"\\n\"]}},\"groups\":[]}";

/* What a text that ends too early is: cut off, or cut off within a rune. */
static int32_t cut_error(char next)
{
    return (next & 0xC0) == 0x80 ? XC_ERROR_UTF8 : XC_ERROR_TRUNCATED;
}

/* Every prefix, its end against an unreadable page and then its beginning. */
static void test_prefixes_between_fences(void)
{
    fence f = fence_new(sizeof document + sizeof context);
    host h;
    xc_plan *plan = host_compile(&h, document);
    static uint64_t scratch[4096];
    char out[64];
    for (size_t n = 0; n < sizeof document; n++)
        for (int side = 0; side < 2; side++) {
            char *at = side == 0 ? f.end - n : f.start;
            host own = {0, 0, -1};
            xc_allocator allocator = host_allocator(&own);
            xc_error error;
            xc_plan *other;
            memcpy(at, document, n);
            other = xc_plan_compile(at, n, &allocator, &error);
            CHECK(n == sizeof document - 1 ? other != NULL : other == NULL && error.code == cut_error(document[n]),
                  "%zu bytes: %s at %u", n, error.message, (unsigned)error.offset);
            CHECK(error.offset <= n, "%zu bytes: offset %u", n, (unsigned)error.offset);
            host_free(&own, other);
        }
    for (size_t n = 0; n < sizeof context; n++)
        for (int side = 0; side < 2; side++) {
            char *at = side == 0 ? f.end - n : f.start;
            int64_t answer;
            memcpy(at, context, n);
            answer = xc_evaluate(plan, at, n, NULL, 0, out, sizeof out, scratch, sizeof scratch);
            CHECK(n == sizeof context - 1 ? answer > 0 : answer == cut_error(context[n]), "%zu bytes: %s", n,
                  xc_error_message(answer < 0 ? (int32_t)answer : 0));
        }
    host_free(&h, plan);
    fence_free(f);
}

/* What is written, and the scratch, end at their size. */
static void test_outputs_between_fences(void)
{
    fence scratch = fence_new(1 << 16), out = fence_new(1 << 16);
    host h;
    xc_plan *plan = host_compile(&h, document);
    for (size_t size = 0; size < 4096; size += 8)
        (void)xc_evaluate(plan, context, sizeof context - 1, NULL, 0, out.end - 2, 2, scratch.end - size, size);
    for (size_t room = 0; room < 512; room++) {
        (void)xc_plan_describe(plan, out.end - room, room);
        (void)xc_plan_outcome(plan, 0, out.end - room, room, scratch.end - 4096, 4096);
        (void)xc_plan_flag_metadata(plan, 0, out.end - room, room);
    }
    CHECK(1, "no crash");
    host_free(&h, plan);
    fence_free(scratch);
    fence_free(out);
}

/* ---- large input, put together from pieces ---- */

typedef struct {
    char *p;
    size_t n, room;
} text;

static void put(text *t, const char *piece)
{
    size_t n = strlen(piece);
    if (t->room - t->n < n) {
        t->room = (t->room + n) * 2;
        if ((t->p = realloc(t->p, t->room)) == NULL)
            abort();
    }
    memcpy(t->p + t->n, piece, n);
    t->n += n;
}

/* The piece that often; %d in it is how often before, and commas go between. */
static void put_many(text *t, long count, const char *piece)
{
    char one[512];
    for (long i = 0; i < count; i++) {
        const char *number = strstr(piece, "%d");
        if (i > 0)
            put(t, ",");
        if (number == NULL) {
            put(t, piece);
            continue;
        }
        for (const char *from = piece;; from = number + 2) {
            if ((number = strstr(from, "%d")) == NULL) {
                put(t, from);
                break;
            }
            snprintf(one, sizeof one, "%.*s%ld", (int)(number - from), from, i);
            put(t, one);
        }
    }
}

static void put_byte_many(text *t, size_t count, char byte)
{
    char piece[1025];
    memset(piece, byte, 1024);
    for (; count > 0; count -= count < 1024 ? count : 1024) {
        piece[count < 1024 ? count : 1024] = '\0';
        put(t, piece);
    }
}

enum { MANY = 100000 };

/* Compiles, describes and evaluates. `flags` and `ctx` are freed; NULL is a context of {}. */
static void run(const char *name, text *flags, text *ctx, int32_t code, size_t wanted_flags)
{
    host h = {0, 0, -1};
    xc_allocator allocator = host_allocator(&h);
    xc_error error;
    xc_plan *plan = xc_plan_compile(flags->p, flags->n, &allocator, &error);
    CHECK(error.code == code, "%s: %s at %llu", name, error.message, (unsigned long long)error.offset);
    if (plan != NULL) {
        size_t n = (size_t)xc_plan_describe(plan, NULL, 0), size = xc_plan_scratch(plan), room = 24 * wanted_flags + 64;
        char *out = malloc(n), *answer = malloc(room);
        int64_t length;
        void *scratch = malloc(size);
        CHECK((size_t)xc_plan_describe(plan, out, n) == n, "%s", name);
        CHECK(plan->count[XC_FLAGS] == wanted_flags, "%s: %u flags", name, (unsigned)plan->count[XC_FLAGS]);
        while ((length = xc_evaluate(plan, ctx != NULL ? ctx->p : "{}", ctx != NULL ? ctx->n : 2, NULL, 0, answer, room, scratch,
                                     size)) == XC_ERROR_SCRATCH) {
            free(scratch);
            scratch = malloc(size *= 2);
        }
        CHECK(length > 0 && (size_t)length <= room, "%s: %s", name, length < 0 ? xc_error_message((int32_t)length) : "long");
        free(scratch);
        free(answer);
        free(out);
    }
    host_free(&h, plan);
    free(flags->p);
    if (ctx != NULL)
        free(ctx->p);
}

#define FLAG "{\"key\":\"f\",\"variants\":{\"on\":{\"key\":\"on\"}},\"segments\":["
#define ON "{\"variant\":\"on\"}"

static void one_condition(text *t, const char *op, long count, const char *value)
{
    put(t, "[" FLAG "{\"variant\":\"on\",\"conditions\":[[{\"selector\":[\"context\",\"v\"],\"op\":\"");
    put(t, op);
    put(t, "\",\"values\":[");
    put_many(t, count, value);
    put(t, "]}]]}]}]");
}

static void test_many_values(void)
{
    static const char *const ops[] = {"is", "contains", "less", "version greater", "set is", "set contains any",
                                      "regex match", "no such operator"};
    for (size_t i = 0; i < COUNT(ops); i++) {
        text flags = {NULL, 0, 0}, same = {NULL, 0, 0}, nested = {NULL, 0, 0}, ctx = {NULL, 0, 0};
        one_condition(&flags, ops[i], MANY, "\"1.%d\"");
        put(&ctx, "{\"v\":[");
        put_many(&ctx, i == 1 ? 2 : MANY, "\"2.%d\"");
        put(&ctx, "]}");
        run(ops[i], &flags, i == 2 || i == 3 || i == 6 ? NULL : &ctx, XC_OK, 1);
        if (i == 2 || i == 3 || i == 6)
            free(ctx.p);
        one_condition(&same, ops[i], MANY, "\"same\"");
        run(ops[i], &same, NULL, XC_OK, 1);
        one_condition(&nested, ops[i], MANY, "{\"a\":[%d,{\"b\":%d}]}");
        run(ops[i], &nested, NULL, XC_OK, 1);
    }
}

static void test_many_of_everything(void)
{
    static const struct {
        const char *name, *before, *piece, *after;
        size_t flags;
    } cases[] = {
        {"flags", "[", "{\"key\":\"%d\",\"variants\":{\"on\":{\"key\":\"on\"}},\"segments\":[" ON "]}", "]", MANY},
        {"flags of one key", "[", FLAG "]}", "]", 1},
        {"malformed flags", "[", "{\"key\":\"f\",\"variants\":{\"on\":[[[]]]}}", "]", 0},
        {"segments", "[" FLAG, "{\"variant\":\"on\",\"conditions\":[]}", "]}]", 1},
        {"conditions", "[" FLAG "{\"conditions\":[[", "{\"selector\":[\"context\",\"a\",\"%d\"],\"op\":\"is not\",\"values\":[]}", "]]}]}]", 1},
        {"groups", "[" FLAG "{\"conditions\":[", "[{\"op\":\"is\",\"values\":[]}]", "]}]}]", 1},
        {"variants", "[{\"key\":\"f\",\"segments\":[],\"variants\":{", "\"%d\":{\"key\":\"on\"}", "}}]", 1},
        {"variants of one name", "[{\"key\":\"f\",\"segments\":[],\"variants\":{", "\"on\":{\"key\":\"on\"}", "}}]", 1},
        {"allocations", "[" FLAG "{\"bucket\":{\"salt\":\"\",\"allocations\":[", "{\"range\":[0,100],\"distributions\":[{\"variant\":\"on\",\"range\":[0,1]}]}", "]}}]}]", 1},
        {"parents that are not there", "[{\"key\":\"f\",\"variants\":{},\"segments\":[],\"dependencies\":[", "\"%d\"", "]}]", 1},
        {"parents that are one", "[{\"key\":\"a\",\"variants\":{},\"segments\":[]},{\"key\":\"f\",\"variants\":{},\"segments\":[],\"dependencies\":[", "\"a\"", "]}]", 2},
        {"flags that depend on themselves", "[", "{\"key\":\"%d\",\"variants\":{},\"segments\":[],\"dependencies\":[\"%d\"]}", "]", 0},
        {"flags on one flag", "[{\"key\":\"f\",\"variants\":{},\"segments\":[]},", "{\"key\":\"%d\",\"variants\":{},\"segments\":[],\"dependencies\":[\"f\"]}", "]", MANY + 1},
        {"a selector's names", "[" FLAG "{\"conditions\":[[{\"op\":\"is\",\"values\":[],\"selector\":[\"context\",", "\"%d\"", "]}]]}]}]", 1},
        {"metadata", "[{\"key\":\"f\",\"segments\":[],\"variants\":{},\"metadata\":{", "\"%d\":1", "}}]", 1},
        {"one name in metadata", "[{\"key\":\"f\",\"segments\":[],\"variants\":{},\"metadata\":{", "\"a\":1", "}}]", 1},
        {"members that repeat", "[{\"key\":\"f\",\"segments\":[],", "\"variants\":{\"on\":5}", ",\"variants\":{}}]", 1},
        {"unknown members", "[{\"key\":\"f\",\"segments\":[],\"variants\":{},", "\"x%d\":[{}]", "}]", 1},
        {"numbers of a range", "[" FLAG "{\"bucket\":{\"salt\":\"\",\"allocations\":[{\"distributions\":[],\"range\":[", "1", "]}]}}]}]", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        text flags = {NULL, 0, 0};
        put(&flags, cases[i].before);
        put_many(&flags, MANY, cases[i].piece);
        put(&flags, cases[i].after);
        run(cases[i].name, &flags, NULL, XC_OK, cases[i].flags);
    }
}

/* Chains and fans of dependencies, near what they may cost, and far beyond it. */
static void test_dependencies(void)
{
    static const long lengths[] = {11000, MANY};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        text flags = {NULL, 0, 0};
        put(&flags, "[{\"key\":\"-1\",\"variants\":{},\"segments\":[]}");
        for (long f = 0; f < lengths[i]; f++) {
            char one[128];
            snprintf(one, sizeof one, ",{\"key\":\"%ld\",\"variants\":{},\"segments\":[],\"dependencies\":[\"%ld\"]}", f, f - 1);
            put(&flags, one);
        }
        put(&flags, "]");
        run("a chain", &flags, NULL, i == 0 ? XC_OK : XC_ERROR_COST, (size_t)lengths[i] + 1);
    }
    text loop = {NULL, 0, 0};
    put(&loop, "[");
    for (long f = 0; f < MANY; f++) {
        char one[128];
        snprintf(one, sizeof one, "%s{\"key\":\"%ld\",\"variants\":{},\"segments\":[],\"dependencies\":[\"%ld\"]}", f > 0 ? "," : "", f,
                 (f + 1) % MANY);
        put(&loop, one);
    }
    put(&loop, "]");
    run("one long cycle", &loop, NULL, XC_OK, 0);
}

/* As many slots in a flag's metadata as it has members: one walk, not one for each. */
static void test_many_slots_of_a_result(void)
{
    static const char *const names[] = {"%d", "missing%d"};
    for (size_t i = 0; i < COUNT(names); i++) {
        text flags = {NULL, 0, 0};
        char piece[256];
        put(&flags, "[{\"key\":\"p\",\"variants\":{\"on\":{\"key\":\"on\",\"metadata\":{");
        put_many(&flags, MANY, "\"%d\":{\"a\":1}");
        put(&flags, "}}},\"segments\":[" ON "]},{\"key\":\"f\",\"dependencies\":[\"p\"],\"variants\":{\"on\":{\"key\":\"on\"}},"
                    "\"segments\":[{\"variant\":\"on\",\"conditions\":[[");
        snprintf(piece, sizeof piece, "{\"selector\":[\"result\",\"p\",\"metadata\",\"%s\",\"a\"],\"op\":\"%s\",\"values\":[\"1\"]}",
                 names[i], i == 0 ? "is" : "is not");
        put_many(&flags, MANY, piece);
        put(&flags, "]]}]}]");
        run("slots of a result", &flags, NULL, XC_OK, 2);
    }
}

/* ---- contexts ---- */

static void test_large_contexts(void)
{
    static const struct {
        const char *name, *before, *piece, *after;
    } cases[] = {
        {"members", "{\"v\":{", "\"%d\":1", "}}"},
        {"one name", "{\"v\":{", "\"a\":{\"b\":1}", "}}"},
        {"one name above what is read", "{", "\"v\":{\"a\":1}", "}"},
        {"members nobody reads", "{", "\"x\\u0041%d\":[{}]", "}"},
        {"items", "{\"v\":[", "%d", "]}"},
        {"items to be written out", "{\"v\":[", "{\"a\":[1e20]}", "]}"},
        {"slots", "[", "0,\"%d\"", "]"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        text flags = {NULL, 0, 0}, ctx = {NULL, 0, 0};
        put(&flags, "[" FLAG "{\"conditions\":[[{\"selector\":[\"context\",\"v\"],\"op\":\"does not contain\",\"values\":[\"?\"]},"
                    "{\"selector\":[\"context\",\"v\",\"a\"],\"op\":\"is\",\"values\":[\"?\"]}]]}]}]");
        put(&ctx, cases[i].before);
        put_many(&ctx, MANY, cases[i].piece);
        put(&ctx, cases[i].after);
        run(cases[i].name, &flags, &ctx, XC_OK, 1);
    }
}

static void test_long_texts_and_numbers(void)
{
    static const char *const ops[] = {"is", "contains", "less", "version less", "set is"};
    for (size_t i = 0; i < COUNT(ops); i++) {
        for (int kind = 0; kind < 4; kind++) {
            text flags = {NULL, 0, 0}, ctx = {NULL, 0, 0}, value = {NULL, 0, 0};
            static const char *const begins[] = {"\"", "\"1.", "1.", "\"[\\\""}, *const ends[] = {"\"", ".1-x\"", "1", "\\\"]\""};
            put(&value, begins[kind]);
            put_byte_many(&value, MANY, '0');
            put(&value, ends[kind]);
            put(&value, "");
            put(&flags, "[" FLAG "{\"conditions\":[[{\"selector\":[\"context\",\"v\"],\"op\":\"");
            put(&flags, ops[i]);
            put(&flags, "\",\"values\":[");
            value.p = realloc(value.p, value.n + 1);
            value.p[value.n] = '\0';
            put(&flags, value.p);
            put(&flags, "]}]]}]}]");
            put(&ctx, "{\"v\":");
            put(&ctx, value.p);
            put(&ctx, "}");
            free(value.p);
            run(ops[i], &flags, &ctx, XC_OK, 1);
        }
    }
}

/* A needle that nearly occurs everywhere. */
static void test_searching_what_nearly_matches(void)
{
    static const size_t needles[] = {31, 32, 33, MANY / 2};
    for (size_t i = 0; i < COUNT(needles); i++) {
        text flags = {NULL, 0, 0}, ctx = {NULL, 0, 0};
        put(&flags, "[" FLAG "{\"variant\":\"on\",\"conditions\":[[{\"selector\":[\"context\",\"v\"],\"op\":\"contains\",\"values\":[\"");
        put_byte_many(&flags, needles[i], 'A');
        put(&flags, "b\"]}]]}]}]");
        put(&ctx, "{\"v\":\"");
        put_byte_many(&ctx, MANY, 'a');
        put(&ctx, i % 2 == 0 ? "B\"}" : "\"}");
        run("contains", &flags, &ctx, XC_OK, 1);
    }
}

/* A thread of the program for (((a?)?)?...)* tried on a's: each visit to an instruction once a rune. */
static void test_program_that_would_explode(void)
{
    enum { STATES = 2000 };
    static const char flags[] = "[" FLAG "{\"variant\":\"on\",\"conditions\":[[{\"selector\":[\"context\",\"v\"],\"op\":\"regex match\",\"values\":[\"x\"]}]]}]}]";
    host h;
    xc_plan *plan = host_compile(&h, flags);
    text programs = {NULL, 0, 0}, ctx = {NULL, 0, 0};
    char one[128], out[16];
    xc_error error;
    void *scratch;
    snprintf(one, sizeof one, "[[%d,0,0,0,4294967295,4294967295,4294967295,4294967295,0,0,0,0", 2 * STATES + 2);
    put(&programs, one);
    for (int i = 0; i < STATES; i++) { /* a? each: an alternative, and a rune */
        snprintf(one, sizeof one, ",3,%d,%d,1,%d,97", 2 * i + 1, 2 * i + 2, 2 * i + 2);
        put(&programs, one);
    }
    snprintf(one, sizeof one, ",1,%d,98,5,0,0]]", 2 * STATES + 1); /* then a b, which never comes */
    put(&programs, one);
    CHECK(xc_plan_set_patterns(plan, programs.p, programs.n, &error) == XC_OK, "%s", error.message);
    put(&ctx, "{\"v\":\"");
    put_byte_many(&ctx, 5000, 'a');
    put(&ctx, "\"}");
    scratch = malloc(xc_plan_scratch(plan));
    CHECK(xc_evaluate(plan, ctx.p, ctx.n, NULL, 0, out, sizeof out, scratch, xc_plan_scratch(plan)) == 2, "no match");
    free(scratch);
    free(programs.p);
    free(ctx.p);
    host_free(&h, plan);
}

/* ---- depth ---- */

static void test_nesting(void)
{
    static const size_t depths[] = {1, 2, 63, 64, 65, 128, 990, 999, 1000, 1001, 10000, MANY, 10 * MANY};
    static const char *const opening[] = {"[", "{\"a\":", "[{\"a\":"}, *const closing[] = {"]", "}", "}]"};
    for (size_t i = 0; i < COUNT(depths); i++)
        for (size_t kind = 0; kind < 3; kind++) {
            text flags = {NULL, 0, 0}, probe = {NULL, 0, 0}, ctx = {NULL, 0, 0};
            size_t open = depths[i] * (kind == 2 ? 2 : 1);
            put(&flags, "[{\"key\":\"f\",\"variants\":{},\"segments\":[],\"metadata\":{\"m\":");
            put(&ctx, "{\"v\":");
            for (size_t d = 0; d < depths[i]; d++) {
                put(&flags, opening[kind]);
                put(&ctx, opening[kind]);
            }
            put(&flags, "1");
            put(&ctx, "1");
            for (size_t d = 0; d < depths[i]; d++) {
                put(&flags, closing[kind]);
                put(&ctx, closing[kind]);
            }
            put(&flags, "}}]");
            put(&ctx, "}");
            run("nested flags", &flags, NULL, open + 3 > XC_MAX_DEPTH ? XC_ERROR_DEPTH : XC_OK, 1);
            if (open + 1 > XC_MAX_DEPTH) {
                host h;
                xc_plan *plan = host_compile(&h, "[" FLAG "]}]");
                uint64_t scratch[64];
                CHECK(xc_evaluate(plan, ctx.p, ctx.n, NULL, 0, NULL, 0, scratch, sizeof scratch) == XC_ERROR_DEPTH, "%zu", open);
                host_free(&h, plan);
                free(ctx.p);
                continue;
            }
            put(&probe, "[" FLAG "{\"conditions\":[[{\"selector\":[\"context\",\"v\"],\"op\":\"contains\",\"values\":[\"]\"]}]]}]}]");
            run("nested context", &probe, &ctx, XC_OK, 1);
        }
    /* Nothing but opening brackets. */
    text brackets = {NULL, 0, 0};
    put_byte_many(&brackets, 10 * MANY, '[');
    run("brackets", &brackets, NULL, XC_ERROR_DEPTH, 0);
}

/* Lists in a filter's values, nested as deeply as may be, many times. */
static void test_nested_values(void)
{
    text flags = {NULL, 0, 0}, value = {NULL, 0, 0};
    put_byte_many(&value, 900, '[');
    put_byte_many(&value, 900, ']');
    put(&value, "");
    value.p = realloc(value.p, value.n + 1);
    value.p[value.n] = '\0';
    one_condition(&flags, "set is", 500, value.p);
    run("nested values", &flags, NULL, XC_OK, 1);
    free(value.p);
}

/* ---- all of it on a small stack ---- */

static void *test_all(void *unused)
{
    (void)unused;
    test_prefixes_between_fences();
    test_outputs_between_fences();
    test_many_values();
    test_many_of_everything();
    test_dependencies();
    test_many_slots_of_a_result();
    test_large_contexts();
    test_long_texts_and_numbers();
    test_searching_what_nearly_matches();
    test_program_that_would_explode();
    test_nesting();
    test_nested_values();
    return NULL;
}

int main(void)
{
    /* 128 KiB; the C library puts its own things, and a sanitizer its frames, on it too. */
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstacksize(&attributes, 128 * 1024) != 0 ||
        pthread_create(&thread, &attributes, test_all, NULL) != 0 || pthread_join(thread, NULL) != 0)
        abort();
    return xc_test_end("hostile");
}
