/* Two hashes, and two filters that are cheaper than a hash.
 *
 * murmur3 decides who gets which variant and so must never change. SipHash is
 * for the core's own tables. Tags and letter sets tell most different texts
 * apart without reading them; RATIONALE.md says why values have them. All are
 * pure functions of their arguments. */
#ifndef XC_HASH_H
#define XC_HASH_H

#include "xc_deps.h"

/* murmur3_x86_32 of a text that comes in pieces. All zeros is the state for
 * seed 0, and a state can be copied, so the state after a salt can be kept. */
typedef struct {
    uint32_t hash;   /* of all whole blocks of four bytes */
    uint32_t tail;   /* the up to three bytes after them, little-endian */
    uint32_t length; /* of the text so far */
} xc_murmur;

/* Adds n bytes to the text. */
XC_INTERNAL void xc_murmur_add(xc_murmur *m, const char *text, size_t n);

/* Returns the hash of the text so far; the state stays as it is. */
XC_INTERNAL uint32_t xc_murmur_end(const xc_murmur *m);

/* Returns where a text belongs in a table: the low bits of SipHash-1-3 with the
 * host's key. `scope` is mixed into the key's second half; it tells apart equal
 * texts in different places of one table. Without knowing the key nobody can
 * prepare texts that collide, and so make a table slow. */
XC_INTERNAL uint32_t xc_hash(const uint64_t key[2], uint32_t scope, const char *text, size_t n);

/* Returns the tag of a text. Equal texts have equal tags, and different texts
 * usually don't. It is made of the length and the bytes at both ends, where ids
 * and names that look alike differ. */
XC_INTERNAL_INLINE uint32_t xc_tag(const char *text, size_t n);

/* Returns one of 64 bits for a tag. The OR of these bits over a set of texts is
 * a one-word Bloom filter: a clear bit proves that a text is not in the set. */
static inline uint64_t xc_tag_bit(uint32_t tag)
{
    return (uint64_t)1 << (tag >> 26);
}

/* Returns the set of a text's letters, a bit for each (several letters share a
 * bit). A text that contains another text has all of its bits. */
XC_INTERNAL_INLINE uint32_t xc_letter_set(const char *p, size_t n);

#endif
