/* A decimal number in text, split into its parts.
 *
 * Reading numbers (xc_number.c) and writing them (xc_number_text.c) both begin
 * by splitting the text; for a number with few digits the parts are all they
 * need. The parts refer to the text, which must outlive them. */
#ifndef XC_NUMBER_DECIMAL_H
#define XC_NUMBER_DECIMAL_H

#include "xc_deps.h"

/* Below 10^19, all digits fit 64 bits. */
#define XC_NUMBER_WORD_DIGITS 19

/* The bits of infinity. */
#define XC_NUMBER_INFINITY (UINT64_C(0x7ff) << 52)

typedef struct {
    const char *start; /* of the digits, after the sign */
    const char *end;   /* of the digits and their point */
    size_t count;      /* of digits, leading zeros too */
    uint64_t integer;  /* the digits without their point, modulo 2^64 */
    int64_t ten;       /* the number is the digits without their point times 10^ten */
    bool negative;
} xc_number_decimal;

/* Splits a number without white space into its parts. Returns false if the text
 * is not a number. */
XC_INTERNAL bool xc_number_scan(const char *p, const char *end, xc_number_decimal *d);

/* Returns the double nearest to the number, of two equally near ones the even
 * one. */
XC_INTERNAL double xc_number_value(const xc_number_decimal *d);

static inline bool xc_number_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#endif
