/* Everything that the core takes from outside, and everything that all of its
 * files share.
 *
 * The core is freestanding C11: it uses the compiler's own headers for types,
 * and four memory functions that any libc (and any compiler, for its own use)
 * provides. It imports nothing else; the build scripts check that with nm.
 *
 * A function that only its own file uses is static. A function that other files
 * use is XC_INTERNAL, and its file's header declares it. The core is compiled
 * as one translation unit (experiment_core.c, which defines XC_ONE_UNIT): there
 * these functions are static as well, so the compiler can inline across files
 * and the object exports only what experiment_core.h declares. Without
 * XC_ONE_UNIT they are external, so that each file also compiles alone, as
 * scripts/check-c-files and the unit tests in tests/ do. XC_INTERNAL_INLINE is
 * for the few that are small and hot enough to suggest inlining. */
#ifndef XC_DEPS_H
#define XC_DEPS_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef XC_ONE_UNIT
#define XC_INTERNAL static
#define XC_INTERNAL_INLINE static inline
#else
#define XC_INTERNAL extern
#define XC_INTERNAL_INLINE extern
#endif

/* Keeps rarely executed code out of line, so that its registers and its stack
 * don't burden the function that calls it. */
#define XC_RARE __attribute__((noinline))

/* Compiles a function into each of its callers. */
#define XC_ALWAYS_INLINE static inline __attribute__((always_inline))

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);

/* A freestanding compiler treats these as ordinary functions. Under their
 * builtin names it still turns short calls into a few instructions. */
#define memcpy __builtin_memcpy
#define memmove __builtin_memmove
#define memset __builtin_memset
#define memcmp __builtin_memcmp

/* Rounds a size up to a multiple of 8, the alignment of everything that the
 * core lays out. The size is at most SIZE_MAX - 7. */
static inline size_t xc_align(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

#endif
