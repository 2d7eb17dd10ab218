//go:build ignore

/* Reads flags. A flag has a key, dependencies on other flags, variants by name,
 * and segments, of which the first one that gives a variant decides.
 *
 * Items are added to the plan's arrays as they are read, so the items of one
 * flag follow each other, and the flag keeps the number of the first and a
 * count. A repeated member is read like the first one and replaces it: its
 * items are added after the first one's, to which nothing refers any more.
 * Segments and distributions name variants, which may come later in the
 * document; the names are resolved when the whole flag has been read
 * (xc_parse.c). */

#include "xc_parse.h"

typedef struct {
    xc_segment segment;
    xc_name_span name;
    bool has_name;
} xc_named_segment;

enum { XC_SEGMENT_CONDITIONS, XC_SEGMENT_BUCKET, XC_SEGMENT_VARIANT, XC_SEGMENT_METADATA };

static xc_reading xc_read_segment_member(xc_builder *b, void *object, int index, int kind)
{
    xc_named_segment *named = object;
    xc_segment *segment = &named->segment;
    xc_reading reading;
    switch (index) {
    case XC_SEGMENT_CONDITIONS:
        segment->groups = XC_ALWAYS;
        if (kind == XC_NULL)
            return xc_read_skip(b);
        segment->group = b->array[XC_GROUPS].count;
        reading = xc_read_array(b, "the conditions of a segment are not a list of lists", xc_read_group, NULL);
        segment->groups = b->array[XC_GROUPS].count - segment->group;
        return reading;
    case XC_SEGMENT_BUCKET:
        return xc_read_bucket(b, kind, &segment->bucket);
    case XC_SEGMENT_VARIANT:
        named->has_name = kind != XC_NULL;
        if (kind == XC_NULL)
            return xc_read_skip(b);
        return xc_read_name(b, "the variant of a segment is not a string", &named->name);
    default: /* XC_SEGMENT_METADATA */
        return xc_read_metadata(b, kind, "the metadata of a segment is not an object", &segment->metadata);
    }
}

static const xc_schema xc_segment_schema = {
    "a segment is not an object",
    {[XC_SEGMENT_CONDITIONS] = {XC_NAME("conditions"), NULL},
     [XC_SEGMENT_BUCKET] = {XC_NAME("bucket"), NULL},
     [XC_SEGMENT_VARIANT] = {XC_NAME("variant"), NULL},
     [XC_SEGMENT_METADATA] = {XC_NAME("metadata"), NULL}},
    xc_read_segment_member,
};

static xc_reading xc_read_segment(xc_builder *b, void *unused)
{
    xc_named_segment named = {{{0, 0}, 0, XC_ALWAYS, XC_NOTHING, XC_NOTHING}, {{0, 0}, false}, false};
    xc_segment *kept;
    xc_name_span *name;
    xc_reading reading = xc_read_object(b, &xc_segment_schema, &named);
    (void)unused;
    if (reading != XC_READ_OK)
        return reading;
    if ((kept = xc_add_item(b, XC_SEGMENTS)) == NULL || (name = xc_add(b, &b->segment_names, sizeof *name, 1)) == NULL)
        return XC_READ_ABORT;
    named.segment.outcome = named.has_name ? 0 : XC_NOTHING; /* 0 until the name is resolved */
    *kept = named.segment;
    *name = named.name;
    return XC_READ_OK;
}

/* Reads the key of a variant. Usually its value is the same string, and many
 * flags have variants of that name, so the key is a part of the shared JSON:
 * the text between its quotes. */
static xc_reading xc_read_variant_key(xc_builder *b, int kind, xc_span *key)
{
    xc_reader in = b->in;
    xc_text raw;
    bool escaped;
    xc_reading reading;
    if (kind != XC_STRING || !xc_string(&in, &raw, &escaped) || escaped)
        return xc_read_text(b, "the key of a variant is not a string", key);
    reading = xc_read_shared(b, XC_CACHE_NAMES, key);
    key->at++;
    key->n = raw.n;
    return reading;
}

enum { XC_VARIANT_KEY, XC_VARIANT_VALUE, XC_VARIANT_PAYLOAD, XC_VARIANT_METADATA };

static xc_reading xc_read_variant_member(xc_builder *b, void *object, int index, int kind)
{
    xc_variant *variant = object;
    switch (index) {
    case XC_VARIANT_KEY:
        return xc_read_variant_key(b, kind, &variant->key);
    case XC_VARIANT_VALUE:
        variant->value.n = 0;
        return kind == XC_NULL ? xc_read_skip(b) : xc_read_shared(b, XC_CACHE_NAMES, &variant->value);
    case XC_VARIANT_PAYLOAD:
        variant->payload.n = 0;
        return kind == XC_NULL ? xc_read_skip(b) : xc_read_json(b, &variant->payload);
    default: /* XC_VARIANT_METADATA */
        return xc_read_metadata(b, kind, "the metadata of a variant is not an object", &variant->metadata);
    }
}

static const xc_schema xc_variant_schema = {
    "a variant is not an object",
    {[XC_VARIANT_KEY] = {XC_NAME("key"), "a variant has no key"},
     [XC_VARIANT_VALUE] = {XC_NAME("value"), NULL},
     [XC_VARIANT_PAYLOAD] = {XC_NAME("payload"), NULL},
     [XC_VARIANT_METADATA] = {XC_NAME("metadata"), NULL}},
    xc_read_variant_member,
};

/* Reads the variants of a flag: an object whose members are variants by
 * name. */
static xc_reading xc_read_variants(xc_builder *b)
{
    bool first = true;
    if (xc_peek(&b->in) != XC_OBJECT)
        return xc_malformed(b, "the variants of a flag are not an object");
    xc_open(&b->in);
    while (xc_next(&b->in, &first, '}')) {
        xc_variant variant = {{0, 0}, {0, 0}, {0, 0}, {0, 0}}, *kept;
        xc_name_span name, *kept_name;
        xc_reading reading = xc_read_name(b, NULL, &name);
        if (reading == XC_READ_MALFORMED)
            xc_fail(&b->in, XC_ERROR_SYNTAX); /* a member without a name is not JSON */
        if (reading != XC_READ_OK || !xc_expect(&b->in, ':'))
            return XC_READ_ABORT;
        if (!xc_more(&b->in)) {
            xc_fail(&b->in, XC_ERROR_TRUNCATED);
            return XC_READ_ABORT;
        }
        if ((reading = xc_read_object(b, &xc_variant_schema, &variant)) != XC_READ_OK)
            return reading;
        if ((kept = xc_add_item(b, XC_VARIANTS)) == NULL ||
            (kept_name = xc_add(b, &b->variant_names, sizeof *kept_name, 1)) == NULL)
            return XC_READ_ABORT;
        *kept = variant;
        *kept_name = name;
    }
    return b->in.error == XC_OK ? XC_READ_OK : XC_READ_ABORT;
}

/* Reads the key of a flag that this flag depends on. */
static xc_reading xc_read_dependency(xc_builder *b, void *unused)
{
    xc_span span, *name;
    xc_reading reading = xc_read_text(b, "the dependencies of a flag are not a list of strings", &span);
    uint32_t *parent;
    (void)unused;
    if (reading != XC_READ_OK)
        return reading;
    if ((parent = xc_add_item(b, XC_PARENTS)) == NULL || (name = xc_add(b, &b->parent_names, sizeof *name, 1)) == NULL)
        return XC_READ_ABORT;
    *parent = XC_NOTHING;
    *name = span;
    return XC_READ_OK;
}

enum { XC_FLAG_KEY, XC_FLAG_DEPENDENCIES, XC_FLAG_METADATA, XC_FLAG_VARIANTS, XC_FLAG_SEGMENTS };

static xc_reading xc_read_flag_member(xc_builder *b, void *object, int index, int kind)
{
    xc_keyed_flag *keyed = object;
    xc_flag *flag = &keyed->flag;
    xc_reading reading;
    switch (index) {
    case XC_FLAG_KEY:
        reading = xc_read_text(b, "the key of a flag is not a string", &flag->key);
        keyed->has_key = reading == XC_READ_OK;
        return reading;
    case XC_FLAG_DEPENDENCIES:
        flag->parent = b->array[XC_PARENTS].count;
        flag->parents = 0;
        if (kind == XC_NULL)
            return xc_read_skip(b);
        reading = xc_read_array(b, "the dependencies of a flag are not a list of strings", xc_read_dependency, NULL);
        flag->parents = b->array[XC_PARENTS].count - flag->parent;
        return reading;
    case XC_FLAG_METADATA:
        return xc_read_metadata(b, kind, "the metadata of a flag is not an object", &flag->metadata);
    case XC_FLAG_VARIANTS:
        flag->variant = b->array[XC_VARIANTS].count;
        reading = xc_read_variants(b);
        flag->variants = b->array[XC_VARIANTS].count - flag->variant;
        return reading;
    default: /* XC_FLAG_SEGMENTS */
        flag->segment = b->array[XC_SEGMENTS].count;
        reading = xc_read_array(b, "the segments of a flag are not a list", xc_read_segment, NULL);
        flag->segments = b->array[XC_SEGMENTS].count - flag->segment;
        return reading;
    }
}

static const xc_schema xc_flag_schema = {
    "a flag is not an object",
    {[XC_FLAG_KEY] = {XC_NAME("key"), "a flag has no key"},
     [XC_FLAG_DEPENDENCIES] = {XC_NAME("dependencies"), NULL},
     [XC_FLAG_METADATA] = {XC_NAME("metadata"), NULL},
     [XC_FLAG_VARIANTS] = {XC_NAME("variants"), "a flag has no variants"},
     [XC_FLAG_SEGMENTS] = {XC_NAME("segments"), "a flag has no segments"}},
    xc_read_flag_member,
};

XC_INTERNAL xc_reading xc_read_flag(xc_builder *b, xc_keyed_flag *keyed)
{
    memset(keyed, 0, sizeof *keyed);
    keyed->flag.result = XC_NOTHING;
    return xc_read_object(b, &xc_flag_schema, keyed);
}
