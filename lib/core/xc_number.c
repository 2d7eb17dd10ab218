//go:build ignore

/* Decimal text to float64: a fast path for the numbers people write, and one
 * exact slow path for all others.
 *
 * Up to 2^53, and times or divided by at most 10^22, both operands are exact
 * doubles, so one operation rounds once, correctly (Clinger, "How to read
 * floating point numbers accurately", 1990). Otherwise the value is a fraction
 * of two big integers, digits * 10^a * 2^b; its first 63 or 64 bits, and
 * whether anything follows them, decide the rounding. */

#include "xc_number.h"
#include "xc_number_big.h"
#include "xc_number_decimal.h"

/* A point halfway between two doubles has at most 768 significant digits (the
 * greatest below 2^-1021 starts at 10^-308 and ends at 10^-1075). Of the digits
 * after the 768th it therefore only matters whether one is not zero. */
#define XC_NUMBER_DIGITS_MAX 768

/* Exponents stop counting here: no text has enough digits to make up for it,
 * and adding the number of digits still cannot overflow. */
#define XC_NUMBER_EXPONENT_MAX INT64_C(400000000000000000)

static bool xc_number_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

XC_INTERNAL bool xc_number_scan(const char *p, const char *end, xc_number_decimal *d)
{
    d->negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) {
        p++;
    }

    d->start = p;
    uint64_t integer = 0;
    for (; p < end && xc_number_is_digit(*p); p++) {
        integer = integer * 10 + (uint64_t)(*p - '0');
    }
    d->count = (size_t)(p - d->start);
    d->ten = 0;
    if (p < end && *p == '.') {
        const char *fraction = ++p;
        for (; p < end && xc_number_is_digit(*p); p++) {
            integer = integer * 10 + (uint64_t)(*p - '0');
        }
        d->count += (size_t)(p - fraction);
        d->ten = -(int64_t)(p - fraction);
    }
    d->end = p;
    d->integer = integer;
    if (d->count == 0) {
        return false;
    }

    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        bool down = p < end && *p == '-';
        if (p < end && (*p == '-' || *p == '+')) {
            p++;
        }
        const char *digits = p;
        int64_t exponent = 0;
        for (; p < end && xc_number_is_digit(*p); p++) {
            if (exponent < XC_NUMBER_EXPONENT_MAX) {
                exponent = exponent * 10 + (*p - '0');
            }
        }
        if (p == digits) {
            return false;
        }
        d->ten += down ? -exponent : exponent;
    }
    return p == end;
}

/* Returns the bits of the double nearest to mantissa * 2^two or, if that is not
 * exact, to anything between it and (mantissa + 1) * 2^two. The mantissa has 63
 * or 64 bits. */
static uint64_t xc_number_round(uint64_t mantissa, bool exact, int two)
{
    if (mantissa < UINT64_C(1) << 63) {
        mantissa <<= 1;
        two--;
    }
    int biased = two + 63 + 1023;
    if (biased >= 0x7ff) {
        return XC_NUMBER_INFINITY;
    }

    /* Subnormals have the exponent of the least normal numbers and fewer
     * bits. */
    int field = biased < 1 ? 1 : biased;
    int drop = 11 + (field - biased);
    if (drop > 64) {
        return 0;
    }
    uint64_t kept = drop == 64 ? 0 : mantissa >> drop;
    uint64_t half = UINT64_C(1) << (drop - 1);
    uint64_t dropped = mantissa & (half | (half - 1));
    bool up = dropped > half || (dropped == half && (!exact || (kept & 1) != 0));

    /* The implicit bit of a normal number adds one to the field; a carry out of
     * the mantissa gives the next exponent, at last infinity. */
    return ((uint64_t)(field - 1) << 52) + kept + up;
}

/* Returns the bits of the double nearest to the number without its sign, for
 * any number. */
static uint64_t xc_number_round_exactly(const xc_number_decimal *d)
{
    const char *p = d->start;
    size_t left = d->count;
    for (; left > 0 && (*p == '0' || *p == '.'); p++) {
        left -= *p == '0';
    }
    if (left == 0) {
        return 0;
    }
    int64_t leading = d->ten + (int64_t)left - 1; /* the first digit's power of ten */
    if (leading > 308) {
        return XC_NUMBER_INFINITY;
    }
    if (leading < -324) {
        return 0; /* half of the least subnormal is 2.47e-324 */
    }

    xc_number_big n = {.length = 0};
    size_t used = left < XC_NUMBER_DIGITS_MAX ? left : XC_NUMBER_DIGITS_MAX;
    uint32_t chunk = 0;
    uint32_t scale = 1;
    for (size_t i = 0; i < used; p++) {
        if (*p == '.') {
            continue;
        }
        chunk = chunk * 10 + (uint32_t)(*p - '0');
        scale *= 10;
        i++;
        if (scale == 1000000000 || i == used) {
            xc_number_big_multiply(&n, scale, chunk);
            chunk = 0;
            scale = 1;
        }
    }
    int ten = (int)(leading + 1 - (int64_t)used);
    while (p < d->end && (*p == '0' || *p == '.')) {
        p++;
    }
    if (p < d->end) {
        xc_number_big_multiply(&n, 10, 1);
        ten--;
    }

    xc_number_big m = {.word = {1}, .length = 1};
    xc_number_big_multiply_power5(ten < 0 ? &m : &n, ten < 0 ? -ten : ten);
    int shift = 63 - (xc_number_big_bits(&n) - xc_number_big_bits(&m));
    xc_number_big_shift(shift < 0 ? &m : &n, shift < 0 ? -shift : shift);
    bool exact;
    uint64_t mantissa = xc_number_big_divide(&n, &m, &exact);
    return xc_number_round(mantissa, exact, ten - shift);
}

/* The powers of ten that a double holds exactly. */
static const double xc_number_power10[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

XC_INTERNAL double xc_number_value(const xc_number_decimal *d)
{
    double value;
    /* With x87 arithmetic (FLT_EVAL_METHOD 2) an operation would round
     * twice. */
    if ((FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1) && d->count <= XC_NUMBER_WORD_DIGITS &&
        d->integer <= UINT64_C(1) << 53 && d->ten >= -22 && d->ten <= 22) {
        value = (double)(int64_t)d->integer; /* signed: one instruction, not a branch */
        value = d->ten < 0 ? value / xc_number_power10[-d->ten] : value * xc_number_power10[d->ten];
    } else {
        uint64_t bits = xc_number_round_exactly(d);
        memcpy(&value, &bits, sizeof value);
    }
    return d->negative ? -value : value;
}

XC_INTERNAL bool xc_number_parse(const char *s, size_t n, double *out)
{
    while (n > 0 && xc_number_is_space(*s)) {
        s++;
        n--;
    }
    while (n > 0 && xc_number_is_space(s[n - 1])) {
        n--;
    }
    xc_number_decimal d;
    if (n == 0 || !xc_number_scan(s, s + n, &d)) {
        return false;
    }
    *out = xc_number_value(&d);
    return true;
}
