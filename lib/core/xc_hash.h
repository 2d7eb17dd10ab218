/* Two hashes: murmur3, which decides who gets which variant and so must never
 * change, and SipHash for the core's own tables. And marks, which tell most
 * different texts apart without reading them. */
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

/* Where a text belongs in a table: the low bits of SipHash-1-3 with the host's
 * key, in whose second half `of` is mixed: a number that tells apart equal texts
 * in different places. Whoever does not know the key can't prepare texts that
 * collide, and so make a table slow. */
static uint32_t xc_hash(const uint64_t key[2], uint32_t scope, const char *p, size_t n);

/* The mark of a text: equal texts have equal marks. It is made of the length and of
 * the bytes at both ends, where ids and names that look alike differ. */
static inline uint32_t xc_tag(const char *p, size_t n);

/* One of 64 bits for a mark. A set of them tells of most texts that they are not in it. */
static inline uint64_t xc_tag_bit(uint32_t mark)
{
    return (uint64_t)1 << (mark >> 26);
}

/* The letters of a text, a bit for each: a text that contains another one has all of its bits. */
static inline uint32_t xc_letter_set(const char *p, size_t n);

#endif
