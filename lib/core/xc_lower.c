//go:build ignore

/* Most text is ASCII and is lowered eight bytes at a time. A longer rune is
 * decoded and looked up; if it has no lower case of its own, its bytes are
 * copied.
 *
 * The table is generated from Go's unicode package, so the core lowers text
 * exactly as Go does, independent of locale and libc. It lists ranges, with a
 * step of 2 where upper and lower case alternate, and is searched by
 * bisection. */
#include "xc_lower.h"
#include "xc_lower_table.h"

/* The same byte, eight times. */
#define XC_LOWER_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Lowers eight ASCII bytes, in any byte order: no addition carries into the
 * next byte. The high bit of a sum is set if its byte reached the bound. */
static uint64_t xc_lower_word(uint64_t word)
{
    uint64_t from_a = word + XC_LOWER_EACH(0x80 - 'A');
    uint64_t beyond_z = word + XC_LOWER_EACH(0x80 - 'Z' - 1);
    uint64_t upper = (from_a & ~beyond_z) & XC_LOWER_EACH(0x80);
    return word + (upper >> 2); /* 0x80 >> 2 is 'a' - 'A' */
}

/* Returns the lower case of a rune, or the rune itself. */
static uint32_t xc_lower_rune(uint32_t rune)
{
    size_t low = 0;
    size_t high = sizeof xc_lower_table / sizeof xc_lower_table[0];
    while (low < high) { /* ranges below low start at or before rune, ranges from high on start after it */
        size_t middle = (low + high) / 2;
        if (xc_lower_table[middle].first <= rune) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return rune;
    }
    const xc_lower_range *range = &xc_lower_table[low - 1];
    uint32_t offset = rune - range->first;
    if (offset > range->span || offset % range->step != 0) {
        return rune;
    }
    return (uint32_t)((int32_t)rune + range->delta);
}

/* Returns the length of a rune that starts with this byte; 1 if no rune
 * does. */
static size_t xc_lower_rune_length(unsigned char lead)
{
    if (lead < 0xc0) {
        return 1;
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 1;
}

/* Decodes a rune of `length` bytes, from 2 on. */
static uint32_t xc_lower_decode(const char *in, size_t length)
{
    uint32_t rune = (unsigned char)in[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        rune = rune << 6 | ((unsigned char)in[i] & 0x3fU);
    }
    return rune;
}

/* Writes a rune as UTF-8 and returns its length. */
static size_t xc_lower_encode(uint32_t rune, char *out)
{
    if (rune < 0x80) {
        out[0] = (char)rune;
        return 1;
    }
    size_t length = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(unsigned char)(0x80 | (rune & 0x3f));
        rune >>= 6;
    }
    out[0] = (char)(unsigned char)((0xf00U >> length & 0xff) | rune);
    return length;
}

XC_INTERNAL size_t xc_lower(const char *in, size_t n, char *out)
{
    if (n == 0) {
        return 0; /* no arithmetic on NULL */
    }
    char *start = out;
    const char *end = in + n;
    while (in < end) {
        uint64_t word;
        if ((size_t)(end - in) >= sizeof word) {
            memcpy(&word, in, sizeof word);
            if ((word & XC_LOWER_EACH(0x80)) == 0) {
                word = xc_lower_word(word);
                memcpy(out, &word, sizeof word);
                in += sizeof word;
                out += sizeof word;
                continue;
            }
        }

        size_t length = xc_lower_rune_length((unsigned char)*in);
        if (length > (size_t)(end - in)) {
            length = 1;
        }
        if (length == 1) {
            char c = *in++;
            *out++ = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
            continue;
        }
        uint32_t rune = xc_lower_decode(in, length);
        uint32_t lower = xc_lower_rune(rune);
        if (lower != rune) {
            out += xc_lower_encode(lower, out);
        } else {
            memcpy(out, in, length);
            out += length;
        }
        in += length;
    }
    return (size_t)(out - start);
}
