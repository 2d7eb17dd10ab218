//go:build ignore

/* Schoolbook arithmetic on words of 32 bits, whose products and carries fit 64
 * bits. Few numbers need it, and they have at most 84 words, so a faster
 * algorithm would not pay off. A quotient always has two words: the callers
 * scale their operands so that it is the 63 or 64 bits which decide the
 * rounding. */

#include "xc_number_big.h"

XC_INTERNAL void xc_number_big_multiply(xc_number_big *big, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    for (int i = 0; i < big->length; i++) {
        carry += (uint64_t)big->word[i] * factor;
        big->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        big->word[big->length++] = (uint32_t)carry;
    }
}

XC_INTERNAL void xc_number_big_multiply_power5(xc_number_big *big, int power)
{
    const uint32_t five13 = 1220703125; /* the greatest power of five in 32 bits */
    for (; power >= 13; power -= 13) {
        xc_number_big_multiply(big, five13, 0);
    }
    uint32_t rest = 1;
    for (; power > 0; power--) {
        rest *= 5;
    }
    xc_number_big_multiply(big, rest, 0);
}

XC_INTERNAL void xc_number_big_shift(xc_number_big *big, int bits)
{
    int words = bits / 32;
    if (words > 0 && big->length > 0) {
        memmove(big->word + words, big->word, (size_t)big->length * sizeof big->word[0]);
        memset(big->word, 0, (size_t)words * sizeof big->word[0]);
        big->length += words;
    }
    xc_number_big_multiply(big, UINT32_C(1) << (bits % 32), 0);
}

/* Returns how far the last word is from having its highest bit set. */
static int xc_number_big_leading_zeros(const xc_number_big *big)
{
    int zeros = 0;
    for (uint32_t top = big->word[big->length - 1]; top < UINT32_C(1) << 31; top <<= 1) {
        zeros++;
    }
    return zeros;
}

XC_INTERNAL int xc_number_big_bits(const xc_number_big *big)
{
    return 32 * big->length - xc_number_big_leading_zeros(big);
}

/* n = n - d * factor * 2^(32 * at), which must not be negative. The dividend's
 * length is not updated, since a division does not use it. */
static void xc_number_big_subtract(xc_number_big *n, const xc_number_big *d, uint32_t factor, int at)
{
    uint64_t carry = 0;
    for (int i = 0; i < d->length; i++) {
        carry += (uint64_t)d->word[i] * factor;
        uint32_t low = (uint32_t)carry;
        uint32_t word = n->word[i + at];
        n->word[i + at] = word - low;
        carry = (carry >> 32) + (word < low);
    }
    n->word[d->length + at] -= (uint32_t)carry;
}

/* Reports whether n >= d * 2^(32 * at), where n has at most one word above
 * the words of the shifted d. */
static bool xc_number_big_at_least(const xc_number_big *n, const xc_number_big *d, int at)
{
    if (n->word[d->length + at] != 0) {
        return true;
    }
    for (int i = d->length - 1; i >= 0; i--) {
        if (n->word[i + at] != d->word[i]) {
            return n->word[i + at] > d->word[i];
        }
    }
    return true;
}

/* Takes one step of long division in base 2^32: returns n / (d * 2^(32 * at)),
 * which must be below 2^32, and makes n the remainder. The highest bit of d is
 * set, so dividing the first words, with the divisor rounded up, gives an
 * estimate that is at most three too low. */
static uint32_t xc_number_big_divide_word(xc_number_big *n, const xc_number_big *d, int at)
{
    int top = d->length + at;
    uint64_t dividend = (uint64_t)n->word[top] << 32 | n->word[top - 1];
    uint32_t quotient = (uint32_t)(dividend / ((uint64_t)d->word[d->length - 1] + 1));
    xc_number_big_subtract(n, d, quotient, at);
    while (xc_number_big_at_least(n, d, at)) {
        xc_number_big_subtract(n, d, 1, at);
        quotient++;
    }
    return quotient;
}

XC_INTERNAL uint64_t xc_number_big_divide(xc_number_big *n, xc_number_big *d, bool *exact)
{
    int zeros = xc_number_big_leading_zeros(d);
    xc_number_big_shift(d, zeros);
    xc_number_big_shift(n, zeros);
    uint64_t high = xc_number_big_divide_word(n, d, 1);
    uint64_t low = xc_number_big_divide_word(n, d, 0);
    *exact = true;
    for (int i = 0; i < d->length; i++) {
        *exact = *exact && n->word[i] == 0;
    }
    return high << 32 | low;
}
