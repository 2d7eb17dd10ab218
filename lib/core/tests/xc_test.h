/* A test program in one header: CHECK counts and reports, json writes documents
 * and expected texts, xc_test_end prints the totals and returns main's
 * status. */
#ifndef XC_TEST_H
#define XC_TEST_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quotes.h"

static int xc_test_passed, xc_test_failed;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define CHECK(condition, ...)                                                                                          \
    do {                                                                                                               \
        if (condition) {                                                                                               \
            xc_test_passed++;                                                                                          \
        } else {                                                                                                       \
            xc_test_failed++;                                                                                          \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition);                                            \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            fputc('\n', stderr);                                                                                       \
        }                                                                                                              \
    } while (0)

#define CHECK_TEXT(got, want, ...)                                                                                     \
    do {                                                                                                               \
        const char *checked = (got), *wanted = (want);                                                                 \
        CHECK(strcmp(checked, wanted) == 0, __VA_ARGS__);                                                              \
        if (strcmp(checked, wanted) != 0)                                                                              \
            fprintf(stderr, "  got  %s\n  want %s\n", checked, wanted);                                                \
    } while (0)

/* Returns a block of at least one byte, and aborts if there is no memory. */
static inline void *xc_test_allocate(size_t size)
{
    void *block = malloc(size > 0 ? size : 1);
    if (block == NULL)
        abort();
    return block;
}

/* Returns scratch memory whose contents mean nothing. MemorySanitizer reports a
 * decision that depends on them; elsewhere they are bytes that no test
 * expects. */
static inline void *xc_test_scratch(size_t size)
{
    void *scratch = xc_test_allocate(size);
#if !defined(__has_feature)
    memset(scratch, 0xA5, size);
#elif !__has_feature(memory_sanitizer)
    memset(scratch, 0xA5, size);
#endif
    return scratch;
}

/* Returns a copy at its exact size, so that a sanitizer sees any access beyond
 * it. The caller frees it. */
static inline void *exact_copy(const void *bytes, size_t size)
{
    void *copy = xc_test_allocate(size);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

/* The texts that json and jsonf have returned, each after a pointer to the
 * previous one. */
typedef struct json_text {
    struct json_text *previous;
    char text[];
} json_text;

static json_text *json_texts;

/* Returns what printf writes for the arguments, with quotes replaced as json
 * does, in the arguments too. The text lives until xc_test_end. */
__attribute__((format(printf, 1, 2))) static inline const char *jsonf(const char *format, ...)
{
    va_list arguments;
    int length;
    json_text *new;
    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    new = xc_test_allocate(sizeof *new + (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(new->text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    new->previous = json_texts;
    json_texts = new;
    return quotes_replace(new->text);
}

/* Returns a copy of a text with " for each ' and ' for each `, as in
 * json("[{'key':'f'}]"). The copy lives until xc_test_end. */
static inline const char *json(const char *text)
{
    return jsonf("%s", text);
}

static int xc_test_end(const char *name)
{
    while (json_texts != NULL) {
        json_text *last = json_texts;
        json_texts = last->previous;
        free(last);
    }
    printf("%s: %d passed, %d failed\n", name, xc_test_passed, xc_test_failed);
    return xc_test_failed != 0;
}

#endif
