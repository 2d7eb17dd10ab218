//go:build ignore

/* Flag configs repeat themselves: the same selectors, the same metadata, "on"
 * and "off" in every flag. Reading such JSON again would check it, copy it and
 * look it up again, only to arrive at the same number. The cache compares bytes
 * instead: a few entries of each kind, the oldest of which gives way, are
 * enough, since flags that share JSON are usually written one after the other.
 *
 * An entry is valid JSON, so what equals it is, too; that is why a hit needs no
 * check. */

#include "xc_cache.h"

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
    /* A number may be the beginning of another number; nothing else has
     * that. */
    if (b->in.p - start > XC_CACHE_MAX_LENGTH || (*start != '"' && *start != '[' && *start != '{'))
        return;
    b->cache_puts[kind]++;
    cached->json.p = start;
    cached->json.n = (uint32_t)(b->in.p - start);
    cached->tag = xc_tag(start, cached->json.n);
    cached->number = number;
}
