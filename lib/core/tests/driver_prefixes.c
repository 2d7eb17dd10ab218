//go:build ignore

/* Compiles every prefix of the flag configs that hostile_test.go sends, and evaluates
 * with every prefix of its contexts, each against an unreadable page: a read of one byte
 * too many ends the program. Frames on stdin, until it ends:
 *
 *   'F' count bytes...   flag configs, every prefix; the whole is the plan of what follows
 *   'P' count bytes...   flag configs, only the whole
 *   'C' count bytes...   a context, every prefix
 *
 * Counts are 4 bytes, little-endian. Prints how many documents and prefixes there were. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "xc_host.h"

static void take(void *to, size_t n)
{
    if (fread(to, 1, n, stdin) != n) {
        fprintf(stderr, "driver_prefixes: a frame is cut off\n");
        exit(2);
    }
}

/* Bytes that end where an unreadable page begins, and begin where one ends if they fill a page. */
typedef struct {
    char *pages, *end;
    size_t room, page;
} fence;

static fence fence_new(size_t n)
{
    fence f;
    f.page = (size_t)sysconf(_SC_PAGESIZE);
    f.room = (n + f.page - 1) / f.page * f.page;
    f.pages = mmap(NULL, f.room + 2 * f.page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    f.end = f.pages + f.page + f.room;
    if (f.pages == MAP_FAILED || (f.room > 0 && mprotect(f.pages + f.page, f.room, PROT_READ | PROT_WRITE) != 0))
        abort();
    return f;
}

/* An error where a text ends too early: no other one may come of it. */
static bool cut_off(int32_t code)
{
    return code == XC_ERROR_TRUNCATED || code == XC_ERROR_UTF8;
}

int main(void)
{
    size_t documents = 0, prefixes = 0;
    host h = {0, 0, -1};
    xc_allocator allocator = host_allocator(&h);
    xc_plan *plan = NULL;
    xc_error error;
    static uint64_t scratch[1 << 17];
    static char out[1 << 16];
    for (int kind; (kind = getchar()) != EOF; documents++) {
        unsigned char b[4];
        char *text;
        size_t count;
        fence f;
        take(b, sizeof b);
        count = b[0] | (size_t)b[1] << 8 | (size_t)b[2] << 16 | (size_t)b[3] << 24;
        text = malloc(count + 1);
        take(text, count);
        f = fence_new(count);
        for (size_t n = kind == 'P' ? count : 0; n <= count; n++, prefixes++) {
            char *at = f.end - n;
            memcpy(at, text, n);
            if (kind == 'C') {
                int64_t answer = xc_evaluate(plan, at, n, NULL, 0, out, sizeof out, scratch, sizeof scratch);
                CHECK(n < count ? cut_off((int32_t)answer) : answer > 0, "%zu bytes of %.*s", n, (int)count, text);
            } else {
                xc_plan *other = xc_plan_compile(at, n, &allocator, &error);
                CHECK(n < count ? other == NULL && cut_off(error.code) && error.offset <= n : other != NULL, "%zu bytes of %.*s",
                      n, (int)count, text);
                if (other != NULL) {
                    xc_plan_free(plan);
                    plan = other;
                    CHECK(xc_plan_describe(plan, out, sizeof out) > 0, "describe");
                }
            }
        }
        memcpy(f.pages + f.page, text, count); /* and once from the other side */
        if (kind == 'C')
            (void)xc_evaluate(plan, f.pages + f.page, count, NULL, 0, out, sizeof out, scratch, sizeof scratch);
        else
            xc_plan_free(xc_plan_compile(f.pages + f.page, count, &allocator, &error));
        munmap(f.pages, f.room + 2 * f.page);
        free(text);
    }
    xc_plan_free(plan);
    CHECK(h.held == 0, "%zu bytes are still held", h.held);
    printf("%zu documents, %zu prefixes\n", documents, prefixes);
    return xc_test_end("prefixes");
}
