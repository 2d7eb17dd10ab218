/* Lower case of text, for comparisons that ignore case.
 *
 * Filter values are lowered when a plan is built, and a property when a
 * condition first asks for it, so comparing is then a comparison of bytes. A
 * pure function: any number of threads may call it. */
#ifndef XC_LOWER_H
#define XC_LOWER_H

#include "xc_deps.h"

/* n bytes become at most n * NUM / DEN, rounded down. Only some runes grow, all
 * from two bytes to three (as U+023A to U+2C65), so no lower bound is
 * possible. */
#define XC_LOWER_GROWTH_NUM 3
#define XC_LOWER_GROWTH_DEN 2

/* That bound for n bytes, computed without leaving a size_t of 32 bits. */
#define XC_LOWER_ROOM(n)                                                                                               \
    ((size_t)(n) / XC_LOWER_GROWTH_DEN * XC_LOWER_GROWTH_NUM +                                                         \
     (size_t)(n) % XC_LOWER_GROWTH_DEN * XC_LOWER_GROWTH_NUM / XC_LOWER_GROWTH_DEN)

/* Writes the lower case of in, n bytes of UTF-8, to out and returns its length
 * in bytes. Each rune is mapped by itself, by Unicode's simple case mapping, as
 * Go's unicode.ToLower does: U+0130 becomes i, a final sigma is like any other.
 *
 * out has room for XC_LOWER_ROOM(n) bytes and does not overlap in; both may be
 * NULL if n is 0. Invalid UTF-8 becomes some text within the same bound, and
 * nothing past the n bytes is read. */
XC_INTERNAL size_t xc_lower(const char *in, size_t n, char *out);

#endif
