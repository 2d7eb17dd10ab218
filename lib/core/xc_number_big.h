/* Big integers, with the operations that exact conversions between decimal text
 * and float64 need (xc_number.c, xc_number_text.c).
 *
 * They have a fixed size that no conversion exceeds, so nothing is checked or
 * allocated, and they are not for general use: each function states what its
 * operands must satisfy. */
#ifndef XC_NUMBER_BIG_H
#define XC_NUMBER_BIG_H

#include "xc_deps.h"

/* Most words are needed for 768 digits and a sticky one over 5^1092: the
 * divisor has 2536 bits, the dividend 63 more, and normalizing adds up to
 * 31. */
#define XC_NUMBER_BIG_WORDS 84

typedef struct {
    uint32_t word[XC_NUMBER_BIG_WORDS]; /* least significant first, zero from length on */
    int length;                         /* words in use; the last one is not zero */
} xc_number_big;

/* big = big * factor + addend */
XC_INTERNAL void xc_number_big_multiply(xc_number_big *big, uint32_t factor, uint32_t addend);

/* big = big * 5^power */
XC_INTERNAL void xc_number_big_multiply_power5(xc_number_big *big, int power);

/* big = big * 2^bits */
XC_INTERNAL void xc_number_big_shift(xc_number_big *big, int bits);

/* Returns the length of a number that is not zero in bits. */
XC_INTERNAL int xc_number_big_bits(const xc_number_big *big);

/* Returns the whole part of n / d, which must be below 2^64, and sets whether
 * it is the exact quotient. Destroys both numbers. */
XC_INTERNAL uint64_t xc_number_big_divide(xc_number_big *n, xc_number_big *d, bool *exact);

#endif
