/* A host for the core in tests: memory that is counted and may run out, plans
 * of documents at their exact size, and evaluations as texts. */
#ifndef XC_HOST_H
#define XC_HOST_H

#include "../experiment_core.c"

#include "xc_test.h"

/* The memory of a host. */
typedef struct {
    size_t held;    /* bytes that are allocated now */
    long requested; /* allocations requested so far */
    long refused;   /* the request that is refused, from 0; negative for none */
} host;

static void *host_allocate(void *context, size_t size)
{
    host *h = context;
    void *block;
    if (h->requested++ == h->refused)
        return NULL;
    block = xc_test_allocate(size);
    memset(block, 0xA5, size); /* nothing may rely on zeros */
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

/* Compiles n bytes of flags; returns NULL and sets the error if that fails. */
static xc_plan *host_compile_bytes(host *h, const char *flags, size_t n, xc_error *error)
{
    xc_allocator allocator = host_allocator(h);
    char *copy = exact_copy(flags, n);
    xc_plan *plan;
    error->code = 1;
    error->message = NULL;
    error->offset = UINT64_MAX;
    plan = xc_plan_compile(copy, n, &allocator, error);
    memset(copy, '!', n); /* the plan keeps no pointer into it */
    free(copy);
    return plan;
}

/* Compiles valid flags, with a new host. */
static inline xc_plan *host_compile(host *h, const char *flags)
{
    xc_error error;
    xc_plan *plan;
    h->held = 0;
    h->requested = 0;
    h->refused = -1;
    plan = host_compile_bytes(h, flags, strlen(flags), &error);
    if (plan == NULL) {
        fprintf(stderr, "%s: %s at %u\n", flags, error.message, (unsigned)error.offset);
        exit(1);
    }
    return plan;
}

/* Frees the plan, and checks that nothing else is held. */
static inline void host_free(host *h, xc_plan *plan)
{
    xc_plan_free(plan);
    CHECK(h->held == 0, "%zu bytes are still held", h->held);
}

/* Evaluates flags for a context of n bytes into `text`, and returns the length
 * or the error. Scratch starts at its minimum and is doubled on request. */
static inline int64_t host_evaluate_bytes(const xc_plan *plan, const char *context, size_t n, const uint32_t *flags,
                                          size_t count, char *text, size_t capacity)
{
    size_t size = xc_plan_scratch(plan);
    for (;;) {
        char *copy = exact_copy(context, n);
        void *scratch = xc_test_scratch(size);
        int64_t length;
        length = xc_evaluate(plan, copy, n, flags, count, text, capacity, scratch, size);
        free(scratch);
        free(copy);
        if (length != XC_ERROR_SCRATCH)
            return length;
        size *= 2;
    }
}

/* Returns the evaluation of all flags as a text, or the message of the error.
 * It is valid until the next call. */
static inline const char *host_evaluate(const xc_plan *plan, const char *context)
{
    static char text[4096];
    int64_t n = host_evaluate_bytes(plan, context, strlen(context), NULL, 0, text, sizeof text - 1);
    if (n < 0)
        return xc_error_message((int32_t)n);
    text[n] = '\0';
    return text;
}

#endif
