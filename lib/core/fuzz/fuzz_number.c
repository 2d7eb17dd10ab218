//go:build ignore

/* Compares parsed numbers with the C library's strtod, which rounds correctly,
 * and checks the text of numbers and the bound of lower case. */
#include "fuzz.h"

#include <math.h>

/* Reports whether n bytes are digits, signs, points and e, which strtod and the
 * core read alike; strtod also takes hexadecimal numbers, infinity and NaN. */
static bool is_plain(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((text[i] < '0' || text[i] > '9') && memchr("+-.eE", text[i], 5) == NULL)
            return false;
    return true;
}

/* Checks the number and the text of n bytes. */
static void check_number(const char *text, size_t n)
{
    char *terminated = malloc(n + 1), *end, buffer[XC_NUMBER_TEXT_MAX + 1];
    const char *written;
    double value, other, back;
    bool is_number;
    size_t length;
    if (n > 0)
        memcpy(terminated, text, n);
    terminated[n] = '\0';
    is_number = xc_number_parse(text, n, &value);
    if (is_plain(text, n)) {
        other = strtod(terminated, &end);
        REQUIRE(is_number == (n > 0 && end == terminated + n));
        REQUIRE(!is_number || memcmp(&value, &other, sizeof value) == 0);
    }
    length = xc_number_text(text, n, buffer, &written); /* safe even if the text is not a number */
    if (fuzz_is_json(text, n) && n > 0 && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) && !isinf(value)) {
        REQUIRE(length <= n || length <= XC_NUMBER_TEXT_MAX);
        REQUIRE(xc_number_parse(written, length, &back) && back == value);
    }
    free(terminated);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size), *out = malloc(size + size / 2 + 1);
    REQUIRE(xc_lower(text, size, out) <= size + size / 2);
    check_number(text, size);
    free(out);
    free(text);
    return 0;
}
