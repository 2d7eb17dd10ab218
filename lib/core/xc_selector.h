/* Selectors: lists of names. Equal selectors share a path. */
#ifndef XC_SELECTOR_H
#define XC_SELECTOR_H

#include "xc_schema.h"

/* Reads a selector: an array of names. Sets the number of its path, which is
 * XC_NOTHING for null and for an empty array. */
XC_INTERNAL xc_reading xc_read_selector(xc_builder *b, int kind, uint32_t *path);

#endif
