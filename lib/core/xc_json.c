//go:build ignore

#include "xc_json.h"

static bool xc_fail(xc_reader *in, int32_t error)
{
    if (in->error == XC_OK)
        in->error = error;
    return false;
}

static xc_reader xc_reader_of(const char *text, size_t length)
{
    xc_reader in = {text, text, XC_OK, 0};
    if (length > XC_MAX_DOCUMENT)
        in.error = XC_ERROR_SIZE;
    else if (length > 0) /* text may be NULL without it */
        in.end += length;
    return in;
}

static inline bool xc_is_space(char c)
{
    return (unsigned char)c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

static inline bool xc_more(xc_reader *in)
{
    while (in->p < in->end && xc_is_space(*in->p))
        in->p++;
    return in->p < in->end;
}

static bool xc_expect(xc_reader *in, char byte)
{
    if (!xc_more(in))
        return xc_fail(in, XC_ERROR_TRUNCATED);
    if (*in->p != byte)
        return xc_fail(in, XC_ERROR_SYNTAX);
    in->p++;
    return true;
}

/* The kinds of values by their first byte, from '"' to '{'. */
static const uint8_t xc_kinds['{' - '"' + 1] = {
    ['"' - '"'] = XC_STRING, ['{' - '"'] = XC_OBJECT, ['[' - '"'] = XC_ARRAY,  ['t' - '"'] = XC_TRUE,
    ['f' - '"'] = XC_FALSE,  ['n' - '"'] = XC_NULL,   ['-' - '"'] = XC_NUMBER, ['0' - '"'] = XC_NUMBER,
    ['1' - '"'] = XC_NUMBER, ['2' - '"'] = XC_NUMBER, ['3' - '"'] = XC_NUMBER, ['4' - '"'] = XC_NUMBER,
    ['5' - '"'] = XC_NUMBER, ['6' - '"'] = XC_NUMBER, ['7' - '"'] = XC_NUMBER, ['8' - '"'] = XC_NUMBER,
    ['9' - '"'] = XC_NUMBER,
};

static inline int xc_peek(xc_reader *in)
{
    unsigned at;
    if (in->p >= in->end) {
        xc_fail(in, XC_ERROR_TRUNCATED);
        return XC_NONE;
    }
    at = (unsigned)(unsigned char)*in->p - '"';
    if (at >= sizeof xc_kinds || xc_kinds[at] == XC_NONE) {
        xc_fail(in, XC_ERROR_SYNTAX);
        return XC_NONE;
    }
    return xc_kinds[at];
}

/* ---- strings ---- */

/* The length of the UTF-8 sequence at p (2 to 4), or 0 if it is not valid:
 * overlong forms, surrogates and anything above U+10FFFF are not. */
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

/* Skips the bytes that need no thought: ASCII but for quotes, backslashes and
 * control characters, eight at a time. */
static inline const char *xc_skip_plain(const char *p, const char *end)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    while (end - p >= 8) {
        uint64_t w, quote, slash, found;
        memcpy(&w, p, 8);
        quote = w ^ (ones * '"');
        slash = w ^ (ones * '\\');
        /* A byte's high bit is set where the byte is not ASCII, is below 0x20, or
         * equals one of the two. A borrow can set it only above such a byte, so the
         * lowest one is right. */
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

/* Checks the escape at p and steps over it. */
static bool xc_skip_escape(xc_reader *in)
{
    int i;
    if (in->end - in->p < 2) {
        in->p = in->end;
        return xc_fail(in, XC_ERROR_TRUNCATED);
    }
    switch (in->p[1]) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
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

/* Reads a string on from a byte that is not plain. */
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

static bool xc_string(xc_reader *in, xc_text *raw, bool *escaped)
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

static uint32_t xc_hex4(const char *p)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++)
        v = v << 4 | (uint32_t)xc_hex_digit(p[i]);
    return v;
}

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

static size_t xc_unescape(xc_text raw, char *out)
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
        case 'b': *o++ = '\b'; break;
        case 'f': *o++ = '\f'; break;
        case 'n': *o++ = '\n'; break;
        case 'r': *o++ = '\r'; break;
        case 't': *o++ = '\t'; break;
        default: *o++ = p[-1]; break; /* a quote, a backslash or a slash */
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

/* ---- numbers and words ---- */

static const char *xc_skip_digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/* One or more digits. */
static bool xc_digits(xc_reader *in)
{
    const char *p = xc_skip_digits(in->p, in->end);
    if (p == in->p)
        return xc_fail(in, p < in->end ? XC_ERROR_SYNTAX : XC_ERROR_TRUNCATED);
    in->p = p;
    return true;
}

static bool xc_number(xc_reader *in, xc_text *token)
{
    token->p = in->p;
    if (in->p < in->end && *in->p == '-')
        in->p++;
    if (in->p < in->end && *in->p == '0')
        in->p++; /* JSON has no leading zeros: a digit after it is a syntax error of whoever reads on */
    else if (!xc_digits(in))
        return false;
    if (in->p < in->end && *in->p == '.') {
        in->p++;
        if (!xc_digits(in))
            return false;
    }
    if (in->p < in->end && (*in->p == 'e' || *in->p == 'E')) {
        in->p++;
        if (in->p < in->end && (*in->p == '+' || *in->p == '-'))
            in->p++;
        if (!xc_digits(in))
            return false;
    }
    token->n = (uint32_t)(in->p - token->p);
    return true;
}

static inline bool xc_integer(xc_reader *in, uint64_t *number)
{
    const char *p = in->p, *end = in->end - p > 16 ? p + 16 : in->end;
    uint64_t value = 0;
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        value = value * 10 + (uint64_t)(*p - '0');
    if (p == in->p || p - in->p > 15 || (*in->p == '0' && p - in->p > 1) ||
        (p < in->end && (*p == '.' || *p == 'e' || *p == 'E')))
        return false;
    *number = value;
    in->p = p;
    return true;
}

static bool xc_word(xc_reader *in, const char *word, size_t n)
{
    for (size_t i = 0; i < n; i++, in->p++) {
        if (in->p >= in->end)
            return xc_fail(in, XC_ERROR_TRUNCATED);
        if (*in->p != word[i])
            return xc_fail(in, XC_ERROR_SYNTAX);
    }
    return true;
}

/* Reads a value that has no parts. */
static bool xc_scalar(xc_reader *in, int kind)
{
    xc_text text;
    bool escaped;
    switch (kind) {
    case XC_STRING:
        return xc_string(in, &text, &escaped);
    case XC_NUMBER:
        return xc_number(in, &text);
    case XC_TRUE:
        return xc_word(in, "true", 4);
    case XC_FALSE:
        return xc_word(in, "false", 5);
    default:
        return xc_word(in, "null", 4);
    }
}

/* ---- arrays and objects ---- */

static bool xc_open(xc_reader *in)
{
    if (in->depth == XC_MAX_DEPTH)
        return xc_fail(in, XC_ERROR_DEPTH);
    in->depth++;
    in->p++;
    return true;
}

static bool xc_next(xc_reader *in, bool *first, char closing)
{
    if (!xc_more(in))
        return xc_fail(in, XC_ERROR_TRUNCATED);
    if (*in->p == closing) {
        in->p++;
        in->depth--;
        return false;
    }
    if (!*first) {
        if (*in->p != ',')
            return xc_fail(in, XC_ERROR_SYNTAX);
        in->p++;
        if (!xc_more(in))
            return xc_fail(in, XC_ERROR_TRUNCATED);
    }
    *first = false;
    return true;
}

/* A member's name and colon. */
static bool xc_member_name(xc_reader *in, xc_text *raw, bool *escaped)
{
    return xc_string(in, raw, escaped) && xc_expect(in, ':') && (xc_more(in) || xc_fail(in, XC_ERROR_TRUNCATED));
}

static bool xc_skip(xc_reader *in)
{
    /* One bit for each array or object that opened here and is open: is it an object? */
    uint64_t objects[(XC_MAX_DEPTH + 63) / 64];
    uint32_t outside = in->depth;
    xc_text name;
    bool escaped;

    for (;;) {
        int kind = xc_peek(in);
        bool first = false;
        if (kind == XC_NONE)
            return false;
        if (kind == XC_ARRAY || kind == XC_OBJECT) {
            uint32_t at = in->depth - outside;
            uint64_t bit = (uint64_t)1 << (at % 64);
            if (!xc_open(in))
                return false;
            objects[at / 64] = (at % 64 != 0 ? objects[at / 64] & ~bit : 0) | (kind == XC_OBJECT ? bit : 0);
            first = true;
        } else if (!xc_scalar(in, kind)) {
            return false;
        }
        /* Behind a value or an opening bracket: close what ends here. */
        for (;;) {
            uint32_t at = in->depth - outside - 1;
            bool object;
            if (in->depth == outside)
                return true;
            object = objects[at / 64] >> (at % 64) & 1;
            if (xc_next(in, &first, object ? '}' : ']')) {
                if (object && !xc_member_name(in, &name, &escaped))
                    return false;
                break;
            }
            if (in->error != XC_OK)
                return false;
            first = false;
        }
    }
}
