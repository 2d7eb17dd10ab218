//go:build ignore

/* The JSON reader: values, arrays and objects (strings are in
 * xc_json_string.c).
 *
 * The grammar is exactly RFC 8259: no comments, no trailing commas, no
 * leading zeros. Nothing recurses, so hostile nesting can't exhaust the stack:
 * a caller steps through arrays and objects with xc_open and xc_next, and
 * xc_skip keeps one bit for each level, up to XC_MAX_FLAGS_DEPTH. Error codes
 * distinguish text that ends too early from text that is wrong, because a
 * document that was cut off in transit needs another remedy than one that was
 * written wrong. RATIONALE.md says why depth is limited to 1000. */

#include "xc_json.h"

XC_INTERNAL bool xc_fail(xc_reader *in, int32_t error)
{
    if (in->error == XC_OK)
        in->error = error;
    return false;
}

XC_INTERNAL xc_reader xc_reader_of(const char *text, size_t length)
{
    xc_reader in = {text, text, XC_OK, 0};
    if (length > XC_MAX_DOCUMENT)
        in.error = XC_ERROR_SIZE;
    else if (length > 0) /* otherwise text may be NULL */
        in.end += length;
    return in;
}

static inline bool xc_is_space(char c)
{
    return (unsigned char)c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

XC_INTERNAL_INLINE bool xc_more(xc_reader *in)
{
    while (in->p < in->end && xc_is_space(*in->p))
        in->p++;
    return in->p < in->end;
}

XC_INTERNAL bool xc_expect(xc_reader *in, char byte)
{
    if (!xc_more(in))
        return xc_fail(in, XC_ERROR_TRUNCATED);
    if (*in->p != byte)
        return xc_fail(in, XC_ERROR_SYNTAX);
    in->p++;
    return true;
}

/* The kind of a value by its first byte, from '"' to '{'. */
static const uint8_t xc_kinds['{' - '"' + 1] = {
    ['"' - '"'] = XC_STRING, ['{' - '"'] = XC_OBJECT, ['[' - '"'] = XC_ARRAY,  ['t' - '"'] = XC_TRUE,
    ['f' - '"'] = XC_FALSE,  ['n' - '"'] = XC_NULL,   ['-' - '"'] = XC_NUMBER, ['0' - '"'] = XC_NUMBER,
    ['1' - '"'] = XC_NUMBER, ['2' - '"'] = XC_NUMBER, ['3' - '"'] = XC_NUMBER, ['4' - '"'] = XC_NUMBER,
    ['5' - '"'] = XC_NUMBER, ['6' - '"'] = XC_NUMBER, ['7' - '"'] = XC_NUMBER, ['8' - '"'] = XC_NUMBER,
    ['9' - '"'] = XC_NUMBER,
};

XC_INTERNAL_INLINE int xc_peek(xc_reader *in)
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

/* ---- numbers and words ---- */

static const char *xc_skip_digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/* Reads one or more digits. */
static bool xc_digits(xc_reader *in)
{
    const char *p = xc_skip_digits(in->p, in->end);
    if (p == in->p)
        return xc_fail(in, p < in->end ? XC_ERROR_SYNTAX : XC_ERROR_TRUNCATED);
    in->p = p;
    return true;
}

XC_INTERNAL bool xc_number(xc_reader *in, xc_text *token)
{
    token->p = in->p;
    if (in->p < in->end && *in->p == '-')
        in->p++;
    if (in->p < in->end && *in->p == '0')
        in->p++; /* JSON has no leading zeros: a digit after this one fails whatever is read next */
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

XC_INTERNAL_INLINE bool xc_integer(xc_reader *in, uint64_t *number)
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

/* Reads true, false or null. A word that the end cuts off is truncated; one
 * with a wrong letter is a syntax error at that letter. */
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

XC_INTERNAL bool xc_scalar(xc_reader *in, int kind)
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

XC_INTERNAL bool xc_open(xc_reader *in)
{
    if (in->depth == XC_MAX_FLAGS_DEPTH)
        return xc_fail(in, XC_ERROR_DEPTH);
    in->depth++;
    in->p++;
    return true;
}

XC_INTERNAL bool xc_next(xc_reader *in, bool *first, char closing)
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

XC_INTERNAL bool xc_member_name(xc_reader *in, xc_text *raw, bool *escaped)
{
    return xc_string(in, raw, escaped) && xc_expect(in, ':') && (xc_more(in) || xc_fail(in, XC_ERROR_TRUNCATED));
}

XC_INTERNAL bool xc_skip(xc_reader *in)
{
    /* A bit for each array or object that was opened here and is open: 1 for an
     * object. A word is cleared when its first level opens. */
    uint64_t objects[(XC_MAX_FLAGS_DEPTH + 63) / 64];
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
        /* After a value or an opening bracket: close what ends here. */
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
