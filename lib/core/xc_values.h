/* The values of a condition, compiled: everything about them that does not
 * depend on the property they are compared with is computed here, once.
 *
 * The values have been read into the plan's array of values, as texts.
 * Compiling may drop some, reorder none, and replace all of them by a bound or
 * by patterns; xc_condition in xc_plan.h says where they are afterwards. */
#ifndef XC_VALUES_H
#define XC_VALUES_H

#include "xc_build.h"

/* Lists of more values than this have a hash table. */
#define XC_SEARCHED_VALUES 32

/* Returns the boolean that a text is, in any case: XC_HAS_TRUE, XC_HAS_FALSE,
 * or 0. */
XC_INTERNAL uint8_t xc_boolean(xc_text text);

/* Compiles the condition's values, which are the last ones in the array, as its
 * operator needs them. Returns false, with the error set, if there is no
 * memory. */
XC_INTERNAL bool xc_compile_values(xc_builder *b, xc_condition *condition);

/* Adds JSON to the plan's text in its normal form (xc_tree.h). Returns false,
 * with the error set, if there is no memory. */
XC_INTERNAL bool xc_add_normal(xc_builder *b, const char *p, size_t n, xc_span *span);

#endif
