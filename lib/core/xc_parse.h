/* Reading flag configs into the arrays of a plan, in one pass and without a
 * DOM.
 *
 * docs/evaluation.md says what a flag may and must have. Each part of a flag
 * has a file and a schema (xc_schema.h). The functions return how reading went:
 * a malformed part makes its flag malformed, and the flag is reported and left
 * out; invalid JSON ends everything. */
#ifndef XC_PARSE_H
#define XC_PARSE_H

#include "xc_schema.h"

/* A flag as it is read. */
typedef struct {
    xc_flag flag;
    bool has_key;
} xc_keyed_flag;

/* Reads the whole document. Returns false if it can't be read to its end; the
 * errors of the reader and the builder say why. */
XC_INTERNAL bool xc_parse(xc_builder *b);

/* Reads a flag (xc_parse_flag.c). The variants that its segments and
 * distributions name are not resolved yet. */
XC_INTERNAL xc_reading xc_read_flag(xc_builder *b, xc_keyed_flag *keyed);

/* Reads a list of conditions, all of which must match, into the arrays of
 * conditions and groups (xc_parse_condition.c). */
XC_INTERNAL xc_reading xc_read_group(xc_builder *b, void *unused);

/* Reads a bucket: an object or null. Sets its number, or XC_NOTHING
 * (xc_parse_bucket.c). */
XC_INTERNAL xc_reading xc_read_bucket(xc_builder *b, int kind, uint32_t *number);

#endif
