//go:build ignore

/* MurmurHash3 against published values, and SipHash against other
 * implementations. */
#include "xc_test.h"

#include "../xc_hash.c"

/* Returns the MurmurHash3 of n bytes, with seed 0. */
static uint32_t murmur(const char *text, size_t n)
{
    xc_murmur m;
    memset(&m, 0, sizeof m);
    xc_murmur_add(&m, text, n);
    return xc_murmur_end(&m);
}

/* The check of the reference implementation (SMHasher by Austin Appleby, public
 * domain): the hashes of the keys {}, {0}, {0,1}, ... {0,...,254} with the
 * seeds 256, 255, ..., concatenated, hash to a known number. Only this test
 * uses seeds. */
static void test_murmur_verification(void)
{
    char key[256], hashes[256 * 4];
    for (uint32_t i = 0; i < 256; i++) {
        xc_murmur m = {256 - i, 0, 0};
        uint32_t hash;
        key[i] = (char)i;
        xc_murmur_add(&m, key, i);
        hash = xc_murmur_end(&m);
        for (int b = 0; b < 4; b++)
            hashes[4 * i + (uint32_t)b] = (char)(hash >> (8 * b));
    }
    CHECK(murmur(hashes, sizeof hashes) == 0xB0F57EE3u, "SMHasher's verification value of MurmurHash3_x86_32");
}

/* The first four are from Wikipedia's article "MurmurHash", the others from the
 * tests of the Go package github.com/spaolacci/murmur3. */
static void test_murmur_vectors(void)
{
    static const struct {
        const char *text;
        uint32_t want;
    } cases[] = {
        {"", 0},
        {"test", 0xBA6BD213u},
        {"Hello, world!", 0xC0363E43u},
        {"The quick brown fox jumps over the lazy dog", 0x2E4FF723u},
        {"hello", 0x248BFA47u},
        {"hello, world", 0x149BBB7Fu},
        {"19 Jan 2038 at 3:14:07 AM", 0xE31E8A70u},
        {"The quick brown fox jumps over the lazy dog.", 0xD5C48BFCu},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK(murmur(cases[i].text, strlen(cases[i].text)) == cases[i].want, "%s: got %08X", cases[i].text,
              (unsigned)murmur(cases[i].text, strlen(cases[i].text)));
}

/* A text in three pieces, split anywhere, as a salt, a slash and a value
 * are. */
static void test_murmur_in_pieces(void)
{
    const char *text = "a salt of some length/and then a value";
    size_t n = strlen(text);
    uint32_t want = murmur(text, n);
    for (size_t i = 0; i <= n; i++)
        for (size_t j = i; j <= n; j++) {
            xc_murmur m;
            memset(&m, 0, sizeof m);
            xc_murmur_add(&m, text, i);
            xc_murmur_add(&m, text + i, j - i);
            xc_murmur_add(&m, text + j, n - j);
            CHECK(xc_murmur_end(&m) == want, "split at %zu and %zu", i, j);
        }
}

/* CPython 3.11 hashes bytes with SipHash-1-3, with an all-zero key if
 * PYTHONHASHSEED is 0. These are the low halves of its hash() of each text. */
static void test_sip_vectors(void)
{
    static const uint64_t key[2] = {0, 0};
    static const struct {
        const char *text;
        uint32_t want;
    } cases[] = {
        {"a", 0xB89B1813u},
        {"abc", 0x042630F2u},
        {"1234567", 0x94FDAE81u},
        {"12345678", 0x30560A87u},
        {"123456789", 0x07965FCFu},
        {"user_properties", 0xA102EF0Eu},
        {"0123456789abcdef", 0x7E060C24u},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK(xc_hash(key, 0, cases[i].text, strlen(cases[i].text)) == cases[i].want, "%s: got %08X", cases[i].text,
              (unsigned)xc_hash(key, 0, cases[i].text, strlen(cases[i].text)));
}

/* The empty text with the authors' key 00 01 ... 0f: the low half of
 * dcc40f055801acab, the first vector of SipHash-1-3 in the tests of Rust's
 * standard library. */
static void test_sip_key(void)
{
    static const uint64_t key[2] = {0x0706050403020100u, 0x0F0E0D0C0B0A0908u};
    CHECK(xc_hash(key, 0, NULL, 0) == 0x050FC4DCu, "got %08X", (unsigned)xc_hash(key, 0, NULL, 0));
    CHECK(xc_hash(key, 7, "a", 1) != xc_hash(key, 8, "a", 1), "equal texts in different places");
}

int main(void)
{
    test_murmur_verification();
    test_murmur_vectors();
    test_murmur_in_pieces();
    test_sip_vectors();
    test_sip_key();
    return xc_test_end("hash");
}
