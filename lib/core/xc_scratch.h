/* Memory for the duration of one call, taken from one end of the caller's
 * buffer.
 *
 * A scratch is two pointers, passed by reference to functions that take memory
 * which stays taken. A function that needs memory only while it runs takes it
 * from a copy, or restores the scratch before it returns. */
#ifndef XC_SCRATCH_H
#define XC_SCRATCH_H

#include "xc_deps.h"

/* The rest of the buffer. To give memory back, restore a copy that was made
 * before the memory was taken. */
typedef struct {
    char *p, *end;
} xc_scratch;

/* Returns 8-aligned memory, or NULL if too little is left. */
XC_INTERNAL void *xc_scratch_alloc(xc_scratch *scratch, size_t size);

/* Returns memory for `count` items of a size, in the same way. */
XC_INTERNAL void *xc_scratch_array(xc_scratch *scratch, size_t count, size_t size);

#endif
