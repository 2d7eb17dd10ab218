//go:build ignore

/* Hashes, and filters that are cheaper than a hash.
 *
 * murmur3_x86_32 assigns users to variants, here as in the service's other
 * SDKs, so its results must never change; the tests pin them. Its input is a
 * salt, a slash and a value. The salt belongs to the flag, so the plan keeps
 * the state after salt and slash, and an evaluation adds the value.
 *
 * The core's own tables hold names from documents that may be hostile, so they
 * use SipHash-1-3 (one round per word, three at the end) with a key of the
 * host; RATIONALE.md says why. */

#include "xc_hash.h"

static inline uint32_t xc_rotate(uint32_t v, int bits)
{
    return v << bits | v >> (32 - bits);
}

static inline uint32_t xc_murmur_scramble(uint32_t block)
{
    return xc_rotate(block * 0xCC9E2D51u, 15) * 0x1B873593u;
}

static inline uint32_t xc_murmur_block(uint32_t hash, uint32_t block)
{
    return xc_rotate(hash ^ xc_murmur_scramble(block), 13) * 5 + 0xE6546B64u;
}

static inline uint32_t xc_little_endian(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

XC_INTERNAL void xc_murmur_add(xc_murmur *m, const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    uint64_t bytes = m->tail; /* those that are not a whole block yet, the first one lowest */
    uint32_t held = m->length % 4 * 8; /* how many bits they have */
    m->length += (uint32_t)n;
    for (; n >= 4; p += 4, n -= 4) {
        bytes |= (uint64_t)xc_little_endian(p) << held;
        m->hash = xc_murmur_block(m->hash, (uint32_t)bytes);
        bytes >>= 32;
    }
    for (; n > 0; p++, n--, held += 8)
        bytes |= (uint64_t)*p << held;
    if (held >= 32) {
        m->hash = xc_murmur_block(m->hash, (uint32_t)bytes);
        bytes >>= 32;
    }
    m->tail = (uint32_t)bytes;
}

XC_INTERNAL uint32_t xc_murmur_end(const xc_murmur *m)
{
    uint32_t h = m->hash ^ xc_murmur_scramble(m->tail) ^ m->length; /* scrambling zero gives zero */
    h = (h ^ h >> 16) * 0x85EBCA6Bu;
    h = (h ^ h >> 13) * 0xC2B2AE35u;
    return h ^ h >> 16;
}

XC_INTERNAL_INLINE uint32_t xc_tag(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    uint32_t tag = (uint32_t)n << 16;
    if (n >= 4)
        tag ^= xc_little_endian(p) ^ xc_rotate(xc_little_endian(p + n - 4), 11);
    else
        for (size_t i = 0; i < n; i++)
            tag ^= (uint32_t)p[i] << (8 * i);
    return tag * 0x9E3779B1u;
}

XC_INTERNAL_INLINE uint32_t xc_letter_set(const char *p, size_t n)
{
    uint32_t letters = 0;
    for (size_t i = 0; i < n; i++)
        letters |= (uint32_t)1 << ((unsigned char)p[i] % 32);
    return letters;
}

static inline uint64_t xc_rotate_long(uint64_t v, int bits)
{
    return v << bits | v >> (64 - bits);
}

static inline void xc_sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = xc_rotate_long(v[1], 13) ^ v[0];
    v[0] = xc_rotate_long(v[0], 32);
    v[2] += v[3];
    v[3] = xc_rotate_long(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = xc_rotate_long(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = xc_rotate_long(v[1], 17) ^ v[2];
    v[2] = xc_rotate_long(v[2], 32);
}

static inline void xc_sip_add(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    xc_sip_round(v);
    v[0] ^= word;
}

static inline uint64_t xc_little_endian_long(const unsigned char *p)
{
    return xc_little_endian(p) | (uint64_t)xc_little_endian(p + 4) << 32;
}

XC_INTERNAL uint32_t xc_hash(const uint64_t key[2], uint32_t scope, const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    uint64_t k0 = key[0], k1 = key[1] ^ scope, last = (uint64_t)n << 56;
    /* "somepseudorandomlygeneratedbytes" */
    uint64_t v[4] = {k0 ^ 0x736F6D6570736575u, k1 ^ 0x646F72616E646F6Du, k0 ^ 0x6C7967656E657261u,
                     k1 ^ 0x7465646279746573u};
    for (; n >= 8; p += 8, n -= 8)
        xc_sip_add(v, xc_little_endian_long(p));
    for (size_t i = 0; i < n; i++)
        last |= (uint64_t)p[i] << (8 * i);
    xc_sip_add(v, last);
    v[2] ^= 0xFF;
    for (int i = 0; i < 3; i++)
        xc_sip_round(v);
    return (uint32_t)(v[0] ^ v[1] ^ v[2] ^ v[3]);
}
