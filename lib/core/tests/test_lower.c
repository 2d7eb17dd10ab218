//go:build ignore

/* xc_lower: lower case of Unicode, within the bound that the header states. */
#include "xc_test.h"

#include "../xc_lower.c"

_Static_assert(sizeof xc_lower_table < 4096, "the table is larger than 4 KiB");

/* Checks the lower case of n bytes. The output has room for the bound, and all
 * buffers have their exact sizes. */
static void check_lower(const char *name, const char *in, size_t n, const char *want, size_t want_length)
{
    size_t room = n * XC_LOWER_GROWTH_NUM / XC_LOWER_GROWTH_DEN;
    char *from = exact_copy(in, n);
    char *to = xc_test_allocate(room);
    size_t got = xc_lower(from, n, to);
    CHECK(got == want_length && memcmp(to, want, got) == 0, "%s: got %zu bytes: %.*s", name, got, (int)got, to);
    free(from);
    free(to);
}

static void test_named_texts(void)
{
    static const struct {
        const char *name, *in, *want;
    } tests[] = {
        {"empty", "", ""},
        {"lower case stays", "hello, world", "hello, world"},
        {"upper case", "HELLO, WORLD", "hello, world"},
        {"the neighbors of A and Z stay", "@A`aZ[z{@A`aZ[z{", "@a`az[z{@a`az[z{"},
        {"digits, signs and controls stay", "0123456789 !\x7f\x01_-+=~^]\\", "0123456789 !\x7f\x01_-+=~^]\\"},
        {"German", "STRA\u1E9EE \u00C4\u00D6\u00DC\u00DF", "stra\u00DFe \u00E4\u00F6\u00FC\u00DF"},
        {"French", "\u00C9T\u00C9 \u0152UVRE", "\u00E9t\u00E9 \u0153uvre"},
        {"Cyrillic", "\u041C\u043E\u0441\u043A\u0432\u0410 \u0401", "\u043C\u043E\u0441\u043A\u0432\u0430 \u0451"},
        {"Greek, where the final sigma is like any other", "\u03A3\u0391\u03A3", "\u03C3\u03B1\u03C3"},
        {"titlecase and uppercase digraphs", "\u01C4\u01C5\u01C6", "\u01C6\u01C6\u01C6"},
        {"dotted I loses its dot", "\u0130", "i"},
        {"Kelvin, Angstrom and Ohm signs shrink", "\u212A\u212B\u2126", "k\u00E5\u03C9"},
        {"runes that grow", "\u023A\u023E\u023A\u023E", "\u2C65\u2C66\u2C65\u2C66"},
        {"runes that shrink in a row", "\u2C62\u2C64\uA78D", "\u026B\u027D\u0265"},
        {"Cherokee maps far away", "\u13A0", "\uAB70"},
        {"beyond the first plane", "\U00010400\U0001E900", "\U00010428\U0001E922"},
        {"multiplication and division signs stay", "\u00D7\u00F7", "\u00D7\u00F7"},
        {"no case", "\u65E5\u672C\u8A9E \u0627 \U0001F600", "\u65E5\u672C\u8A9E \u0627 \U0001F600"},
        {"upper and lower case alternate", "\u0100\u0101\u0102\u0103", "\u0101\u0101\u0103\u0103"},
        {"combining marks stay", "E\u0301", "e\u0301"},
        {"the first rune beyond ASCII and the last of all", "\302\200A\U0010FFFF", "\302\200a\U0010FFFF"},
    };
    for (size_t i = 0; i < COUNT(tests); i++) {
        check_lower(tests[i].name, tests[i].in, strlen(tests[i].in), tests[i].want, strlen(tests[i].want));
    }
    check_lower("bytes of value zero", "A\0B\0C\0D\0E\0", 10, "a\0b\0c\0d\0e\0", 10);
}

/* Each ASCII byte at each position of a word and of the bytes after it. */
static void test_every_ascii_byte_everywhere(void)
{
    for (int c = 0; c < 0x80; c++) {
        for (size_t at = 0; at < 20; at++) {
            char in[20], want[20];
            memset(in, 'M', sizeof in);
            memset(want, 'm', sizeof want);
            in[at] = (char)c;
            want[at] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
            check_lower("an ASCII byte", in, sizeof in, want, sizeof want);
        }
    }
}

/* A rune that grows, at each distance from both ends. */
static void test_growth_at_every_offset(void)
{
    for (size_t before = 0; before < 18; before++) {
        for (size_t after = 0; after < 18; after++) {
            char in[40], want[40];
            memset(in, 'M', sizeof in);
            memset(want, 'm', sizeof want);
            memcpy(in + before, "\u023A", 2);
            memcpy(want + before, "\u2C65", 3);
            check_lower("a rune that grows", in, before + 2 + after, want, before + 3 + after);
        }
    }
}

/* Bytes that are not UTF-8 are kept or become others, within the bound. */
static void test_invalid_text(void)
{
    static const struct {
        const char *name, *in, *want;
    } tests[] = {
        {"cut after the first of two", "AB\xC8", "ab\xC8"},
        {"cut after two of three", "AB\xE2\x84", "ab\xE2\x84"},
        {"cut after three of four", "AB\xF0\x90\x90", "ab\xF0\x90\x90"},
        /* octal, since a hex escape takes letters that follow it */
        {"a continuation alone", "A\200\277B", "a\200\277b"},
        {"bytes that never occur", "A\370\377B", "a\370\377b"},
        {"a byte that never occurs, before letters", "\370ABC\377ABC", "\370abc\377abc"},
        {"an overlong A", "\xC1\x81", "\xC1\x81"},
        {"beyond the last rune", "\xF7\xBF\xBF\xBF", "\xF7\xBF\xBF\xBF"},
    };
    for (size_t i = 0; i < COUNT(tests); i++) {
        check_lower(tests[i].name, tests[i].in, strlen(tests[i].in), tests[i].want, strlen(tests[i].want));
    }
    /* All pairs of bytes, which only have to stay within the bound. */
    for (int pair = 0; pair < 0x10000; pair++) {
        char in[2] = {(char)(unsigned char)(pair >> 8), (char)(unsigned char)(pair & 0xff)};
        char *out = xc_test_allocate(3);
        size_t got = xc_lower(in, 2, out);
        CHECK(got >= 1 && got <= 3, "%04x: %zu bytes", (unsigned)pair, got);
        free(out);
    }
}

int main(void)
{
    test_named_texts();
    test_every_ascii_byte_everywhere();
    test_growth_at_every_offset();
    test_invalid_text();
    CHECK(xc_lower(NULL, 0, NULL) == 0, "no bytes");
    return xc_test_end("lower");
}
