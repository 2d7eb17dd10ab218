//go:build ignore

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

static void xc_murmur_add(xc_murmur *m, const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    uint32_t held = m->length % 4; /* bytes in the tail */
    m->length += (uint32_t)n;
    if (held > 0) {
        while (held < 4 && n > 0) {
            m->tail |= (uint32_t)*p++ << (8 * held++);
            n--;
        }
        if (held < 4)
            return;
        m->hash = xc_murmur_block(m->hash, m->tail);
        m->tail = 0;
    }
    for (; n >= 4; p += 4, n -= 4)
        m->hash = xc_murmur_block(m->hash, xc_little_endian(p));
    for (uint32_t i = 0; i < n; i++)
        m->tail |= (uint32_t)p[i] << (8 * i);
}

static uint32_t xc_murmur_end(const xc_murmur *m)
{
    uint32_t h = m->hash ^ xc_murmur_scramble(m->tail) ^ m->length; /* scrambling zero gives zero */
    h = (h ^ h >> 16) * 0x85EBCA6Bu;
    h = (h ^ h >> 13) * 0xC2B2AE35u;
    return h ^ h >> 16;
}

static uint32_t xc_hash(const char *p, size_t n, uint32_t seed)
{
    const uint64_t factor = 0x9E3779B97F4A7C15u; /* 2^64 by the golden ratio, an odd number with well spread bits */
    uint64_t h = (seed ^ (uint64_t)n) * factor, w;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&w, p, 8);
        h = (h ^ w) * factor;
        h ^= h >> 32;
    }
    if (n > 0) {
        w = 0;
        memcpy(&w, p, n);
        h = (h ^ w) * factor;
        h ^= h >> 32;
    }
    h *= factor;
    return (uint32_t)(h >> 32);
}
