//go:build ignore

/* Writes JSON piece by piece: the core's results are short and have a fixed
 * shape, so a few functions that append are enough. A text that is too long for
 * the buffer is still counted to its end, so that the caller learns how much
 * room it needs.
 *
 * An evaluation writes a pair of numbers for each flag. So pairs have a path of
 * their own that checks for room once, and numbers are written two digits at a
 * time. */

#include "xc_write.h"

XC_INTERNAL void xc_put(xc_writer *out, const char *p, size_t n)
{
    if (n > 0 && out->n <= out->capacity && n <= out->capacity - out->n)
        memcpy(out->p + out->n, p, n);
    out->n += n;
}

XC_INTERNAL void xc_put_byte(xc_writer *out, char byte)
{
    if (out->n < out->capacity)
        out->p[out->n] = byte;
    out->n++;
}

XC_INTERNAL void xc_put_string(xc_writer *out, const char *literal)
{
    size_t n = 0;
    while (literal[n] != '\0')
        n++;
    xc_put(out, literal, n);
}

static const char xc_two_digits[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                    "8081828384858687888990919293949596979899";

/* Writes a number below 100 as two digits. */
static inline void xc_write_two(char *p, uint32_t number)
{
    memcpy(p, xc_two_digits + 2 * number, 2);
}

/* Writes a number of four digits or more and returns where it ends. */
static char *xc_write_long(char *p, uint32_t number)
{
    size_t digits = 4;
    for (uint64_t power = 10000; number >= power; power *= 10)
        digits++;
    for (size_t at = digits; at > 1; number /= 100)
        xc_write_two(p + (at -= 2), number % 100);
    if (digits % 2 == 1)
        *p = (char)('0' + number);
    return p + digits;
}

/* Writes a number and returns where it ends. It takes at most 10 bytes. */
static inline char *xc_write_number(char *p, uint32_t number)
{
    if (number >= 1000)
        return xc_write_long(p, number);
    if (number >= 100) {
        *p++ = (char)('0' + number / 100);
        number %= 100;
    } else if (number < 10) {
        *p = (char)('0' + number);
        return p + 1;
    }
    xc_write_two(p, number);
    return p + 2;
}

XC_INTERNAL void xc_put_number(xc_writer *out, uint32_t number)
{
    char digits[10];
    xc_put(out, digits, (size_t)(xc_write_number(digits, number) - digits));
}

XC_INTERNAL void xc_put_pair(xc_writer *out, char before, uint32_t first, uint32_t second)
{
    char *p;
    if (out->n > out->capacity || out->capacity - out->n < 22) { /* two numbers of 10 digits and two bytes */
        xc_put_byte(out, before);
        xc_put_number(out, first);
        xc_put_byte(out, ',');
        xc_put_number(out, second);
        return;
    }
    p = out->p + out->n;
    *p = before;
    p = xc_write_number(p + 1, first);
    *p = ',';
    p = xc_write_number(p + 1, second);
    out->n = (size_t)(p - out->p);
}

/* Returns the letter of a two-character escape, or 0 for a byte that has
 * none. */
static char xc_short_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

XC_INTERNAL void xc_put_quoted(xc_writer *out, xc_text text)
{
    const char *hex = "0123456789abcdef";
    uint32_t from = 0;
    xc_put_byte(out, '"');
    for (uint32_t i = 0; i < text.n; i++) {
        char c = text.p[i], letter = xc_short_escape(c);
        if (letter == 0 && (unsigned char)c >= 0x20)
            continue;
        xc_put(out, text.p + from, i - from);
        from = i + 1;
        xc_put_byte(out, '\\');
        if (letter != 0) {
            xc_put_byte(out, letter);
        } else {
            xc_put(out, "u00", 3);
            xc_put_byte(out, hex[(unsigned char)c >> 4]);
            xc_put_byte(out, hex[c & 15]);
        }
    }
    xc_put(out, text.p + from, text.n - from);
    xc_put_byte(out, '"');
}
