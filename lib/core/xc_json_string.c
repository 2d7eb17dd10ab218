//go:build ignore

/* Strings of JSON, the bulk of most documents.
 *
 * Reading a string checks it (escapes, control characters, UTF-8) and finds its
 * end but copies nothing: most strings have no escapes and are their own text.
 * Plain bytes are skipped eight at a time; the first other byte leads to the
 * slow path. A string that has escapes is unescaped only when it is used, and
 * its escapes are not checked again. */

#include "xc_json.h"

/* Returns the length of the UTF-8 sequence at p (2 to 4), or 0 if it is
 * invalid. Overlong forms, surrogates and anything above U+10FFFF are
 * invalid. */
static size_t xc_utf8_length(const char *p, const char *end)
{
    const unsigned char *s = (const unsigned char *)p;
    size_t n = (size_t)(end - p);
    if (s[0] >= 0xC2 && s[0] <= 0xDF)
        return n >= 2 && (s[1] & 0xC0) == 0x80 ? 2 : 0;
    if ((s[0] & 0xF0) == 0xE0) {
        if (n < 3 || (s[1] & 0xC0) != 0x80 || (s[2] & 0xC0) != 0x80)
            return 0;
        if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F))
            return 0;
        return 3;
    }
    if (s[0] >= 0xF0 && s[0] <= 0xF4) {
        if (n < 4 || (s[1] & 0xC0) != 0x80 || (s[2] & 0xC0) != 0x80 || (s[3] & 0xC0) != 0x80)
            return 0;
        if ((s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

/* Skips plain bytes, eight at a time: ASCII except quotes, backslashes and
 * control characters. Returns the first other byte, or end. */
static inline const char *xc_skip_plain(const char *p, const char *end)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    while (end - p >= 8) {
        uint64_t w, quote, slash, found;
        memcpy(&w, p, 8);
        quote = w ^ (ones * '"');
        slash = w ^ (ones * '\\');
        /* The high bit of a byte is set if the byte is not ASCII, is below
         * 0x20, or equals one of the two. A borrow can set it only above such a
         * byte, so the lowest one is right. */
        found = (w | (w - ones * 0x20) | (quote - ones) | (slash - ones)) & high;
        if (found != 0) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            return p + __builtin_ctzll(found) / 8;
#else
            break;
#endif
        }
        p += 8;
    }
    while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* Returns the value of a hexadecimal digit, or -1. */
static int xc_hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Checks the escape at p and steps over it. Surrogates may be alone:
 * xc_unescape replaces them. */
static bool xc_skip_escape(xc_reader *in)
{
    int i;
    if (in->end - in->p < 2) {
        in->p = in->end;
        return xc_fail(in, XC_ERROR_TRUNCATED);
    }
    switch (in->p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        in->p += 2;
        return true;
    case 'u':
        for (i = 2; i < 6; i++) {
            if (in->end - in->p <= i) {
                in->p = in->end;
                return xc_fail(in, XC_ERROR_TRUNCATED);
            }
            if (xc_hex_digit(in->p[i]) < 0)
                return xc_fail(in, XC_ERROR_SYNTAX);
        }
        in->p += 6;
        return true;
    default:
        return xc_fail(in, XC_ERROR_SYNTAX);
    }
}

/* Reads the rest of a string, from a byte that is not plain. */
static XC_RARE bool xc_string_rest(xc_reader *in, xc_text *raw, bool *escaped)
{
    while (in->p < in->end && *in->p != '"') {
        if (*in->p == '\\') {
            *escaped = true;
            if (!xc_skip_escape(in))
                return false;
        } else if ((unsigned char)*in->p < 0x20) {
            return xc_fail(in, XC_ERROR_SYNTAX);
        } else {
            size_t n = xc_utf8_length(in->p, in->end);
            if (n == 0)
                return xc_fail(in, XC_ERROR_UTF8);
            in->p += n;
        }
        in->p = xc_skip_plain(in->p, in->end);
    }
    if (in->p >= in->end)
        return xc_fail(in, XC_ERROR_TRUNCATED);
    raw->n = (uint32_t)(in->p - raw->p);
    in->p++;
    return true;
}

XC_INTERNAL bool xc_string(xc_reader *in, xc_text *raw, bool *escaped)
{
    const char *p = in->p;
    *escaped = false;
    if (p >= in->end)
        return xc_fail(in, XC_ERROR_TRUNCATED);
    if (*p != '"')
        return xc_fail(in, XC_ERROR_SYNTAX);
    raw->p = p + 1;
    p = xc_skip_plain(p + 1, in->end);
    if (p < in->end && *p == '"') {
        raw->n = (uint32_t)(p - raw->p);
        in->p = p + 1;
        return true;
    }
    in->p = p;
    return xc_string_rest(in, raw, escaped);
}

/* Returns the number of four hexadecimal digits, which have been checked. */
static uint32_t xc_hex4(const char *p)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++)
        v = v << 4 | (uint32_t)xc_hex_digit(p[i]);
    return v;
}

/* Writes a rune as UTF-8 and returns its length, 1 to 4. */
static size_t xc_put_rune(char *out, uint32_t rune)
{
    unsigned char *o = (unsigned char *)out;
    if (rune < 0x80) {
        o[0] = (unsigned char)rune;
        return 1;
    }
    if (rune < 0x800) {
        o[0] = (unsigned char)(0xC0 | rune >> 6);
        o[1] = (unsigned char)(0x80 | (rune & 0x3F));
        return 2;
    }
    if (rune < 0x10000) {
        o[0] = (unsigned char)(0xE0 | rune >> 12);
        o[1] = (unsigned char)(0x80 | (rune >> 6 & 0x3F));
        o[2] = (unsigned char)(0x80 | (rune & 0x3F));
        return 3;
    }
    o[0] = (unsigned char)(0xF0 | rune >> 18);
    o[1] = (unsigned char)(0x80 | (rune >> 12 & 0x3F));
    o[2] = (unsigned char)(0x80 | (rune >> 6 & 0x3F));
    o[3] = (unsigned char)(0x80 | (rune & 0x3F));
    return 4;
}

XC_INTERNAL size_t xc_unescape(xc_text raw, char *out)
{
    const char *p = raw.p, *end = raw.p + raw.n;
    char *o = out;
    while (p < end) {
        uint32_t rune;
        if (*p != '\\') {
            *o++ = *p++;
            continue;
        }
        p += 2;
        switch (p[-1]) {
        case 'b':
            *o++ = '\b';
            break;
        case 'f':
            *o++ = '\f';
            break;
        case 'n':
            *o++ = '\n';
            break;
        case 'r':
            *o++ = '\r';
            break;
        case 't':
            *o++ = '\t';
            break;
        default:
            *o++ = p[-1];
            break; /* a quote, a backslash or a slash */
        case 'u':
            rune = xc_hex4(p);
            p += 4;
            if (rune >= 0xD800 && rune <= 0xDBFF && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
                uint32_t low = xc_hex4(p + 2);
                if (low >= 0xDC00 && low <= 0xDFFF) {
                    rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
                    p += 6;
                }
            }
            if (rune >= 0xD800 && rune <= 0xDFFF)
                rune = 0xFFFD;
            o += xc_put_rune(o, rune);
        }
    }
    return (size_t)(o - out);
}
