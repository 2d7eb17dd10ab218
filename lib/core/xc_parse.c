//go:build ignore

/* Reads flag configs into the arrays of a plan, in one pass and without a DOM, by
 * the schemas of conditions, buckets, segments, variants and flags. What a flag may
 * and must have is in docs/evaluation.md. */

#include "xc_build.h"

/* ---- conditions ---- */

static uint8_t xc_op(xc_text name)
{
    static const char *const names[] = {
        "is", "is not", "contains", "does not contain", "less", "less or equal", "greater", "greater or equal",
        "version less", "version less or equal", "version greater", "version greater or equal", "set is", "set is not",
        "set contains", "set does not contain", "set contains any", "set does not contain any", "regex match",
        "regex does not match",
    };
    for (uint8_t op = 0; op < XC_OP_UNKNOWN; op++) {
        uint32_t n = 0;
        while (n < name.n && names[op][n] != '\0' && names[op][n] == name.p[n])
            n++;
        if (n == name.n && names[op][n] == '\0')
            return op;
    }
    return XC_OP_UNKNOWN;
}

/* Reads a filter value; what is no string becomes the text that a property of
 * the same value has. */
static xc_reading xc_read_value(xc_builder *b, void *unused)
{
    static const char *const wrong = "a null is among the values of a condition";
    xc_span span = {0, 0}, *value;
    const char *start = b->in.p;
    int kind = xc_peek(&b->in);
    (void)unused;
    if (kind == XC_STRING) {
        if (xc_read_text(b, wrong, &span) != XC_READ_OK)
            return XC_READ_ABORT;
    } else if (kind == XC_NULL) {
        return xc_malformed(b, wrong);
    } else if (kind == XC_NONE || !xc_skip(&b->in)) {
        return XC_READ_ABORT;
    } else if (kind == XC_ARRAY || kind == XC_OBJECT) {
        if (!xc_add_normal(b, start, (size_t)(b->in.p - start), &span))
            return XC_READ_ABORT;
    } else {
        char buffer[XC_NUMBER_TEXT_MAX];
        const char *text = start;
        size_t n = (size_t)(b->in.p - start);
        if (kind == XC_NUMBER)
            n = xc_number_text(start, n, buffer, &text);
        if (!xc_add_text(b, text, n, &span))
            return XC_READ_ABORT;
    }
    if ((value = xc_add_item(b, XC_VALUES)) == NULL)
        return XC_READ_ABORT;
    *value = span;
    return XC_READ_OK;
}

static xc_reading xc_read_condition_member(xc_builder *b, void *object, int index, int kind)
{
    xc_condition *condition = object;
    xc_reading reading;
    xc_text name;
    bool escaped;
    switch (index) {
    case 0:
        return xc_read_selector(b, kind, &condition->slot);
    case 1: {
        char plain[6 * sizeof "set does not contain any"];
        if (kind != XC_STRING)
            return xc_malformed(b, "the op of a condition is not a string");
        if (!xc_string(&b->in, &name, &escaped))
            return XC_READ_ABORT;
        condition->op = XC_OP_UNKNOWN;
        if (escaped && name.n <= sizeof plain) {
            name.n = (uint32_t)xc_unescape(name, plain);
            name.p = plain;
        }
        condition->op = xc_op(name);
        return XC_READ_OK;
    }
    default:
        condition->value = b->array[XC_VALUES].count;
        reading = xc_read_array(b, "the values of a condition are not a list", xc_read_value, NULL);
        condition->values = b->array[XC_VALUES].count - condition->value;
        return reading;
    }
}

static const xc_schema xc_condition_schema = {
    "a condition is not an object",
    {{XC_NAME("selector"), NULL},
     {XC_NAME("op"), "a condition has no op"},
     {XC_NAME("values"), "a condition has no values"}},
    xc_read_condition_member,
};

static xc_reading xc_read_condition(xc_builder *b, void *unused)
{
    xc_condition condition = {XC_OP_UNKNOWN, 0, XC_NOTHING, 0, 0, 0, 0, 0}, *kept;
    xc_reading reading = xc_read_object(b, &xc_condition_schema, &condition);
    (void)unused;
    if (reading != XC_READ_OK)
        return reading;
    if (!xc_compile_values(b, &condition) || (kept = xc_add_item(b, XC_CONDITIONS)) == NULL)
        return XC_READ_ABORT;
    *kept = condition;
    return XC_READ_OK;
}

static xc_reading xc_read_group(xc_builder *b, void *unused)
{
    xc_group group, *kept;
    xc_reading reading;
    (void)unused;
    if (xc_peek(&b->in) == XC_NONE)
        return XC_READ_ABORT;
    group.condition = b->array[XC_CONDITIONS].count;
    reading = xc_read_array(b, "the conditions of a segment are not a list of lists", xc_read_condition, NULL);
    if (reading != XC_READ_OK)
        return reading;
    group.conditions = b->array[XC_CONDITIONS].count - group.condition;
    if ((kept = xc_add_item(b, XC_GROUPS)) == NULL)
        return XC_READ_ABORT;
    *kept = group;
    return XC_READ_OK;
}

/* ---- buckets ---- */

typedef struct {
    uint32_t count;
    uint32_t bound[2];
} xc_range_ends;

static void xc_add_range_end(xc_range_ends *bounds, uint32_t bound)
{
    if (bounds->count < 2)
        bounds->bound[bounds->count++] = bound;
}

/* Reads a whole number of any size, cut to 0 ... 2^32-1: no hash is beyond. A
 * number with a fraction or an exponent is whole if its value is. */
static xc_reading xc_read_range_end(xc_builder *b, void *object)
{
    static const char *const wrong = "a range is not a list of whole numbers";
    xc_range_ends *bounds = object;
    xc_text token;
    double number;
    uint64_t integer;
    int kind = xc_peek(&b->in);
    if (kind == XC_NUMBER && xc_integer(&b->in, &integer)) {
        xc_add_range_end(bounds, integer < UINT32_MAX ? (uint32_t)integer : UINT32_MAX);
        return XC_READ_OK;
    }
    if (kind == XC_NONE)
        return XC_READ_ABORT;
    if (kind != XC_NUMBER)
        return xc_malformed(b, wrong);
    if (!xc_number(&b->in, &token))
        return XC_READ_ABORT;
    if (!xc_number_parse(token.p, token.n, &number))
        return xc_malformed(b, wrong);
    if (number > -9007199254740992.0 && number < 9007199254740992.0 && (double)(int64_t)number != number)
        return xc_malformed(b, wrong);
    xc_add_range_end(bounds, number <= 0 ? 0 : number >= 4294967295.0 ? UINT32_MAX : (uint32_t)number);
    return XC_READ_OK;
}

/* A range of fewer than two numbers comes out empty. */
static xc_reading xc_read_range(xc_builder *b, xc_range *range)
{
    xc_range_ends bounds = {0, {0, 0}};
    xc_reading reading = xc_read_array(b, "a range is not a list of whole numbers", xc_read_range_end, &bounds);
    range->from = bounds.bound[0];
    range->count = bounds.count == 2 && bounds.bound[0] < bounds.bound[1] ? bounds.bound[1] - bounds.bound[0] : 0;
    return reading;
}

typedef struct {
    xc_distribution distribution;
    xc_name_span name;
} xc_named_distribution;

static xc_reading xc_read_distribution_member(xc_builder *b, void *object, int index, int kind)
{
    xc_named_distribution *named = object;
    (void)kind;
    if (index == 0)
        return xc_read_name(b, "the variant of a distribution is not a string", &named->name);
    return xc_read_range(b, &named->distribution.range);
}

static const xc_schema xc_distribution_schema = {
    "a distribution is not an object",
    {{XC_NAME("variant"), "a distribution has no variant"},
     {XC_NAME("range"), "a distribution has no range"}},
    xc_read_distribution_member,
};

static xc_reading xc_read_distribution(xc_builder *b, void *unused)
{
    xc_named_distribution named = {{{0, 0}, {0, 0}, XC_NOTHING}, {{0, 0}, false}};
    xc_distribution *kept;
    xc_name_span *name;
    xc_reading reading = xc_read_object(b, &xc_distribution_schema, &named);
    (void)unused;
    if (reading != XC_READ_OK)
        return reading;
    if ((kept = xc_add_item(b, XC_DISTRIBUTIONS)) == NULL ||
        (name = xc_add(b, &b->distribution_names, sizeof *name, 1)) == NULL)
        return XC_READ_ABORT;
    *kept = named.distribution;
    *name = named.name;
    return XC_READ_OK;
}

/* Drops distributions from a number on. */
static void xc_drop_distributions(xc_builder *b, uint32_t first)
{
    b->array[XC_DISTRIBUTIONS].count = b->distribution_names.count = first;
}

typedef struct {
    xc_range range;
    uint32_t distribution; /* the first one */
} xc_allocation;

static xc_reading xc_read_allocation_member(xc_builder *b, void *object, int index, int kind)
{
    xc_allocation *allocation = object;
    (void)kind;
    if (index == 0)
        return xc_read_range(b, &allocation->range);
    xc_drop_distributions(b, allocation->distribution); /* of a member that this one repeats */
    return xc_read_array(b, "the distributions of an allocation are not a list", xc_read_distribution, NULL);
}

static const xc_schema xc_allocation_schema = {
    "an allocation is not an object",
    {{XC_NAME("range"), "an allocation has no range"},
     {XC_NAME("distributions"), "an allocation has no distributions"}},
    xc_read_allocation_member,
};

/* An allocation is no more than a second range of each of its distributions. */
static xc_reading xc_read_allocation(xc_builder *b, void *unused)
{
    xc_allocation allocation = {{0, 0}, b->array[XC_DISTRIBUTIONS].count};
    xc_reading reading = xc_read_object(b, &xc_allocation_schema, &allocation);
    (void)unused;
    for (uint32_t i = allocation.distribution; i < b->array[XC_DISTRIBUTIONS].count; i++)
        XC_ITEMS(xc_distribution, b->array[XC_DISTRIBUTIONS])[i].allocation = allocation.range;
    return reading;
}

static xc_reading xc_read_bucket_member(xc_builder *b, void *object, int index, int kind)
{
    xc_bucket *bucket = object;
    xc_reading reading;
    xc_span salt;
    xc_text text;
    switch (index) {
    case 0:
        return xc_read_selector(b, kind, &bucket->slot);
    case 1:
        if ((reading = xc_read_text(b, "the salt of a bucket is not a string", &salt)) != XC_READ_OK)
            return reading;
        text = xc_built_text(b, salt);
        memset(&bucket->salted, 0, sizeof bucket->salted);
        xc_murmur_add(&bucket->salted, text.p, text.n);
        xc_murmur_add(&bucket->salted, "/", 1);
        b->array[XC_TEXT].count = salt.at; /* the hash is all that is needed of it */
        return XC_READ_OK;
    default:
        xc_drop_distributions(b, bucket->distribution);
        reading = xc_read_array(b, "the allocations of a bucket are not a list", xc_read_allocation, NULL);
        bucket->distributions = b->array[XC_DISTRIBUTIONS].count - bucket->distribution;
        return reading;
    }
}

static const xc_schema xc_bucket_schema = {
    "the bucket of a segment is not an object",
    {{XC_NAME("selector"), NULL},
     {XC_NAME("salt"), "a bucket has no salt"},
     {XC_NAME("allocations"), "a bucket has no allocations"}},
    xc_read_bucket_member,
};

static xc_reading xc_read_bucket(xc_builder *b, int kind, uint32_t *number)
{
    xc_bucket bucket = {XC_NOTHING, {0, 0, 0}, b->array[XC_DISTRIBUTIONS].count, 0}, *kept;
    xc_reading reading;
    *number = XC_NOTHING;
    if (kind == XC_NULL)
        return xc_read_skip(b);
    if ((reading = xc_read_object(b, &xc_bucket_schema, &bucket)) != XC_READ_OK)
        return reading;
    *number = b->array[XC_BUCKETS].count;
    if ((kept = xc_add_item(b, XC_BUCKETS)) == NULL)
        return XC_READ_ABORT;
    *kept = bucket;
    return XC_READ_OK;
}

/* ---- segments and variants ---- */

typedef struct {
    xc_segment segment;
    xc_name_span name;
    bool has_name;
} xc_named_segment;

static xc_reading xc_read_segment_member(xc_builder *b, void *object, int index, int kind)
{
    xc_named_segment *named = object;
    xc_segment *segment = &named->segment;
    xc_reading reading;
    switch (index) {
    case 0:
        segment->groups = XC_ALWAYS;
        if (kind == XC_NULL)
            return xc_read_skip(b);
        segment->group = b->array[XC_GROUPS].count;
        reading = xc_read_array(b, "the conditions of a segment are not a list of lists", xc_read_group, NULL);
        segment->groups = b->array[XC_GROUPS].count - segment->group;
        return reading;
    case 1:
        return xc_read_bucket(b, kind, &segment->bucket);
    case 2:
        named->has_name = kind != XC_NULL;
        if (kind == XC_NULL)
            return xc_read_skip(b);
        return xc_read_name(b, "the variant of a segment is not a string", &named->name);
    default:
        return xc_read_metadata(b, kind, "the metadata of a segment is not an object", &segment->metadata);
    }
}

static const xc_schema xc_segment_schema = {
    "a segment is not an object",
    {{XC_NAME("conditions"), NULL}, {XC_NAME("bucket"), NULL}, {XC_NAME("variant"), NULL}, {XC_NAME("metadata"), NULL}},
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
    named.segment.outcome = named.has_name ? 0 : XC_NOTHING;
    *kept = named.segment;
    *name = named.name;
    return XC_READ_OK;
}

/* Reads the key of a variant. Mostly its value is the same string, and many flags have
 * variants of that name, so the key is a part of the shared JSON. */
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

static xc_reading xc_read_variant_member(xc_builder *b, void *object, int index, int kind)
{
    xc_variant *variant = object;
    xc_span *json = index == 1 ? &variant->value : &variant->payload;
    switch (index) {
    case 0:
        return xc_read_variant_key(b, kind, &variant->key);
    case 1:
    case 2:
        json->n = 0;
        if (kind == XC_NULL)
            return xc_read_skip(b);
        return index == 1 ? xc_read_shared(b, XC_CACHE_NAMES, json) : xc_read_json(b, json);
    default:
        return xc_read_metadata(b, kind, "the metadata of a variant is not an object", &variant->metadata);
    }
}

static const xc_schema xc_variant_schema = {
    "a variant is not an object",
    {{XC_NAME("key"), "a variant has no key"}, {XC_NAME("value"), NULL}, {XC_NAME("payload"), NULL}, {XC_NAME("metadata"), NULL}},
    xc_read_variant_member,
};

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
            xc_fail(&b->in, XC_ERROR_SYNTAX); /* a member without a name is no JSON */
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

/* ---- flags ---- */

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

typedef struct {
    xc_flag flag;
    bool has_key;
} xc_keyed_flag;

static xc_reading xc_read_flag_member(xc_builder *b, void *object, int index, int kind)
{
    xc_keyed_flag *keyed = object;
    xc_flag *flag = &keyed->flag;
    xc_reading reading;
    switch (index) {
    case 0:
        reading = xc_read_text(b, "the key of a flag is not a string", &flag->key);
        keyed->has_key = reading == XC_READ_OK;
        return reading;
    case 1:
        flag->parent = b->array[XC_PARENTS].count;
        flag->parents = 0;
        if (kind == XC_NULL)
            return xc_read_skip(b);
        reading = xc_read_array(b, "the dependencies of a flag are not a list of strings", xc_read_dependency, NULL);
        flag->parents = b->array[XC_PARENTS].count - flag->parent;
        return reading;
    case 2:
        return xc_read_metadata(b, kind, "the metadata of a flag is not an object", &flag->metadata);
    case 3:
        flag->variant = b->array[XC_VARIANTS].count;
        reading = xc_read_variants(b);
        flag->variants = b->array[XC_VARIANTS].count - flag->variant;
        return reading;
    default:
        flag->segment = b->array[XC_SEGMENTS].count;
        reading = xc_read_array(b, "the segments of a flag are not a list", xc_read_segment, NULL);
        flag->segments = b->array[XC_SEGMENTS].count - flag->segment;
        return reading;
    }
}

static const xc_schema xc_flag_schema = {
    "a flag is not an object",
    {{XC_NAME("key"), "a flag has no key"},
     {XC_NAME("dependencies"), NULL},
     {XC_NAME("metadata"), NULL},
     {XC_NAME("variants"), "a flag has no variants"},
     {XC_NAME("segments"), "a flag has no segments"}},
    xc_read_flag_member,
};

static xc_text xc_name_text(const xc_builder *b, const xc_name_span *name)
{
    xc_text text = {b->document + name->span.at, name->span.n};
    return name->in_document ? text : xc_built_text(b, name->span);
}

/* Flags with more variants than this have a table of them. */
#define XC_SEARCHED_VARIANTS 8

/* Does this variant have this name? */
static bool xc_variant_is(const xc_builder *b, uint32_t variant, xc_text name)
{
    return xc_text_compare(xc_name_text(b, XC_ITEMS(const xc_name_span, b->variant_names) + variant), name) == 0;
}

/* The variant of a flag that a name means, of those with the same name the last one; XC_NOTHING if none. */
static uint32_t xc_find_variant(const xc_builder *b, const xc_flag *flag, const xc_name_span *name)
{
    const uint32_t *table = XC_ITEMS(const uint32_t, b->variant_table);
    uint32_t mask = b->variant_table.count - 1;
    xc_text text = xc_name_text(b, name);
    if (flag->variants <= XC_SEARCHED_VARIANTS) {
        for (uint32_t v = flag->variant + flag->variants; v-- > flag->variant;)
            if (xc_variant_is(b, v, text))
                return v;
        return XC_NOTHING;
    }
    for (uint32_t at = xc_text_hash(b, text) & mask; table[at] != XC_NOTHING; at = (at + 1) & mask)
        if (xc_variant_is(b, table[at], text))
            return table[at];
    return XC_NOTHING;
}

/* Makes the table of a flag's many variants. */
static bool xc_index_variants(xc_builder *b, const xc_flag *flag)
{
    size_t size = 4;
    uint32_t *table;
    while (size < (size_t)flag->variants * 2)
        size *= 2;
    if ((table = xc_vector_fill(b, &b->variant_table, sizeof *table, size, 0xFF)) == NULL)
        return false;
    for (uint32_t v = flag->variant; v < flag->variant + flag->variants; v++) {
        const xc_name_span *name = XC_ITEMS(const xc_name_span, b->variant_names) + v;
        xc_text text = xc_name_text(b, name);
        size_t at = xc_text_hash(b, text) & (size - 1);
        while (table[at] != XC_NOTHING && !xc_variant_is(b, table[at], text))
            at = (at + 1) & (size - 1);
        table[at] = v; /* the last one stays */
    }
    return true;
}

/* Finds the variants that the flag's segments and distributions name. */
static bool xc_resolve_variants(xc_builder *b, const xc_flag *flag, uint32_t distribution)
{
    if (flag->variants > XC_SEARCHED_VARIANTS && !xc_index_variants(b, flag))
        return false;
    for (uint32_t s = flag->segment; s < flag->segment + flag->segments; s++) {
        xc_segment *segment = XC_ITEMS(xc_segment, b->array[XC_SEGMENTS]) + s;
        if (segment->outcome != XC_NOTHING)
            segment->outcome = xc_find_variant(b, flag, XC_ITEMS(xc_name_span, b->segment_names) + s);
    }
    for (uint32_t d = distribution; d < b->array[XC_DISTRIBUTIONS].count; d++)
        XC_ITEMS(xc_distribution, b->array[XC_DISTRIBUTIONS])[d].outcome =
            xc_find_variant(b, flag, XC_ITEMS(xc_name_span, b->distribution_names) + d);
    return true;
}

/* Reads a flag; a malformed one is reported and what was read of it dropped,
 * but for texts and selectors, which others may share by now. */
static bool xc_read_flag(xc_builder *b, uint32_t entry)
{
    xc_keyed_flag keyed;
    uint32_t before[XC_ARRAYS], variants = b->variant_names.count, segments = b->segment_names.count,
             distributions = b->distribution_names.count, parents = b->parent_names.count;
    const char *start = b->in.p;
    uint32_t depth = b->in.depth;
    xc_reading reading;
    xc_flag *flag;
    xc_draft *draft;

    memset(&keyed, 0, sizeof keyed);
    keyed.flag.result = XC_NOTHING;
    for (int i = 0; i < XC_ARRAYS; i++)
        before[i] = b->array[i].count;
    reading = xc_read_object(b, &xc_flag_schema, &keyed);
    if (reading == XC_READ_ABORT)
        return false;
    if (reading == XC_READ_MALFORMED) {
        static const uint8_t dropped[] = {XC_VARIANTS, XC_SEGMENTS, XC_GROUPS, XC_CONDITIONS, XC_VALUES, XC_TAGS,
                                          XC_BOUNDS, XC_BUCKETS, XC_DISTRIBUTIONS, XC_PARENTS, XC_LISTS, XC_TABLES};
        xc_span none = {0, 0};
        for (size_t i = 0; i < sizeof dropped; i++)
            b->array[dropped[i]].count = before[dropped[i]];
        b->variant_names.count = variants;
        b->segment_names.count = segments;
        b->distribution_names.count = distributions;
        b->parent_names.count = parents;
        if (!xc_report_add(b, XC_REPORT_MALFORMED, keyed.has_key ? keyed.flag.key : none, entry,
                           (size_t)(b->problem_at - b->document), b->problem, XC_NOTHING))
            return false;
        b->in.p = start;
        b->in.depth = depth;
        return xc_skip(&b->in);
    }
    if (!xc_resolve_variants(b, &keyed.flag, before[XC_DISTRIBUTIONS]) || (flag = xc_add_item(b, XC_FLAGS)) == NULL ||
        (draft = xc_add(b, &b->drafts, sizeof *draft, 1)) == NULL)
        return false;
    *flag = keyed.flag;
    draft->key = keyed.flag.key;
    draft->entry = entry;
    draft->offset = (uint32_t)(start - b->document);
    draft->condition = before[XC_CONDITIONS];
    draft->conditions = b->array[XC_CONDITIONS].count - before[XC_CONDITIONS];
    draft->bucket = before[XC_BUCKETS];
    draft->buckets = b->array[XC_BUCKETS].count - before[XC_BUCKETS];
    draft->number = XC_NOTHING;
    return true;
}

static bool xc_parse(xc_builder *b)
{
    bool first = true, object, escaped;
    uint32_t entry = 0;
    xc_text name;
    int kind;
    if (!xc_more(&b->in))
        return xc_fail(&b->in, XC_ERROR_TRUNCATED);
    if ((kind = xc_peek(&b->in)) == XC_NONE)
        return false;
    if (kind != XC_ARRAY && kind != XC_OBJECT)
        return xc_fail(&b->in, XC_ERROR_TYPE);
    object = kind == XC_OBJECT;
    xc_open(&b->in);
    while (xc_next(&b->in, &first, object ? '}' : ']')) {
        if (object && !xc_member_name(&b->in, &name, &escaped))
            return false;
        if (!xc_read_flag(b, entry++))
            return false;
    }
    if (b->in.error == XC_OK && xc_more(&b->in))
        return xc_fail(&b->in, XC_ERROR_TRAILING);
    return b->in.error == XC_OK;
}
