//go:build ignore

/* Compiles every prefix of the flag configs that hostile_test.go sends, and
 * evaluates with every prefix of its contexts, each next to an unreadable page:
 * a read of one byte too many ends the program. It reads frames from stdin
 * until that ends:
 *
 *   'F' count bytes...   flag configs, every prefix; the whole becomes the plan
 *   'P' count bytes...   flag configs, only the whole
 *   'C' count bytes...   a context for the current plan, every prefix
 *
 * Counts are 4 bytes, little-endian. It prints how many documents and prefixes
 * there were. */
#define _GNU_SOURCE
#include "hostile.h"
#include "xc_host.h"

static char out[1 << 16];
static uint64_t scratch[1 << 17];

/* Reads n bytes; ends the program with status 2 if there are fewer. */
static void take(void *to, size_t n)
{
    if (fread(to, 1, n, stdin) != n) {
        fprintf(stderr, "driver_prefixes: truncated frame\n");
        exit(2);
    }
}

/* Reads a count and that number of bytes, which the caller frees. */
static char *take_text(size_t *count)
{
    unsigned char b[4];
    char *text;
    take(b, sizeof b);
    *count = b[0] | (size_t)b[1] << 8 | (size_t)b[2] << 16 | (size_t)b[3] << 24;
    text = xc_test_allocate(*count);
    take(text, *count);
    return text;
}

/* Reports whether an error is one that a prefix of a valid text may cause. */
static bool is_truncation(int32_t code)
{
    return code == XC_ERROR_TRUNCATED || code == XC_ERROR_UTF8;
}

/* Evaluates with n bytes of a context of `count` bytes. */
static void check_context(const xc_plan *plan, const char *context, size_t n, size_t count)
{
    int64_t length = xc_evaluate(plan, context, n, NULL, 0, out, sizeof out, scratch, sizeof scratch);
    CHECK(n < count ? is_truncation((int32_t)length) : length > 0, "%zu bytes of %.*s", n, (int)n, context);
}

/* Compiles n bytes of flags of `count` bytes, and replaces the plan if n is
 * all. */
static void check_flags(host *h, xc_plan **plan, const char *flags, size_t n, size_t count)
{
    xc_allocator allocator = host_allocator(h);
    xc_error error;
    xc_plan *compiled = xc_plan_compile(flags, n, &allocator, &error);
    CHECK(n < count ? compiled == NULL && is_truncation(error.code) && error.offset <= n : compiled != NULL,
          "%zu bytes of %.*s", n, (int)n, flags);
    if (compiled == NULL)
        return;
    CHECK(xc_plan_describe(compiled, out, sizeof out) > 0, "describe");
    xc_plan_free(*plan);
    *plan = compiled;
}

/* Reads the whole text where it starts at an unreadable page. */
static void read_at_start(host *h, const xc_plan *plan, int kind, const char *start, size_t count)
{
    xc_allocator allocator = host_allocator(h);
    xc_error error;
    if (kind == 'C')
        (void)xc_evaluate(plan, start, count, NULL, 0, out, sizeof out, scratch, sizeof scratch);
    else
        xc_plan_free(xc_plan_compile(start, count, &allocator, &error));
}

int main(void)
{
    size_t documents = 0, prefixes = 0;
    host h = {0, 0, -1};
    xc_plan *plan = NULL;
    for (int kind; (kind = getchar()) != EOF; documents++) {
        size_t count;
        char *text = take_text(&count);
        fence f = fence_new(count);
        for (size_t n = kind == 'P' ? count : 0; n <= count; n++, prefixes++) {
            char *at = f.end - n;
            memcpy(at, text, n);
            if (kind == 'C')
                check_context(plan, at, n, count);
            else
                check_flags(&h, &plan, at, n, count);
        }
        memcpy(f.start, text, count);
        read_at_start(&h, plan, kind, f.start, count);
        fence_free(f);
        free(text);
    }
    host_free(&h, plan);
    printf("%zu documents, %zu prefixes\n", documents, prefixes);
    return xc_test_end("prefixes");
}
