/* Two hashes: murmur3, which decides who gets which variant and so must never
 * change, and a quick one for the core's own tables. */
#ifndef XC_HASH_H
#define XC_HASH_H

#include "xc_deps.h"

/* murmur3_x86_32 of a text that comes in pieces. Zero is the state for seed 0,
 * so the state behind a salt can be kept and copied. */
typedef struct {
    uint32_t hash;   /* of all whole blocks of four bytes */
    uint32_t tail;   /* the up to three bytes behind them, little-endian */
    uint32_t length; /* of all so far */
} xc_murmur;

static void xc_murmur_add(xc_murmur *m, const char *p, size_t n);
static uint32_t xc_murmur_end(const xc_murmur *m);

/* A quick hash, mixed with `seed`. The same bytes give the same hash in one
 * process only: it depends on the byte order. */
static uint32_t xc_hash(const char *p, size_t n, uint32_t seed);

#endif
