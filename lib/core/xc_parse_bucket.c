//go:build ignore

/* Reads buckets, which split the users of a segment between variants.
 *
 * A bucket hashes one value of the context, after a salt. The hash is split in
 * two: hash % 100 selects an allocation, and hash / 100 selects one of its
 * distributions, which names a variant. The plan has no allocations: each
 * distribution has both ranges, and the first distribution whose ranges contain
 * both numbers counts. The plan keeps the hash after the salt, to which an
 * evaluation adds the value. */

#include "xc_hash.h"
#include "xc_number.h"
#include "xc_parse.h"
#include "xc_selector.h"

/* The first two numbers of a range. */
typedef struct {
    uint32_t count;
    uint32_t end[2];
} xc_range_ends;

static void xc_add_range_end(xc_range_ends *ends, uint32_t end)
{
    if (ends->count < 2)
        ends->end[ends->count++] = end;
}

/* Returns the exponent of a number, from after its "e". It is limited to 2^40
 * or so, since no number has more digits. */
static int64_t xc_exponent(const char *p, const char *end)
{
    int64_t exponent = 0;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    for (; p < end && exponent < (int64_t)1 << 40; p++)
        exponent = exponent * 10 + (*p - '0');
    return negative ? -exponent : exponent;
}

/* Reports whether a number is whole. It looks at the digits, because a double
 * rounds 99.99999999999999999999 to 100. */
static bool xc_is_whole(xc_text token)
{
    const char *p = token.p, *end = token.p + token.n;
    int64_t power = 0, fraction = 0; /* the last digit other than 0 counts 10^power; digits after the point so far */
    bool zero = true, point = false;
    for (; p < end && *p != 'e' && *p != 'E'; p++) {
        if (*p == '.') {
            point = true;
        } else if (*p >= '0' && *p <= '9') {
            fraction += point;
            if (*p != '0') {
                power = -fraction;
                zero = false;
            } else if (!point) {
                power++;
            }
        }
    }
    return zero || power + xc_exponent(p < end ? p + 1 : end, end) >= 0;
}

/* Reads a whole number of any size, limited to 0 ... 2^32-1: no hash is larger.
 * A number with a fraction or an exponent is whole if its value is. */
static xc_reading xc_read_range_end(xc_builder *b, void *object)
{
    static const char *const wrong = "a range is not a list of whole numbers";
    xc_range_ends *ends = object;
    xc_text token;
    double number;
    uint64_t integer;
    int kind = xc_peek(&b->in);
    if (kind == XC_NUMBER && xc_integer(&b->in, &integer)) {
        xc_add_range_end(ends, integer < UINT32_MAX ? (uint32_t)integer : UINT32_MAX);
        return XC_READ_OK;
    }
    if (kind == XC_NONE)
        return XC_READ_ABORT;
    if (kind != XC_NUMBER)
        return xc_malformed(b, wrong);
    if (!xc_number(&b->in, &token))
        return XC_READ_ABORT;
    if (!xc_is_whole(token) || !xc_number_parse(token.p, token.n, &number))
        return xc_malformed(b, wrong);
    xc_add_range_end(ends, number <= 0 ? 0 : number >= 4294967295.0 ? UINT32_MAX : (uint32_t)number);
    return XC_READ_OK;
}

/* Reads a range, from its first number up to but not including its second one.
 * It is empty if it has fewer than two numbers; more than two mean nothing. */
static xc_reading xc_read_range(xc_builder *b, xc_range *range)
{
    xc_range_ends ends = {0, {0, 0}};
    xc_reading reading = xc_read_array(b, "a range is not a list of whole numbers", xc_read_range_end, &ends);
    range->from = ends.end[0];
    range->count = ends.count == 2 && ends.end[0] < ends.end[1] ? ends.end[1] - ends.end[0] : 0;
    return reading;
}

typedef struct {
    xc_distribution distribution;
    xc_name_span name;
} xc_named_distribution;

enum { XC_DISTRIBUTION_VARIANT, XC_DISTRIBUTION_RANGE };

static xc_reading xc_read_distribution_member(xc_builder *b, void *object, int index, int kind)
{
    xc_named_distribution *named = object;
    (void)kind;
    if (index == XC_DISTRIBUTION_VARIANT)
        return xc_read_name(b, "the variant of a distribution is not a string", &named->name);
    return xc_read_range(b, &named->distribution.range);
}

static const xc_schema xc_distribution_schema = {
    "a distribution is not an object",
    {[XC_DISTRIBUTION_VARIANT] = {XC_NAME("variant"), "a distribution has no variant"},
     [XC_DISTRIBUTION_RANGE] = {XC_NAME("range"), "a distribution has no range"}},
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

/* Drops the distributions from number `first` on. */
static void xc_drop_distributions(xc_builder *b, uint32_t first)
{
    b->array[XC_DISTRIBUTIONS].count = b->distribution_names.count = first;
}

typedef struct {
    xc_range range;
    uint32_t distribution; /* the first one */
} xc_allocation;

enum { XC_ALLOCATION_RANGE, XC_ALLOCATION_DISTRIBUTIONS };

static xc_reading xc_read_allocation_member(xc_builder *b, void *object, int index, int kind)
{
    xc_allocation *allocation = object;
    (void)kind;
    if (index == XC_ALLOCATION_RANGE)
        return xc_read_range(b, &allocation->range);
    xc_drop_distributions(b, allocation->distribution); /* of a member that this one repeats */
    return xc_read_array(b, "the distributions of an allocation are not a list", xc_read_distribution, NULL);
}

static const xc_schema xc_allocation_schema = {
    "an allocation is not an object",
    {[XC_ALLOCATION_RANGE] = {XC_NAME("range"), "an allocation has no range"},
     [XC_ALLOCATION_DISTRIBUTIONS] = {XC_NAME("distributions"), "an allocation has no distributions"}},
    xc_read_allocation_member,
};

/* Reads an allocation. It adds only its range to each of its distributions. */
static xc_reading xc_read_allocation(xc_builder *b, void *unused)
{
    xc_allocation allocation = {{0, 0}, b->array[XC_DISTRIBUTIONS].count};
    xc_reading reading = xc_read_object(b, &xc_allocation_schema, &allocation);
    (void)unused;
    for (uint32_t i = allocation.distribution; i < b->array[XC_DISTRIBUTIONS].count; i++)
        XC_ITEMS(xc_distribution, b->array[XC_DISTRIBUTIONS])[i].allocation = allocation.range;
    return reading;
}

enum { XC_BUCKET_SELECTOR, XC_BUCKET_SALT, XC_BUCKET_ALLOCATIONS };

static xc_reading xc_read_bucket_member(xc_builder *b, void *object, int index, int kind)
{
    xc_bucket *bucket = object;
    xc_reading reading;
    xc_span salt;
    xc_text text;
    switch (index) {
    case XC_BUCKET_SELECTOR:
        return xc_read_selector(b, kind, &bucket->slot);
    case XC_BUCKET_SALT:
        if ((reading = xc_read_text(b, "the salt of a bucket is not a string", &salt)) != XC_READ_OK)
            return reading;
        text = xc_built_text(b, salt);
        memset(&bucket->salted, 0, sizeof bucket->salted);
        xc_murmur_add(&bucket->salted, text.p, text.n);
        xc_murmur_add(&bucket->salted, "/", 1);
        b->array[XC_TEXT].count = salt.at; /* only the hash is needed */
        return XC_READ_OK;
    default: /* XC_BUCKET_ALLOCATIONS */
        xc_drop_distributions(b, bucket->distribution);
        reading = xc_read_array(b, "the allocations of a bucket are not a list", xc_read_allocation, NULL);
        bucket->distributions = b->array[XC_DISTRIBUTIONS].count - bucket->distribution;
        return reading;
    }
}

static const xc_schema xc_bucket_schema = {
    "the bucket of a segment is not an object",
    {[XC_BUCKET_SELECTOR] = {XC_NAME("selector"), NULL},
     [XC_BUCKET_SALT] = {XC_NAME("salt"), "a bucket has no salt"},
     [XC_BUCKET_ALLOCATIONS] = {XC_NAME("allocations"), "a bucket has no allocations"}},
    xc_read_bucket_member,
};

XC_INTERNAL xc_reading xc_read_bucket(xc_builder *b, int kind, uint32_t *number)
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
