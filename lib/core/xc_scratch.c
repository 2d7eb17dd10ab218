//go:build ignore

/* Evaluation allocates nothing: all memory that it needs comes from a buffer
 * that the caller owns. Memory is taken from the front of the buffer and is not
 * freed piece by piece; code that needs some for a while copies the two
 * pointers and restores them. If the buffer is too small, the call ends with
 * XC_ERROR_SCRATCH, and the caller repeats it with a larger one. */

#include "xc_scratch.h"

XC_INTERNAL void *xc_scratch_alloc(xc_scratch *scratch, size_t size)
{
    size_t padding = (size_t)(-(uintptr_t)scratch->p & 7), left = (size_t)(scratch->end - scratch->p);
    char *block;
    if (padding > left || size > left - padding)
        return NULL;
    block = scratch->p + padding;
    scratch->p = block + size;
    return block;
}

XC_INTERNAL void *xc_scratch_array(xc_scratch *scratch, size_t count, size_t size)
{
    return count <= SIZE_MAX / size ? xc_scratch_alloc(scratch, count * size) : NULL; /* a size_t may have 32 bits */
}
