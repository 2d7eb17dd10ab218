/* Reading JSON in place, without a DOM.
 *
 * A reader is a window on the text. Each function begins at the next byte of a
 * token and leaves the reader after it. On an error it sets `error` (the first
 * one stays) and returns false. What has been read is known to be valid JSON
 * and valid UTF-8, so later readers of the same bytes need no checks. */
#ifndef XC_JSON_H
#define XC_JSON_H

#include "experiment_core.h"
#include "xc_deps.h"
#include "xc_text.h"

typedef struct {
    const char *p;   /* the next byte */
    const char *end; /* past the last one */
    int32_t error;   /* XC_OK, or what went wrong at p */
    uint32_t depth;  /* arrays and objects open at p, more after xc_limit_depth; restored along with p */
} xc_reader;

/* The kinds of JSON values. XC_NONE is an absent value; conditions treat it as
 * they treat XC_NULL. */
enum { XC_NONE, XC_NULL, XC_FALSE, XC_TRUE, XC_NUMBER, XC_STRING, XC_ARRAY, XC_OBJECT };

/* Returns a reader of a whole document from the host. Its error is
 * XC_ERROR_SIZE if the document is too large. The text may be NULL if length is
 * 0. */
XC_INTERNAL xc_reader xc_reader_of(const char *text, size_t length);

/* Sets the error unless there is one already. Always returns false. */
XC_INTERNAL bool xc_fail(xc_reader *in, int32_t error);

/* Skips white space. Reports whether a byte is left; if not, that is not an
 * error by itself. */
XC_INTERNAL_INLINE bool xc_more(xc_reader *in);

/* Skips white space and the given byte, which must come next. */
XC_INTERNAL bool xc_expect(xc_reader *in, char byte);

/* Returns the kind of the value at p, judging by its first byte alone. Returns
 * XC_NONE, with the error set, if no value begins there. White space must have
 * been skipped. */
XC_INTERNAL_INLINE int xc_peek(xc_reader *in);

/* Skips one value of any kind and depth, and checks all of it. */
XC_INTERNAL bool xc_skip(xc_reader *in);

/* Reads a value of a kind that has no parts: neither array nor object. */
XC_INTERNAL bool xc_scalar(xc_reader *in, int kind);

/* Reads a string. `raw` is the text between the quotes; `escaped` is set if it
 * has escapes, which xc_unescape resolves. */
XC_INTERNAL bool xc_string(xc_reader *in, xc_text *raw, bool *escaped);

/* Writes raw with its escapes resolved, at most raw.n bytes, and returns how
 * many. Lone surrogates become U+FFFD. `out` may be the same memory as raw:
 * writing never overtakes reading. */
XC_INTERNAL size_t xc_unescape(xc_text raw, char *out);

/* Reads a number; `token` is its text. */
XC_INTERNAL bool xc_number(xc_reader *in, xc_text *token);

/* Reads a number that consists of 1 to 15 digits, as most numbers do. Returns
 * false, with the reader where it was and no error, for any other token. */
XC_INTERNAL_INLINE bool xc_integer(xc_reader *in, uint64_t *number);

/* Makes the reader fail beyond XC_MAX_DEPTH arrays and objects from p on. The
 * caller restores the depth after the value. */
static inline void xc_limit_depth(xc_reader *in)
{
    in->depth = XC_MAX_FLAGS_DEPTH - XC_MAX_DEPTH;
}

/* Steps into the array or object at p. Fails only if XC_MAX_FLAGS_DEPTH are
 * open. */
XC_INTERNAL bool xc_open(xc_reader *in);

/* Steps to the next element of the array or object, up to its closing bracket.
 * Call it with `first` true, then before each element: it returns false at the
 * end and on an error. In an object, xc_member_name comes next. */
XC_INTERNAL bool xc_next(xc_reader *in, bool *first, char closing);

/* Reads a member's name and colon, up to its value. The name is as in
 * xc_string. */
XC_INTERNAL bool xc_member_name(xc_reader *in, xc_text *raw, bool *escaped);

#endif
