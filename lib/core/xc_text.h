/* Texts: bytes that belong to somebody else, without a NUL at the end.
 *
 * A text is passed by value and owns nothing. It points into the document, the
 * context, the plan or scratch, and is valid as long as that is. p may be NULL
 * if n is 0. A text that comes from JSON is UTF-8, which the reader has
 * checked; nothing here relies on that. */
#ifndef XC_TEXT_H
#define XC_TEXT_H

#include "xc_deps.h"
#include "xc_scratch.h"

typedef struct {
    const char *p;
    uint32_t n;
} xc_text;

/* Makes a text of a string literal. */
#define XC_WORD(literal) ((xc_text){literal, sizeof(literal) - 1})

/* Orders texts by their bytes: below zero, zero or above zero. */
XC_INTERNAL int xc_text_compare(xc_text a, xc_text b);

/* Reports whether two texts have the same bytes. */
XC_INTERNAL bool xc_text_equal(xc_text a, xc_text b);

/* Sets `text` to the raw text of a JSON string without its escapes: to raw
 * itself if it has none, otherwise to a copy in scratch. Returns false if
 * scratch is too small. */
XC_INTERNAL bool xc_unescape_to(xc_scratch *scratch, xc_text raw, bool escaped, xc_text *text);

#endif
