/* A cache of recently read JSON and the numbers that it led to, so that JSON
 * which many flags repeat is read once.
 *
 * There is one ring of entries for each kind of JSON (XC_CACHE_...), since the
 * same bytes lead to different numbers when they are a selector and when they
 * are a value. Entries are in the builder and refer to the document; they are
 * gone when the plan is made. */
#ifndef XC_CACHE_H
#define XC_CACHE_H

#include "xc_build.h"

#define XC_CACHE_SIZE 16        /* entries of each kind */
#define XC_CACHE_MAX_LENGTH 256 /* bytes: longer JSON hardly repeats, and might be too deep elsewhere */

typedef struct {
    xc_text json; /* in the document */
    uint32_t tag; /* xc_tag of it */
    uint32_t number;
} xc_cached;

/* Steps over the JSON at hand and returns its number, if it is in the cache.
 * Otherwise returns XC_NOTHING. */
XC_INTERNAL uint32_t xc_cache_get(xc_builder *b, int kind);

/* Puts the JSON from `start` to the reader into the cache, unless it is too
 * long or a number. */
XC_INTERNAL void xc_cache_put(xc_builder *b, int kind, const char *start, uint32_t number);

#endif
