//go:build ignore

/* A JSON number to the text that flags compare it as: as in reading, a fast
 * path for the numbers people write, and one exact slow path for all others.
 *
 * A number of at most 15 digits is already its own shortest text. For others, a
 * fraction of two big integers gives the value and the two ends of its rounding
 * interval to 18 or 19 digits, and the shortest decimal inside the interval is
 * found among 64-bit integers. The rules are by Steele and White, "How to
 * print floating-point numbers accurately" (1990). */

#include "xc_number.h"
#include "xc_number_big.h"
#include "xc_number_decimal.h"

/* Returns the whole part of mantissa * 10^ten * 2^two, which must be below
 * 2^64, and sets whether it is exact. */
static uint64_t xc_number_scale(uint64_t mantissa, int ten, int two, bool *exact)
{
    xc_number_big n = {.word = {(uint32_t)mantissa, (uint32_t)(mantissa >> 32)}};
    n.length = n.word[1] == 0 ? 1 : 2;
    xc_number_big m = {.word = {1}, .length = 1};
    two += ten;
    xc_number_big_multiply_power5(ten < 0 ? &m : &n, ten < 0 ? -ten : ten);
    xc_number_big_shift(two < 0 ? &m : &n, two < 0 ? -two : two);
    return xc_number_big_divide(&n, &m, exact);
}

/* Finds the shortest decimal, digits * 10^ten, that reads back as the positive
 * finite double of these bits; of several the nearest to it, then the even one.
 * Returns the digits, which may end in zeros. */
static uint64_t xc_number_shortest(uint64_t bits, int *ten)
{
    const uint64_t implicit = UINT64_C(1) << 52;
    int field = (int)(bits >> 52);
    uint64_t mantissa = bits & (implicit - 1);
    /* Below a power of two, doubles lie twice as close. */
    bool narrow = mantissa == 0 && field > 1;
    if (field > 0) {
        mantissa |= implicit;
    } else {
        field = 1;
    }
    int two = field - 1075;
    bool even = (mantissa & 1) == 0; /* the ends of the interval round to an even mantissa */

    int leading = two - 1; /* the first bit's power of two */
    for (uint64_t rest = mantissa; rest != 0; rest >>= 1) {
        leading++;
    }
    /* At or below the first digit's power of ten, by at most one. So the value
     * scaled by 10^(17 - tens) is at least 10^17 and below 2 * 10^18, and the
     * interval is wider than 10: a multiple of ten lies in it. */
    int tens = leading * 30103 / 100000 - (leading < 0);
    *ten = tens - 17;

    /* In quarters of the mantissa's last bit, both ends are whole numbers. */
    bool low_exact, value_exact, high_exact;
    uint64_t low = xc_number_scale(4 * mantissa - (narrow ? 1 : 2), -*ten, two - 2, &low_exact);
    uint64_t value = xc_number_scale(4 * mantissa, -*ten, two - 2, &value_exact);
    uint64_t high = xc_number_scale(4 * mantissa + 2, -*ten, two - 2, &high_exact);

    uint64_t unit = UINT64_C(1000000000000000000);
    for (;; unit /= 10) {
        uint64_t rest = value % unit;
        uint64_t down = value - rest;
        uint64_t up = down + unit;
        bool down_fits = down > low || (down == low && low_exact && even);
        bool up_fits = up < high || (up == high && (!high_exact || even));
        if (down_fits && up_fits) {
            bool tie = rest == unit / 2 && value_exact;
            bool nearer_up = tie ? (down / unit & 1) != 0 : rest >= unit / 2;
            return nearer_up ? up : down;
        }
        if (down_fits || up_fits) {
            return down_fits ? down : up;
        }
    }
}

/* Writes digits * 10^ten, where digits is not zero and does not end in zero, as
 * Go's encoding/json writes a float64. Returns the length. */
static size_t xc_number_write(bool negative, uint64_t digits, int ten, char *out)
{
    char reversed[XC_NUMBER_WORD_DIGITS + 1];
    int count = 0;
    for (; digits != 0; digits /= 10) {
        reversed[count++] = (char)('0' + digits % 10);
    }
    int leading = ten + count - 1; /* the first digit's power of ten */
    bool exponent = leading < -6 || leading >= 21;

    char *p = out;
    if (negative) {
        *p++ = '-';
    }
    int point = exponent ? 1 : leading + 1; /* digits before the point */
    if (point <= 0) {
        *p++ = '0';
        *p++ = '.';
        for (int zeros = point; zeros < 0; zeros++) {
            *p++ = '0';
        }
    }
    for (int i = 0; i < count; i++) {
        if (i == point && i > 0) {
            *p++ = '.';
        }
        *p++ = reversed[count - 1 - i];
    }
    for (int i = count; i < point; i++) {
        *p++ = '0';
    }
    if (exponent) {
        *p++ = 'e';
        *p++ = leading < 0 ? '-' : '+';
        int size = leading < 0 ? -leading : leading;
        if (size >= 100) {
            *p++ = (char)('0' + size / 100);
        }
        if (size >= 10) {
            *p++ = (char)('0' + size / 10 % 10);
        }
        *p++ = (char)('0' + size % 10);
    }
    return (size_t)(p - out);
}

/* Strips trailing zeros from digits * 10^ten. */
static void xc_number_trim(uint64_t *digits, int *ten)
{
    while (*digits != 0 && *digits % 10 == 0) {
        *digits /= 10;
        ++*ten;
    }
}

/* Reports whether a token has no point and no exponent. */
static bool xc_number_is_integer(const char *token, size_t n)
{
    for (size_t i = n > 0 && token[0] == '-'; i < n; i++) {
        if (!xc_number_is_digit(token[i])) {
            return false;
        }
    }
    return true;
}

XC_INTERNAL size_t xc_number_text(const char *token, size_t n, char buffer[XC_NUMBER_TEXT_MAX], const char **text)
{
    *text = token;
    if (xc_number_is_integer(token, n)) {
        if (n == 2 && memcmp(token, "-0", 2) == 0) {
            *text = token + 1;
            return 1;
        }
        return n;
    }
    xc_number_decimal d;
    if (!xc_number_scan(token, token + n, &d)) {
        return n;
    }

    /* At most 15 digits, and normal: two different decimals of this kind never
     * round to the same double, since doubles lie closer together there than
     * decimals of 15 digits do. The shortest text of the double has no more
     * digits than this decimal, which rounds to it as well. So the two are the
     * same number, and without trailing zeros they have the same digits. */
    if (d.count <= XC_NUMBER_WORD_DIGITS && d.ten >= -307 && d.ten <= 200) {
        uint64_t digits = d.integer;
        int ten = (int)d.ten;
        xc_number_trim(&digits, &ten);
        if (digits != 0 && digits < UINT64_C(1000000000000000)) {
            bool plain = d.end == token + n && ten == d.ten;
            bool tiny = d.end - d.start >= 8 && memcmp(d.start, "0.000000", 8) == 0;
            if (plain && ten < 0 && !tiny) {
                return n; /* its own text already, as most are */
            }
            *text = buffer;
            return xc_number_write(d.negative, digits, ten, buffer);
        }
    }

    double value = xc_number_value(&d);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits &= UINT64_MAX >> 1;
    *text = buffer;
    if (bits == 0) {
        buffer[0] = '-';
        buffer[d.negative] = '0';
        return 1 + (size_t)d.negative;
    }
    if (bits == XC_NUMBER_INFINITY) {
        buffer[0] = '-';
        memcpy(buffer + d.negative, "Infinity", 8);
        return 8 + (size_t)d.negative;
    }
    int ten;
    uint64_t digits = xc_number_shortest(bits, &ten);
    xc_number_trim(&digits, &ten);
    return xc_number_write(d.negative, digits, ten, buffer);
}
