/* Writing text into somebody's buffer. What does not fit is counted but not
 * written, so that the caller can say how much room it takes. */
#ifndef XC_WRITE_H
#define XC_WRITE_H

#include "xc_deps.h"
#include "xc_json.h"

typedef struct {
    char *p;
    size_t capacity;
    size_t n; /* of the whole text so far, written or not */
} xc_writer;

static void xc_put(xc_writer *out, const char *p, size_t n);
static void xc_put_byte(xc_writer *out, char byte);
static void xc_put_string(xc_writer *out, const char *literal); /* up to its NUL */
static void xc_put_number(xc_writer *out, uint32_t number);
static void xc_put_pair(xc_writer *out, char before, uint32_t first, uint32_t second); /* with a comma between */

/* A text as a JSON string, quotes included, escaping only what JSON demands. */
static void xc_put_quoted(xc_writer *out, xc_text text);

#endif
