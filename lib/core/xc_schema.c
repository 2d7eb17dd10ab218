//go:build ignore

/* What reading flag configs needs whatever it reads: objects by their schema,
 * arrays, texts, and JSON that is kept as it is.
 *
 * Each kind of object has a schema: its members, which of them it must have, and
 * a function that reads one. A part that is malformed makes its whole flag
 * malformed; reading goes on behind it, so that text which is no JSON is noticed
 * wherever it is. */

#include "xc_build.h"

typedef struct {
    const char *type; /* what is wrong with a value that is no object */
    struct {
        const char *name;
        uint32_t length;     /* of the name */
        const char *missing; /* what is wrong without it; NULL: it is optional */
    } members[5];
    /* Reads the value of member number `index`, of that kind. XC_NULL only
     * comes for optional members: the member counts as not there. */
    xc_reading (*read)(xc_builder *b, void *object, int index, int kind);
} xc_schema;

/* A member's name and its length. */
#define XC_NAME(name) name, sizeof(name) - 1

/* What reads any schema, and any array, is compiled into each of its callers. So
 * function pointers are gone from the object, and with them the only way in which a
 * function could come to call itself: schemas nest, but none holds itself. */
#define XC_INLINE inline __attribute__((always_inline))

static xc_reading xc_malformed(xc_builder *b, const char *why)
{
    b->problem = why;
    b->problem_at = b->in.p;
    return XC_READ_MALFORMED;
}

static xc_reading xc_read_skip(xc_builder *b)
{
    return xc_skip(&b->in) ? XC_READ_OK : XC_READ_ABORT;
}

/* Which of the schema's members has this name? -1 for none. */
static int xc_member_index(const xc_schema *schema, xc_text raw, bool escaped)
{
    char plain[6 * sizeof "distributions"]; /* the longest name, each byte as \u00XX */
    if (escaped) {
        if (raw.n > sizeof plain)
            return -1;
        raw.n = (uint32_t)xc_unescape(raw, plain);
        raw.p = plain;
    }
    for (int i = 0; i < 5 && schema->members[i].name != NULL; i++)
        if (schema->members[i].length == raw.n && memcmp(schema->members[i].name, raw.p, raw.n) == 0)
            return i;
    return -1;
}

/* Reads a value that has to be an object of this schema. Of members that
 * repeat, the last one counts. */
static XC_INLINE xc_reading xc_read_object(xc_builder *b, const xc_schema *schema, void *object)
{
    unsigned seen = 0, bad = 0;
    const char *start = b->in.p, *why = NULL, *where = NULL;
    uint32_t depth = b->in.depth + 1; /* of the members */
    bool first = true;
    int kind = xc_peek(&b->in);
    if (kind == XC_NONE)
        return XC_READ_ABORT;
    if (kind != XC_OBJECT)
        return xc_malformed(b, schema->type);
    xc_open(&b->in);
    while (xc_next(&b->in, &first, '}')) {
        xc_text name;
        bool escaped;
        int index;
        unsigned bit;
        const char *value;
        xc_reading reading;
        if (!xc_member_name(&b->in, &name, &escaped))
            return XC_READ_ABORT;
        if ((index = xc_member_index(schema, name, escaped)) < 0) {
            if (xc_read_skip(b) == XC_READ_ABORT)
                return XC_READ_ABORT;
            continue;
        }
        if ((kind = xc_peek(&b->in)) == XC_NONE)
            return XC_READ_ABORT;
        bit = 1u << index;
        seen &= ~bit;
        bad &= ~bit;
        value = b->in.p;
        if (kind == XC_NULL && schema->members[index].missing != NULL) {
            reading = xc_read_skip(b);
        } else {
            reading = schema->read(b, object, index, kind);
            seen |= bit;
        }
        if (reading == XC_READ_ABORT)
            return XC_READ_ABORT;
        if (reading == XC_READ_MALFORMED) {
            if (bad == 0) {
                why = b->problem;
                where = b->problem_at;
            }
            bad |= bit;
            b->in.p = value;
            b->in.depth = depth;
            if (xc_read_skip(b) == XC_READ_ABORT)
                return XC_READ_ABORT;
        }
    }
    if (b->in.error != XC_OK)
        return XC_READ_ABORT;
    if (bad != 0) {
        b->problem = why;
        b->problem_at = where;
        return XC_READ_MALFORMED;
    }
    for (int i = 0; i < 5 && schema->members[i].name != NULL; i++) {
        if (schema->members[i].missing != NULL && (seen >> i & 1) == 0) {
            b->problem = schema->members[i].missing;
            b->problem_at = start;
            return XC_READ_MALFORMED;
        }
    }
    return XC_READ_OK;
}

/* Reads a value that has to be an array, each item by a function. */
static XC_INLINE xc_reading xc_read_array(xc_builder *b, const char *type, xc_reading (*item)(xc_builder *, void *), void *context)
{
    bool first = true;
    if (xc_peek(&b->in) != XC_ARRAY)
        return xc_malformed(b, type);
    xc_open(&b->in);
    while (xc_next(&b->in, &first, ']')) {
        xc_reading reading = item(b, context);
        if (reading != XC_READ_OK)
            return reading;
    }
    return b->in.error == XC_OK ? XC_READ_OK : XC_READ_ABORT;
}

/* Reads a value that has to be a string into the plan's text. */
static xc_reading xc_read_text(xc_builder *b, const char *type, xc_span *span)
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
        /* Unescaping in place: what is written never overtakes what is read. */
        xc_text copy = xc_built_text(b, *span);
        span->n = (uint32_t)xc_unescape(copy, XC_ITEMS(char, b->array[XC_TEXT]) + span->at);
        b->array[XC_TEXT].count = span->at + span->n;
    }
    return XC_READ_OK;
}

/* Reads a string that is only compared while the plan is built. */
static xc_reading xc_read_name(xc_builder *b, const char *type, xc_name_span *name)
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
    b->in.p = start;
    return xc_read_text(b, type, &name->span);
}

/* Keeps a value of any kind as the JSON that it is. */
static xc_reading xc_read_json(xc_builder *b, xc_span *span)
{
    const char *start = b->in.p;
    if (!xc_skip(&b->in) || !xc_add_text(b, start, (size_t)(b->in.p - start), span))
        return XC_READ_ABORT;
    return XC_READ_OK;
}

/* The same for what other flags are likely to have, too: then they share the text. */
static xc_reading xc_read_shared(xc_builder *b, int cache, xc_span *span)
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

/* The same for metadata: an object; one without members is none. */
static xc_reading xc_read_metadata(xc_builder *b, int kind, const char *type, xc_span *span)
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
