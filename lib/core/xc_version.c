//go:build ignore

/* Versions as docs/evaluation.md defines them, which is not semantic
 * versioning: the patch may be missing, there is no build metadata, and a
 * pre-release is compared as one text, not part by part. Text that is not a
 * version is not an error; the condition then compares texts (xc_condition.c).
 *
 * Most versions have small parts and no pre-release. Those are packed into one
 * number when they are first read, so that comparing them is one
 * instruction. */

#include "xc_version.h"

/* Takes the digits from the start of the text. Returns false if there are
 * none. */
static bool xc_version_part(xc_text *text, xc_text *part)
{
    uint32_t i = 0, zeros = 0;
    while (i < text->n && text->p[i] >= '0' && text->p[i] <= '9')
        i++;
    while (zeros < i && text->p[zeros] == '0')
        zeros++;
    part->p = text->p + zeros;
    part->n = i - zeros;
    text->p += i;
    text->n -= i;
    return i > 0;
}

/* Takes one byte from the start of the text. Returns false if another one is
 * there. */
static bool xc_version_byte(xc_text *text, char byte)
{
    if (text->n == 0 || text->p[0] != byte)
        return false;
    text->p++;
    text->n--;
    return true;
}

/* Reports whether a text is a pre-release: runs of letters, digits, '_' and
 * '-', each with at most one dot after it. */
static bool xc_version_pre(xc_text text)
{
    bool after_run = false;
    for (uint32_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '.') {
            if (!after_run)
                return false;
            after_run = false;
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-') {
            after_run = true;
        } else {
            return false;
        }
    }
    return true;
}

XC_INTERNAL bool xc_version_parse(xc_text text, xc_version *version)
{
    version->part[2].p = text.p;
    version->part[2].n = 0;
    version->has_pre = false;
    version->pre.p = text.p;
    version->pre.n = 0;
    if (!xc_version_part(&text, &version->part[0]) || !xc_version_byte(&text, '.') ||
        !xc_version_part(&text, &version->part[1]))
        return false;
    if (text.n == 0)
        return true;
    if (!xc_version_byte(&text, '.') || !xc_version_part(&text, &version->part[2]))
        return false;
    if (text.n == 0)
        return true;
    if (!xc_version_byte(&text, '-') || !xc_version_pre(text))
        return false;
    version->has_pre = true;
    version->pre = text;
    return true;
}

XC_INTERNAL uint64_t xc_version_pack(const xc_version *version)
{
    uint64_t packed = 0;
    if (version->has_pre)
        return 0;
    for (int i = 0; i < 3; i++) {
        uint64_t part = 0;
        if (version->part[i].n > 6) /* a million fits 21 bits */
            return 0;
        for (uint32_t j = 0; j < version->part[i].n; j++)
            part = part * 10 + (uint64_t)(version->part[i].p[j] - '0');
        packed = packed << 21 | part;
    }
    return packed + 1;
}

XC_INTERNAL int xc_version_compare(const xc_version *a, const xc_version *b)
{
    for (int i = 0; i < 3; i++) {
        /* Without leading zeros, the longer number is larger. */
        if (a->part[i].n != b->part[i].n)
            return a->part[i].n < b->part[i].n ? -1 : 1;
        int order = xc_text_compare(a->part[i], b->part[i]);
        if (order != 0)
            return order;
    }
    if (a->has_pre != b->has_pre)
        return a->has_pre ? -1 : 1;
    return xc_text_compare(a->pre, b->pre);
}
