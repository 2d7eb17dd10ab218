/* Reading flag configs by schemas.
 *
 * Each kind of object has a schema: its members, which of them it must have,
 * and a function that reads the value of one. A malformed part makes its whole
 * flag malformed, but reading goes on after it, so that invalid JSON is noticed
 * wherever it is. */
#ifndef XC_SCHEMA_H
#define XC_SCHEMA_H

#include "xc_build.h"

/* How reading a part of a flag ended. */
typedef enum {
    XC_READ_OK,
    XC_READ_MALFORMED, /* the builder's `problem` says why; the reader is somewhere inside the part */
    XC_READ_ABORT      /* reading can't go on: see the errors of the reader and the builder */
} xc_reading;

#define XC_MAX_MEMBERS 5

typedef struct {
    const char *type; /* the problem with a value that is not an object */
    struct {
        const char *name;
        uint32_t length;     /* of the name */
        const char *missing; /* the problem if it is absent; NULL if it is optional */
    } members[XC_MAX_MEMBERS];
    /* Reads the value of member number `index`, of that kind. XC_NULL is passed
     * for optional members only, and means that the member is absent. A
     * repeated member is read again, and replaces the earlier one. */
    xc_reading (*read)(xc_builder *b, void *object, int index, int kind);
} xc_schema;

/* A member's name and its length. */
#define XC_NAME(name) name, sizeof(name) - 1

/* Records why the flag being read is malformed, at the reader's place. */
XC_INTERNAL xc_reading xc_malformed(xc_builder *b, const char *problem);

/* Skips a value. */
XC_INTERNAL xc_reading xc_read_skip(xc_builder *b);

/* Skips a value that the plan keeps. The value is malformed if its own arrays
 * and objects are nested deeper than XC_MAX_DEPTH. */
XC_INTERNAL xc_reading xc_skip_kept(xc_builder *b);

/* Returns the number of the schema's member that has this name, or -1. */
XC_INTERNAL int xc_member_index(const xc_schema *schema, xc_text raw, bool escaped);

/* Reads a value that must be a string into the plan's text. `type` is the
 * problem if it is not a string. */
XC_INTERNAL xc_reading xc_read_text(xc_builder *b, const char *type, xc_span *span);

/* Reads a string that is only compared while the plan is built. */
XC_INTERNAL xc_reading xc_read_name(xc_builder *b, const char *type, xc_name_span *name);

/* Keeps a value of any kind as the JSON that it is. */
XC_INTERNAL xc_reading xc_read_json(xc_builder *b, xc_span *span);

/* Does the same for JSON that other flags are likely to have, too, with a cache
 * of this kind, so that equal JSON shares its text. */
XC_INTERNAL xc_reading xc_read_shared(xc_builder *b, int cache, xc_span *span);

/* Does the same for metadata, which must be an object or null. The span is
 * empty if there are no members. */
XC_INTERNAL xc_reading xc_read_metadata(xc_builder *b, int kind, const char *type, xc_span *span);

/* The functions below, which read any schema and any array, are compiled into
 * each of their callers. So the object has no calls through function pointers,
 * except to the allocator, and it is easy to prove that no function calls
 * itself: schemas nest, but none contains itself. */

/* The members of one object so far, a bit for each. */
typedef struct {
    unsigned seen, malformed;
    const char *problem, *problem_at; /* of the first one that is malformed */
} xc_members;

/* Reads the value of a member. A malformed value is recorded and skipped. */
XC_ALWAYS_INLINE xc_reading xc_read_member(xc_builder *b, const xc_schema *schema, void *object, int index,
                                           xc_members *members)
{
    unsigned bit = 1u << index;
    const char *value = b->in.p;
    uint32_t depth = b->in.depth;
    xc_reading reading;
    int kind = xc_peek(&b->in);
    if (kind == XC_NONE)
        return XC_READ_ABORT;
    members->seen &= ~bit;
    members->malformed &= ~bit;
    if (kind == XC_NULL && schema->members[index].missing != NULL) {
        reading = xc_read_skip(b);
    } else {
        reading = schema->read(b, object, index, kind);
        members->seen |= bit;
    }
    if (reading != XC_READ_MALFORMED)
        return reading;
    if (members->malformed == 0) {
        members->problem = b->problem;
        members->problem_at = b->problem_at;
    }
    members->malformed |= bit;
    b->in.p = value;
    b->in.depth = depth;
    return xc_read_skip(b);
}

/* Reads a value that must be an object of this schema. Of repeated members the
 * last one counts. */
XC_ALWAYS_INLINE xc_reading xc_read_object(xc_builder *b, const xc_schema *schema, void *object)
{
    xc_members members = {0, 0, NULL, NULL};
    const char *start = b->in.p;
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
        xc_reading reading;
        if (!xc_member_name(&b->in, &name, &escaped))
            return XC_READ_ABORT;
        index = xc_member_index(schema, name, escaped);
        reading = index < 0 ? xc_read_skip(b) : xc_read_member(b, schema, object, index, &members);
        if (reading == XC_READ_ABORT)
            return XC_READ_ABORT;
    }
    if (b->in.error != XC_OK)
        return XC_READ_ABORT;
    if (members.malformed != 0) {
        b->problem = members.problem;
        b->problem_at = members.problem_at;
        return XC_READ_MALFORMED;
    }
    for (int i = 0; i < XC_MAX_MEMBERS && schema->members[i].name != NULL; i++) {
        if (schema->members[i].missing != NULL && (members.seen >> i & 1) == 0) {
            b->problem = schema->members[i].missing;
            b->problem_at = start;
            return XC_READ_MALFORMED;
        }
    }
    return XC_READ_OK;
}

/* Reads a value that must be an array. Reads each item with a function, to
 * which it passes `context`, and stops at the first malformed item. */
XC_ALWAYS_INLINE xc_reading xc_read_array(xc_builder *b, const char *type, xc_reading (*item)(xc_builder *, void *),
                                          void *context)
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

#endif
