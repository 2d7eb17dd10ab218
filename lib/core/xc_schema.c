//go:build ignore

/* Reads the leaves of flag configs: strings, and JSON that is kept as it is.
 *
 * Names of variants are needed only while the plan is built, so a name without
 * escapes stays in the document. Other strings become part of the plan's text.
 * Values, payloads and metadata are checked and copied as JSON; the host
 * decodes them, or an evaluation that reads them. */

#include "xc_schema.h"
#include "xc_cache.h"

XC_INTERNAL xc_reading xc_malformed(xc_builder *b, const char *problem)
{
    b->problem = problem;
    b->problem_at = b->in.p;
    return XC_READ_MALFORMED;
}

XC_INTERNAL xc_reading xc_read_skip(xc_builder *b)
{
    return xc_skip(&b->in) ? XC_READ_OK : XC_READ_ABORT;
}

XC_INTERNAL xc_reading xc_skip_kept(xc_builder *b)
{
    const char *start = b->in.p;
    uint32_t depth = b->in.depth;
    xc_limit_depth(&b->in);
    if (!xc_skip(&b->in)) {
        if (b->in.error != XC_ERROR_DEPTH)
            return XC_READ_ABORT;
        b->in.error = XC_OK; /* only this value is at fault, and its flag is skipped from its start */
        b->in.p = start;
        return xc_malformed(b, "a value has more than 1000 arrays and objects open at once");
    }
    b->in.depth = depth;
    return XC_READ_OK;
}

XC_INTERNAL int xc_member_index(const xc_schema *schema, xc_text raw, bool escaped)
{
    char plain[6 * sizeof "distributions"]; /* the longest name, each byte as \u00XX */
    if (escaped) {
        if (raw.n > sizeof plain)
            return -1;
        raw.n = (uint32_t)xc_unescape(raw, plain);
        raw.p = plain;
    }
    for (int i = 0; i < XC_MAX_MEMBERS && schema->members[i].name != NULL; i++)
        if (schema->members[i].length == raw.n && memcmp(schema->members[i].name, raw.p, raw.n) == 0)
            return i;
    return -1;
}

XC_INTERNAL xc_reading xc_read_text(xc_builder *b, const char *type, xc_span *span)
{
    xc_text raw;
    bool escaped;
    int kind = xc_peek(&b->in);
    if (kind == XC_NONE)
        return XC_READ_ABORT;
    if (kind != XC_STRING)
        return xc_malformed(b, type);
    if (!xc_string(&b->in, &raw, &escaped) || !xc_add_text(b, raw.p, raw.n, span))
        return XC_READ_ABORT;
    if (escaped) {
        /* In place: writing never overtakes reading. */
        xc_text copy = xc_built_text(b, *span);
        span->n = (uint32_t)xc_unescape(copy, XC_ITEMS(char, b->array[XC_TEXT]) + span->at);
        b->array[XC_TEXT].count = span->at + span->n;
    }
    return XC_READ_OK;
}

XC_INTERNAL xc_reading xc_read_name(xc_builder *b, const char *type, xc_name_span *name)
{
    xc_text raw;
    bool escaped;
    const char *start = b->in.p;
    int kind = xc_peek(&b->in);
    if (kind == XC_NONE)
        return XC_READ_ABORT;
    if (kind != XC_STRING)
        return xc_malformed(b, type);
    if (!xc_string(&b->in, &raw, &escaped))
        return XC_READ_ABORT;
    name->in_document = !escaped;
    name->span.at = (uint32_t)(raw.p - b->document);
    name->span.n = raw.n;
    if (!escaped)
        return XC_READ_OK;
    b->in.p = start; /* a name with escapes is unescaped in the plan's text */
    return xc_read_text(b, type, &name->span);
}

XC_INTERNAL xc_reading xc_read_json(xc_builder *b, xc_span *span)
{
    const char *start = b->in.p;
    xc_reading reading = xc_skip_kept(b);
    if (reading == XC_READ_OK && !xc_add_text(b, start, (size_t)(b->in.p - start), span))
        return XC_READ_ABORT;
    return reading;
}

XC_INTERNAL xc_reading xc_read_shared(xc_builder *b, int cache, xc_span *span)
{
    const char *start = b->in.p;
    xc_reading reading;
    if ((span->at = xc_cache_get(b, cache)) != XC_NOTHING) {
        span->n = (uint32_t)(b->in.p - start);
        return XC_READ_OK;
    }
    reading = xc_read_json(b, span);
    if (reading == XC_READ_OK)
        xc_cache_put(b, cache, start, span->at);
    return reading;
}

XC_INTERNAL xc_reading xc_read_metadata(xc_builder *b, int kind, const char *type, xc_span *span)
{
    xc_reader inside;
    span->n = 0;
    if (kind == XC_NULL)
        return xc_read_skip(b);
    if (kind != XC_OBJECT)
        return xc_malformed(b, type);
    inside = b->in;
    inside.p++;
    if (xc_more(&inside) && *inside.p == '}')
        return xc_read_skip(b);
    return xc_read_shared(b, XC_CACHE_METADATA, span);
}
