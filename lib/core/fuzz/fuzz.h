/* What the fuzz targets share. A target includes the source of the core, so
 * that it can read what the public functions do not show. It aborts if the core
 * breaks a promise of its header, which a sanitizer alone would not notice. */
#ifndef XC_FUZZ_H
#define XC_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../experiment_core.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition);                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* The bytes that the core has allocated: zero before and after each input. */
static size_t fuzz_held;

static void *fuzz_allocate(void *context, size_t size)
{
    void *block = malloc(size);
    REQUIRE(context == &fuzz_held && size > 0 && block != NULL);
    fuzz_held += size;
    return block;
}

static void fuzz_release(void *context, void *block, size_t size)
{
    REQUIRE(context == &fuzz_held && block != NULL && size <= fuzz_held);
    fuzz_held -= size;
    free(block);
}

static const xc_allocator fuzz_allocator = {
    fuzz_allocate, fuzz_release, &fuzz_held, {0x0706050403020100, 0x0F0E0D0C0B0A0908}};

/* Returns a copy of exact size, so that a sanitizer sees any access beyond it.
 * The caller frees it. */
static char *fuzz_copy(const void *from, size_t size)
{
    char *to = malloc(size > 0 ? size : 1);
    REQUIRE(to != NULL);
    if (size > 0)
        memcpy(to, from, size);
    return to;
}

/* Compiles flags, and checks what holds for every result. */
static xc_plan *fuzz_compile(const char *flags, size_t length, xc_error *error)
{
    xc_plan *plan = xc_plan_compile(flags, length, &fuzz_allocator, error);
    REQUIRE((plan == NULL) == (error->code != XC_OK));
    REQUIRE(error->message != NULL && error->offset <= length);
    REQUIRE(fuzz_held == (plan != NULL ? xc_plan_size(plan) : 0));
    return plan;
}

/* Reports whether the core reads n bytes as one JSON value. */
static bool fuzz_is_json(const char *text, size_t n)
{
    xc_reader in = {text, text + n, XC_OK, 0};
    return n > 0 && xc_skip(&in) && in.p == in.end;
}

#endif
