//go:build ignore

/* Flag configs repeat themselves: they have the same selectors, the same
 * metadata, and "on" and "off" in every flag. Reading such JSON again would
 * check it, copy it and look it up, only to find the same number. The cache
 * compares bytes instead. A few entries of each kind are enough, of which a new
 * one replaces the oldest, because flags that share JSON are usually close to
 * each other.
 *
 * An entry is valid JSON, and so are equal bytes, so a hit needs no check. */

#include "xc_cache.h"
#include "xc_hash.h"

XC_INTERNAL uint32_t xc_cache_get(xc_builder *b, int kind)
{
    const xc_cached *cached = XC_ITEMS(const xc_cached, b->cache) + kind * XC_CACHE_SIZE;
    size_t left = (size_t)(b->in.end - b->in.p);
    for (int i = 0; i < XC_CACHE_SIZE; i++) {
        xc_text json = cached[i].json;
        if (json.n == 0 || json.n > left || xc_tag(b->in.p, json.n) != cached[i].tag ||
            memcmp(json.p, b->in.p, json.n) != 0)
            continue;
        b->in.p += json.n;
        return cached[i].number;
    }
    return XC_NOTHING;
}

XC_INTERNAL void xc_cache_put(xc_builder *b, int kind, const char *start, uint32_t number)
{
    xc_cached *cached = XC_ITEMS(xc_cached, b->cache) + kind * XC_CACHE_SIZE + b->cache_puts[kind] % XC_CACHE_SIZE;
    /* A number may be the beginning of a longer number, so only values with a
     * closing byte are cached. */
    if (b->in.p - start > XC_CACHE_MAX_LENGTH || (*start != '"' && *start != '[' && *start != '{'))
        return;
    b->cache_puts[kind]++;
    cached->json.p = start;
    cached->json.n = (uint32_t)(b->in.p - start);
    cached->tag = xc_tag(start, cached->json.n);
    cached->number = number;
}
