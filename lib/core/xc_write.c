//go:build ignore

#include "xc_write.h"

static void xc_put(xc_writer *out, const char *p, size_t n)
{
    if (n > 0 && out->n <= out->capacity && n <= out->capacity - out->n)
        memcpy(out->p + out->n, p, n);
    out->n += n;
}

static void xc_put_byte(xc_writer *out, char byte)
{
    if (out->n < out->capacity)
        out->p[out->n] = byte;
    out->n++;
}

static void xc_put_string(xc_writer *out, const char *literal)
{
    size_t n = 0;
    while (literal[n] != '\0')
        n++;
    xc_put(out, literal, n);
}

/* Writes digits that end before `end`; returns where they begin. */
static inline char *xc_digits_before(char *end, uint64_t number)
{
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return end;
}

static void xc_put_number(xc_writer *out, uint64_t number)
{
    char digits[20], *end = digits + sizeof digits, *p = xc_digits_before(end, number);
    xc_put(out, p, (size_t)(end - p));
}

/* How many digits a number has. */
static inline uint32_t xc_width(uint32_t number)
{
    uint32_t digits = 1;
    for (uint64_t power = 10; number >= power; power *= 10)
        digits++;
    return digits;
}

static void xc_put_pair(xc_writer *out, char before, uint32_t first, uint32_t second)
{
    uint32_t n = xc_width(first), m = xc_width(second);
    size_t length = (size_t)n + m + 2;
    if (out->n <= out->capacity && length <= out->capacity - out->n) {
        char *p = out->p + out->n;
        *p = before;
        xc_digits_before(p + 1 + n, first);
        p[1 + n] = ',';
        xc_digits_before(p + length, second);
    }
    out->n += length;
}

/* The letter of a two-character escape, or 0 for bytes that have none. */
static char xc_short_escape(char c)
{
    switch (c) {
    case '"': case '\\': return c;
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
    }
}

static void xc_put_quoted(xc_writer *out, xc_text text)
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
