/* Writing text into somebody else's buffer.
 *
 * Bytes that do not fit are counted but not written, so that the caller learns
 * how much room the text takes: a writer of capacity 0 only measures. The
 * functions can't fail. The caller compares n with the capacity at the end. */
#ifndef XC_WRITE_H
#define XC_WRITE_H

#include "xc_deps.h"
#include "xc_text.h"

typedef struct {
    char *p;         /* may be NULL if capacity is 0 */
    size_t capacity;
    size_t n;        /* of the whole text so far, written or not */
} xc_writer;

XC_INTERNAL void xc_put(xc_writer *out, const char *p, size_t n);
XC_INTERNAL void xc_put_byte(xc_writer *out, char byte);

/* Writes a literal up to its NUL. */
XC_INTERNAL void xc_put_string(xc_writer *out, const char *literal);

/* Writes a number in decimal. */
XC_INTERNAL void xc_put_number(xc_writer *out, uint32_t number);

/* Writes a byte, and two numbers with a comma between them. */
XC_INTERNAL void xc_put_pair(xc_writer *out, char before, uint32_t first, uint32_t second);

/* Writes a text as a JSON string, quotes included. It escapes only what JSON
 * requires. */
XC_INTERNAL void xc_put_quoted(xc_writer *out, xc_text text);

#endif
