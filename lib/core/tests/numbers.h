/* Checks of parsed numbers, bit by bit. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include "../experiment_core.c"

#include "xc_test.h"

#define INFINITE UINT64_C(0x7ff0000000000000)
#define NEGATIVE (UINT64_C(1) << 63)

/* Returns the bits of a double. */
static inline uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Checks that n bytes parse as the double with these bits. */
static inline void check_parses(const char *name, const char *text, size_t n, uint64_t want)
{
    char *copy = exact_copy(text, n);
    double value = 0;
    bool ok = xc_number_parse(copy, n, &value);
    CHECK(ok && bits_of(value) == want, "%s: %.*s: got %d %016llx, want %016llx", name, n < 80 ? (int)n : 80, text, ok,
          (unsigned long long)bits_of(value), (unsigned long long)want);
    free(copy);
}

#endif
