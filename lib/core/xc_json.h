/* Reading JSON in place, without a DOM.
 *
 * A reader is a window on the text. Each function begins at the next byte of a
 * token and leaves the reader behind it; on an error it sets `error` (the first
 * one stays) and answers false. What was read is known to be valid JSON and
 * valid UTF-8, so later readers of the same bytes need no checks. */
#ifndef XC_JSON_H
#define XC_JSON_H

#include "experiment_core.h"
#include "xc_deps.h"

typedef struct {
    const char *p;   /* the next byte */
    const char *end; /* past the last one */
    int32_t error;   /* XC_OK, or what went wrong at p */
    uint32_t depth;  /* arrays and objects open at p; whoever moves p back, moves it back too */
} xc_reader;

/* A piece of text that belongs to somebody else. */
typedef struct {
    const char *p;
    uint32_t n;
} xc_text;

/* The kinds of JSON values. XC_NONE is a value that is not there; it and
 * XC_NULL mean the same to conditions. */
enum { XC_NONE, XC_NULL, XC_FALSE, XC_TRUE, XC_NUMBER, XC_STRING, XC_ARRAY, XC_OBJECT };

/* A reader of a whole document, which the host hands in; XC_ERROR_SIZE for one that is too large. */
static xc_reader xc_reader_of(const char *text, size_t length);

static bool xc_fail(xc_reader *in, int32_t error);

/* Skips white space. True when there is a byte left. */
static inline bool xc_more(xc_reader *in);

/* Skips white space and the given byte, which must be there. */
static bool xc_expect(xc_reader *in, char byte);

/* The kind of the value that begins at p, by its first byte alone; an error
 * (XC_NONE) where no value begins. White space must have been skipped. */
static inline int xc_peek(xc_reader *in);

/* Skips one value of any kind and depth, and checks all of it. */
static bool xc_skip(xc_reader *in);

/* Reads a string; `raw` is what stands between the quotes. `escaped` tells
 * whether raw has escapes, so that xc_unescape is needed. */
static bool xc_string(xc_reader *in, xc_text *raw, bool *escaped);

/* Writes raw with its escapes resolved, at most raw.n bytes, and returns how
 * many. Lone surrogates become U+FFFD. */
static size_t xc_unescape(xc_text raw, char *out);

/* Reads a number; `token` is its text. */
static bool xc_number(xc_reader *in, xc_text *token);

/* Reads a number that is nothing but 1 to 15 digits, as most are. False, with the
 * reader where it was, for any other. */
static inline bool xc_integer(xc_reader *in, uint64_t *number);

/* Steps through an array or object. Call xc_open at its first byte, which fails
 * only where XC_MAX_DEPTH are open already, then
 * xc_next before each element: it answers false at the end, and on an error.
 * For objects the caller then reads the name with xc_string and expects ':'. */
static bool xc_open(xc_reader *in);
static bool xc_next(xc_reader *in, bool *first, char closing);

#endif
