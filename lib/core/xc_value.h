/* The values of slots, and what conditions ask about them.
 *
 * Each question has a function that computes the result on the first call and
 * keeps it for later ones. A value belongs to its run, and so to one thread.
 * The results mean nothing if the run's error is set: scratch may be too small,
 * or a value too large. */
#ifndef XC_VALUE_H
#define XC_VALUE_H

#include "xc_run.h"

/* Sets a value from the JSON that begins at json.p. */
XC_INTERNAL void xc_value_set(xc_value *value, xc_text json);

/* Finishes a value whose raw and escaped are set: sets its kind and, if no work
 * is needed, its text. */
XC_INTERNAL_INLINE void xc_value_start(xc_value *value, int kind);

/* Reads an array of strings without escapes, as most lists are, and makes its
 * items, in one pass. Returns false, with nothing read and nothing taken, for
 * other arrays, for invalid JSON, and if scratch is too small. */
XC_INTERNAL bool xc_plain_list(xc_run *run, xc_reader *in, xc_value *list);

/* Sets an item to a text. */
XC_INTERNAL_INLINE void xc_item_set(xc_item *item, xc_text text);

/* Sets `value` to the value of a slot. Reports whether it is present and not a
 * list; if so, its text is ready. Otherwise, unless the run has an error, the
 * value is a list if its kind is above XC_NULL, and absent or null if not. */
XC_INTERNAL_INLINE bool xc_single_value(xc_run *run, uint32_t slot, xc_value **value);

/* Returns a value's text. */
XC_INTERNAL_INLINE xc_item *xc_value_text(xc_run *run, xc_value *value);

/* Returns the lower case of a value's text. */
XC_INTERNAL xc_text xc_value_lower(xc_run *run, xc_value *value);

/* Sets `number` to a value's number. Returns false if its text is not a
 * number. */
XC_INTERNAL_INLINE bool xc_value_number(xc_run *run, xc_value *value, double *number);

/* Returns a value's packed version, or 0 if its text is not a version that can
 * be packed. */
XC_INTERNAL_INLINE uint64_t xc_value_version(xc_run *run, xc_value *value);

#endif
