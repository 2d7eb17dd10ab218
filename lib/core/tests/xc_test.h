/* A test program in one header: CHECK counts and reports, xc_test_end prints the
 * totals and gives main's return value. */
#ifndef XC_TEST_H
#define XC_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int xc_test_passed, xc_test_failed;

#define CHECK(condition, ...)                                          \
    do {                                                               \
        if (condition) {                                               \
            xc_test_passed++;                                          \
        } else {                                                       \
            xc_test_failed++;                                          \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                              \
            fputc('\n', stderr);                                       \
        }                                                              \
    } while (0)

static int xc_test_end(const char *name)
{
    printf("%s: %d passed, %d failed\n", name, xc_test_passed, xc_test_failed);
    return xc_test_failed != 0;
}

#endif
