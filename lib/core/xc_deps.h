/* Everything the core takes from outside itself. It is freestanding C11: the
 * compiler's own headers for types, and four memory functions that any libc
 * (and any compiler, for its own use) provides. Nothing else is imported; the
 * build scripts check that with nm. */
#ifndef XC_DEPS_H
#define XC_DEPS_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);

/* A freestanding compiler takes these for functions like any other; by their
 * builtin names it still turns short ones into a few instructions. */
#define memcpy __builtin_memcpy
#define memmove __builtin_memmove
#define memset __builtin_memset
#define memcmp __builtin_memcmp

/* Out of line: what hardly ever runs keeps its registers to itself. */
#define XC_RARE __attribute__((noinline))

/* Rounds a size up to a multiple of 8, the alignment of everything the core lays
 * out. */
static inline size_t xc_align(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

#endif
