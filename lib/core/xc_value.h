/* The values of slots, and what conditions ask about them. If the run's error
 * gets set on the way, results mean nothing. */
#ifndef XC_VALUE_H
#define XC_VALUE_H

#include "xc_run.h"

/* Sets a value from the JSON that begins at json.p. */
XC_INTERNAL void xc_value_set(xc_value *value, xc_text json);

/* Finishes a value whose raw and escaped are set: sets its kind and, if that
 * takes no work, its text. */
XC_INTERNAL_INLINE void xc_value_start(xc_value *value, int kind);

/* Sets an item to a text. */
XC_INTERNAL_INLINE void xc_item_set(xc_item *item, xc_text text);

/* Sets `value` to that of a slot. Reports whether it is there and not a list;
 * if so, its text is ready. Otherwise it is a list if its kind is above
 * XC_NULL. */
XC_INTERNAL_INLINE bool xc_single_value(xc_run *run, uint32_t slot, xc_value **value);

/* Returns a value's text. */
XC_INTERNAL_INLINE xc_item *xc_value_text(xc_run *run, xc_value *value);

/* Returns the lower case of a value's text. */
XC_INTERNAL xc_text xc_value_lower(xc_run *run, xc_value *value);

/* Sets `number` to a value's number; false if its text is not a number. */
XC_INTERNAL_INLINE bool xc_value_number(xc_run *run, xc_value *value, double *number);

/* Returns a value's packed version; 0 if its text is not a version or can't be
 * packed. */
XC_INTERNAL_INLINE uint64_t xc_value_version(xc_run *run, xc_value *value);

#endif
