//go:build ignore

/* Every prefix of a document, and every size of output and scratch, between
 * pages that cannot be accessed: an access beyond either end ends the
 * program. */
#define _GNU_SOURCE
#include "hostile.h"
#include "xc_host.h"

/* Flags and a context with runes of every length, escaped and not. */
static const char flags_text[] =
    "[{'key':'a\\u00e9\\ud83d\\ude00\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80','metadata':{'m':[1.5e-7,-0,{'':null}]},"
    "'variants':{'on':{'key':'on','value':true,'payload':{'p':1}},'off':{'key':'off'}},'segments':[{'conditions':[["
    "{'selector':['context','user','n'],'op':'less','values':['12.5',3]},"
    "{'selector':['context','user','l'],'op':'set contains any','values':['x',{'a':[1]},false]}]],"
    "'bucket':{'selector':['context','user','id'],'salt':'s','allocations':[{'range':[0,50],"
    "'distributions':[{'variant':'on','range':[0,42949673]}]}]},'variant':'off'}]}]";

static const char context_text[] =
    "{'user':{'n':'3\\u0030','l':['x','\\ud83d\\ude00\xf0\x9f\x98\x80',1e3,null,[{}]],'id':'u-1',"
    "'other':{'a':[true,'\\n']}},'groups':[]}";

/* Returns the error for a text that is cut off before this byte, which may be
 * in the middle of a rune. */
static int32_t cut_error(char next)
{
    return (next & 0xC0) == 0x80 ? XC_ERROR_UTF8 : XC_ERROR_TRUNCATED;
}

/* Checks how the n bytes at `at` compile, of a text of `whole` bytes; `next` is
 * the byte that follows the n. */
static void check_compile(const char *at, size_t n, size_t whole, char next)
{
    host h = {0, 0, -1};
    xc_allocator allocator = host_allocator(&h);
    xc_error error;
    xc_plan *plan = xc_plan_compile(at, n, &allocator, &error);
    CHECK(n == whole ? plan != NULL : plan == NULL && error.code == cut_error(next), "%zu bytes: %s at %u", n,
          error.message, (unsigned)error.offset);
    CHECK(error.offset <= n, "%zu bytes: offset %u", n, (unsigned)error.offset);
    host_free(&h, plan);
}

/* Each prefix, first with its end and then with its start at an unreadable
 * page. */
static void test_prefixes(void)
{
    const char *flags = json(flags_text), *context = json(context_text);
    size_t flags_length = strlen(flags), context_length = strlen(context);
    fence f = fence_new(flags_length + context_length);
    host h;
    xc_plan *plan = host_compile(&h, flags);
    static uint64_t scratch[4096];
    char out[64];
    for (size_t n = 0; n <= flags_length; n++)
        for (int side = 0; side < 2; side++) {
            char *at = side == 0 ? f.end - n : f.start;
            memcpy(at, flags, n);
            check_compile(at, n, flags_length, flags[n]);
        }
    for (size_t n = 0; n <= context_length; n++)
        for (int side = 0; side < 2; side++) {
            char *at = side == 0 ? f.end - n : f.start;
            int64_t length;
            memcpy(at, context, n);
            length = xc_evaluate(plan, at, n, NULL, 0, out, sizeof out, scratch, sizeof scratch);
            CHECK(n == context_length ? length > 0 : length == cut_error(context[n]), "%zu bytes: %s", n,
                  xc_error_message(length < 0 ? (int32_t)length : 0));
        }
    host_free(&h, plan);
    fence_free(f);
}

/* Nothing is written beyond the end of the output or of the scratch. */
static void test_outputs(void)
{
    fence scratch = fence_new(1 << 16), out = fence_new(1 << 16);
    const char *context = json(context_text);
    host h;
    xc_plan *plan = host_compile(&h, json(flags_text));
    for (size_t size = 0; size < 4096; size += 8)
        (void)xc_evaluate(plan, context, strlen(context), NULL, 0, out.end - 2, 2, scratch.end - size, size);
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

static void *test_all(void *unused)
{
    (void)unused;
    test_prefixes();
    test_outputs();
    return NULL;
}

int main(void)
{
    run_on_small_stack(test_all);
    return xc_test_end("fences");
}
