/* Documents put together from pieces, in which quotes are written as json in
 * xc_test.h reads them. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quotes.h"

/* A text that grows; it starts as all zeros, and document_free releases it.
 * Once something was added, a NUL follows its n bytes. */
typedef struct {
    char *p;
    size_t n, room;
} document;

/* Makes room for n more bytes and the NUL. */
static inline void document_grow(document *d, size_t n)
{
    if (d->room - d->n <= n) {
        d->room = (d->room + n + 1) * 2;
        if ((d->p = realloc(d->p, d->room)) == NULL)
            abort();
    }
}

/* Adds what printf writes for the arguments, with quotes replaced. */
__attribute__((format(printf, 2, 3))) static inline void document_addf(document *d, const char *format, ...)
{
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    document_grow(d, (size_t)length);
    va_start(arguments, format);
    vsnprintf(d->p + d->n, (size_t)length + 1, format, arguments);
    va_end(arguments);
    quotes_replace(d->p + d->n);
    d->n += (size_t)length;
}

/* Adds a piece, with quotes replaced. */
static inline void document_add(document *d, const char *piece)
{
    size_t n = strlen(piece);
    document_grow(d, n);
    memcpy(d->p + d->n, piece, n + 1);
    quotes_replace(d->p + d->n);
    d->n += n;
}

/* Adds a byte many times, as it is. */
static inline void document_add_byte(document *d, char byte, size_t count)
{
    document_grow(d, count);
    memset(d->p + d->n, byte, count);
    d->n += count;
    d->p[d->n] = '\0';
}

/* Adds a piece many times, with commas between. Each %d in the piece becomes
 * the number of pieces before it. */
static inline void document_add_many(document *d, long count, const char *piece)
{
    for (long i = 0; i < count; i++) {
        const char *number;
        if (i > 0)
            document_add(d, ",");
        for (const char *from = piece;; from = number + 2) {
            if ((number = strstr(from, "%d")) == NULL) {
                document_add(d, from);
                break;
            }
            document_addf(d, "%.*s%ld", (int)(number - from), from, i);
        }
    }
}

static inline void document_free(document *d)
{
    free(d->p);
    memset(d, 0, sizeof *d);
}

#endif
