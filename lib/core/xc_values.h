/* The values of a condition, compiled: everything about them that does not
 * depend on the property they are compared with is worked out here, once. */
#ifndef XC_VALUES_H
#define XC_VALUES_H

#include "xc_build.h"

/* Lists of more values than this are hashed. */
#define XC_SEARCHED_VALUES 32

/* The boolean that a text is, in any case: XC_HAS_TRUE, XC_HAS_FALSE, or 0. */
static uint8_t xc_boolean(xc_text text);

/* Adds JSON to the plan's text in its normal form (xc_tree.h). */
static bool xc_add_normal(xc_builder *b, const char *p, size_t n, xc_span *span);

#endif
