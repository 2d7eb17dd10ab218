/* A host for the core in tests: memory that is counted and may run out, documents
 * at their exact size, and answers as text. */
#ifndef XC_HOST_H
#define XC_HOST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../experiment_core.c"

#include "xc_test.h"

/* Memory: what is held now, how often it was asked for, and which of these times
 * (from 0; none if negative) it is refused. */
typedef struct {
    size_t held;
    long asked, refused;
} host;

static void *host_allocate(void *context, size_t size)
{
    host *h = context;
    void *block;
    if (h->asked++ == h->refused)
        return NULL;
    if ((block = malloc(size)) == NULL)
        abort();
    memset(block, 0xA5, size); /* nothing may count on zeros */
    h->held += size;
    return block;
}

static void host_release(void *context, void *block, size_t size)
{
    ((host *)context)->held -= size;
    memset(block, 0x5A, size);
    free(block);
}

static xc_allocator host_allocator(host *h)
{
    xc_allocator allocator = {host_allocate, host_release, h, {0x0123456789ABCDEF, 0xFEDCBA9876543210}};
    return allocator;
}

/* A copy at its exact size, so that a sanitizer sees any step beyond it. */
static char *host_copy(const char *text, size_t n)
{
    char *copy = malloc(n > 0 ? n : 1);
    if (copy == NULL)
        abort();
    if (n > 0)
        memcpy(copy, text, n);
    return copy;
}

static xc_plan *host_compile_bytes(host *h, const char *flags, size_t n, xc_error *error)
{
    xc_allocator allocator = host_allocator(h);
    char *copy = host_copy(flags, n);
    xc_plan *plan;
    error->code = 1;
    error->message = NULL;
    error->offset = UINT64_MAX;
    plan = xc_plan_compile(copy, n, &allocator, error);
    memset(copy, '!', n); /* the plan keeps nothing of it */
    free(copy);
    return plan;
}

/* A plan of flags that compile. */
static inline xc_plan *host_compile(host *h, const char *flags)
{
    xc_error error;
    xc_plan *plan;
    h->held = 0;
    h->asked = 0;
    h->refused = -1;
    plan = host_compile_bytes(h, flags, strlen(flags), &error);
    if (plan == NULL) {
        fprintf(stderr, "%s: %s at %u\n", flags, error.message, (unsigned)error.offset);
        exit(1);
    }
    return plan;
}

static inline void host_free(host *h, xc_plan *plan)
{
    xc_plan_free(plan);
    CHECK(h->held == 0, "%zu bytes are still held", h->held);
}

/* The answer for a context of n bytes, in `text`, or the error. Scratch begins at
 * the least and is doubled when asked for. */
static inline int64_t host_evaluate_bytes(const xc_plan *plan, const char *context, size_t n, const uint32_t *flags,
                                   size_t count, char *text, size_t capacity)
{
    size_t size = xc_plan_scratch(plan);
    for (;;) {
        char *copy = host_copy(context, n);
        void *scratch = malloc(size);
        int64_t answer;
        if (scratch == NULL)
            abort();
        memset(scratch, 0xA5, size);
        answer = xc_evaluate(plan, copy, n, flags, count, text, capacity, scratch, size);
        free(scratch);
        free(copy);
        if (answer != XC_ERROR_SCRATCH)
            return answer;
        size *= 2;
    }
}

/* The answer for all flags as text; errors as their message. */
static inline const char *host_evaluate(const xc_plan *plan, const char *context)
{
    static char text[4096];
    int64_t n = host_evaluate_bytes(plan, context, strlen(context), NULL, 0, text, sizeof text - 1);
    if (n < 0)
        return xc_error_message((int32_t)n);
    text[n] = '\0';
    return text;
}

#define CHECK_TEXT(got, want, ...)                                    \
    do {                                                              \
        const char *checked = (got), *wanted = (want);                \
        CHECK(strcmp(checked, wanted) == 0, __VA_ARGS__);             \
        if (strcmp(checked, wanted) != 0)                             \
            fprintf(stderr, "  got  %s\n  want %s\n", checked, wanted); \
    } while (0)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
