/* Selectors: lists of names that lead to a value, as ["context","user","id"].
 *
 * Equal selectors share one path, with a number. What a path refers to is not
 * checked here, since any list of strings is a valid selector; linking finds
 * out which paths lead to a slot (xc_link_slots.c). */
#ifndef XC_SELECTOR_H
#define XC_SELECTOR_H

#include "xc_schema.h"

/* Reads a selector: an array of names. Sets the number of its path, which is
 * XC_NOTHING for null and for an empty array. */
XC_INTERNAL xc_reading xc_read_selector(xc_builder *b, int kind, uint32_t *path);

#endif
