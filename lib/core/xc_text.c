//go:build ignore

/* Comparing and unescaping texts.
 *
 * Texts are equal if their bytes are, and they are ordered by their bytes,
 * which for UTF-8 is the order of their runes; there is no locale and no
 * normalization. An empty text may be NULL, and C leaves memcmp undefined for
 * NULL even then, hence the checks. */

#include "xc_text.h"
#include "xc_json.h"

XC_INTERNAL int xc_text_compare(xc_text a, xc_text b)
{
    uint32_t n = a.n < b.n ? a.n : b.n;
    int order = n > 0 ? memcmp(a.p, b.p, n) : 0;
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

XC_INTERNAL bool xc_text_equal(xc_text a, xc_text b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

XC_INTERNAL bool xc_unescape_to(xc_scratch *scratch, xc_text raw, bool escaped, xc_text *text)
{
    char *copy;
    *text = raw;
    if (!escaped)
        return true;
    if ((copy = xc_scratch_alloc(scratch, raw.n)) == NULL)
        return false;
    text->n = (uint32_t)xc_unescape(raw, copy);
    text->p = copy;
    return true;
}
