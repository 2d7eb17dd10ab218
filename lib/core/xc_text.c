//go:build ignore

/* What the core does with texts whatever they mean. Equal texts are the same
 * bytes and order is the order of bytes, which for UTF-8 is that of the runes;
 * there is no locale and no normalization. A text may be NULL if it is empty,
 * and C leaves memcmp undefined for NULL even then, hence the checks. */

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
