//go:build ignore

/* Each direction has a fast path for the numbers people write, and one exact slow
 * path for all others.
 *
 * Reading. Up to 2^53, and times or divided by at most 10^22, both operands are
 * exact doubles, so one operation rounds once, correctly (Clinger, "How to read
 * floating point numbers accurately", 1990). Otherwise the value is a fraction of
 * two big integers, digits * 10^a * 2^b; its first 63 or 64 bits, and whether
 * anything follows them, decide the rounding.
 *
 * Writing. A number of at most 15 digits is already its own shortest text. For
 * others the same big-integer fraction gives the value and the two ends of its
 * rounding interval to 18 or 19 digits, and the shortest decimal inside the
 * interval is found among 64-bit integers. The rules are those of Steele and
 * White, "How to print floating-point numbers accurately" (1990). */
#include "xc_number.h"

/* Below 10^19, all digits fit 64 bits. */
#define XC_NUMBER_WORD_DIGITS 19

/* A point halfway between two doubles has at most 768 significant digits (the
 * greatest below 2^-1021 starts at 10^-308 and ends at 10^-1075). Of the digits
 * after the 768th it therefore only matters whether one is not zero. */
#define XC_NUMBER_DIGITS_MAX 768

/* Exponents stop counting here: no text has so many digits that they could make
 * up for it, and adding the number of digits still cannot overflow. */
#define XC_NUMBER_EXPONENT_MAX INT64_C(400000000000000000)

#define XC_NUMBER_INFINITY (UINT64_C(0x7ff) << 52)

static bool xc_number_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool xc_number_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* ---- Big integers ---- */

/* Most words are needed for 768 digits and a sticky one over 5^1092: the divisor
 * has 2536 bits, the dividend 63 more, and normalizing adds up to 31. */
#define XC_NUMBER_BIG_WORDS 84

typedef struct {
    uint32_t word[XC_NUMBER_BIG_WORDS]; /* least significant first, zero from length on */
    int length;                         /* words in use; the last one is not zero */
} xc_number_big;

/* big = big * factor + addend */
static void xc_number_big_multiply(xc_number_big *big, uint32_t factor, uint32_t addend)
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

/* big = big * 5^power */
static void xc_number_big_multiply_power5(xc_number_big *big, int power)
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

/* big = big * 2^bits */
static void xc_number_big_shift(xc_number_big *big, int bits)
{
    int words = bits / 32;
    if (words > 0 && big->length > 0) {
        memmove(big->word + words, big->word, (size_t)big->length * sizeof big->word[0]);
        memset(big->word, 0, (size_t)words * sizeof big->word[0]);
        big->length += words;
    }
    xc_number_big_multiply(big, UINT32_C(1) << (bits % 32), 0);
}

/* How far big's last word is from having its highest bit set. */
static int xc_number_big_leading_zeros(const xc_number_big *big)
{
    int zeros = 0;
    for (uint32_t top = big->word[big->length - 1]; top < UINT32_C(1) << 31; top <<= 1) {
        zeros++;
    }
    return zeros;
}

static int xc_number_big_bits(const xc_number_big *big)
{
    return 32 * big->length - xc_number_big_leading_zeros(big);
}

/* n = n - d * factor * 2^(32 * at), which must not be negative. The dividend's
 * length is not kept up: a division reads no word through it. */
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

/* Whether n >= d * 2^(32 * at), where n has no words above those of d and one more. */
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

/* One digit of long division in base 2^32: the quotient of n by d * 2^(32 * at),
 * which must be below 2^32; n becomes the remainder. d's highest bit is set, so
 * dividing the first words, with the divisor rounded up, estimates at most three
 * too low. */
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

/* The whole part of n / d, which must be below 2^64, and whether it is all of it.
 * Both are used up. */
static uint64_t xc_number_big_divide(xc_number_big *n, xc_number_big *d, bool *exact)
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

/* ---- Decimal text to float64 ---- */

typedef struct {
    const char *start; /* of the digits, after the sign */
    const char *end;   /* of the digits and their point */
    size_t count;      /* of digits, leading zeros too */
    uint64_t integer;  /* the digits without their point, modulo 2^64 */
    int64_t ten;       /* the number is the digits without their point times 10^ten */
    bool negative;
} xc_number_decimal;

/* Takes a number without white space apart; false if it is none. */
static bool xc_number_scan(const char *p, const char *end, xc_number_decimal *d)
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

/* The bits of the double nearest to mantissa * 2^two, or to anything between that
 * and (mantissa + 1) * 2^two if it is not exact. The mantissa has 63 or 64 bits. */
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

    /* Subnormals have the exponent of the least normal numbers and fewer bits. */
    int field = biased < 1 ? 1 : biased;
    int drop = 11 + (field - biased);
    if (drop > 64) {
        return 0;
    }
    uint64_t kept = drop == 64 ? 0 : mantissa >> drop;
    uint64_t half = UINT64_C(1) << (drop - 1);
    uint64_t dropped = mantissa & (half | (half - 1));
    bool up = dropped > half || (dropped == half && (!exact || (kept & 1) != 0));

    /* The implicit bit of a normal number adds one to the field; a carry out of the
     * mantissa gives the next exponent, at last infinity. */
    return ((uint64_t)(field - 1) << 52) + kept + up;
}

/* The bits of the double nearest to the number without its sign, for any number. */
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

static double xc_number_value(const xc_number_decimal *d)
{
    double value;
    /* With x87 arithmetic (FLT_EVAL_METHOD 2) an operation would round twice. */
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

static bool xc_number_parse(const char *s, size_t n, double *out)
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

/* ---- Float64 to shortest decimal ---- */

/* The whole part of mantissa * 10^ten * 2^two, which must be below 2^64, and whether
 * it is all of it. */
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

/* The shortest decimal, digits * 10^ten, that reads back as the positive finite
 * double of these bits; of several the nearest to it, then the even one. The
 * digits may end in zeros. */
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
    /* At or below the first digit's power of ten, by at most one. So the value scaled
     * by 10^(17 - tens) is at least 10^17 and below 2 * 10^18, and the interval is
     * wider than 10: a multiple of ten lies in it. */
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

/* Writes digits * 10^ten, where digits is not zero and does not end in zero, as Go's
 * encoding/json writes a float64. Returns the length. */
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

/* Strips trailing zeros. */
static void xc_number_trim(uint64_t *digits, int *ten)
{
    while (*digits != 0 && *digits % 10 == 0) {
        *digits /= 10;
        ++*ten;
    }
}

static bool xc_number_is_integer(const char *token, size_t n)
{
    for (size_t i = n > 0 && token[0] == '-'; i < n; i++) {
        if (!xc_number_is_digit(token[i])) {
            return false;
        }
    }
    return true;
}

static size_t xc_number_text(const char *token, size_t n, char buffer[XC_NUMBER_TEXT_MAX],
                             const char **text)
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

    /* At most 15 digits, and normal: two different such decimals never round to the
     * same double, since doubles lie closer together there than decimals of 15
     * digits do. The shortest text of the double has no more digits than this
     * decimal, which rounds to it as well; so the two are the same number, and
     * without trailing zeros the same digits. */
    if (d.count <= XC_NUMBER_WORD_DIGITS && d.ten >= -307 && d.ten <= 200) {
        uint64_t digits = d.integer;
        int ten = (int)d.ten;
        xc_number_trim(&digits, &ten);
        if (digits != 0 && digits < UINT64_C(1000000000000000)) {
            bool plain = d.end == token + n && ten == d.ten;
            bool tiny = d.end - d.start >= 8 && memcmp(d.start, "0.000000", 8) == 0;
            if (plain && ten < 0 && !tiny) {
                return n; /* written like this already, as most are */
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
