//go:build ignore

/* Numbers against the C library's strtod, which rounds correctly; and lower case
 * within its bound. */
#include "fuzz.h"

#include <math.h>

/* Does the core's grammar take this text? Only then does strtod's answer count. */
static bool is_plain(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((text[i] < '0' || text[i] > '9') && memchr("+-.eE", text[i], 5) == NULL)
            return false;
    return true;
}

static void check_number(const char *text, size_t n)
{
    char *terminated = malloc(n + 1), *end, buffer[XC_NUMBER_TEXT_MAX + 1];
    const char *written;
    double mine, other, back;
    bool is_number;
    size_t length;
    if (n > 0)
        memcpy(terminated, text, n);
    terminated[n] = '\0';
    is_number = xc_number_parse(text, n, &mine);
    if (is_plain(text, n)) {
        other = strtod(terminated, &end);
        REQUIRE(is_number == (n > 0 && end == terminated + n));
        REQUIRE(!is_number || memcmp(&mine, &other, sizeof mine) == 0);
    }
    length = xc_number_text(text, n, buffer, &written); /* safe for what is no number, too */
    if (fuzz_is_json(text, n) && n > 0 && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) && !isinf(mine)) {
        REQUIRE(length <= n || length <= XC_NUMBER_TEXT_MAX);
        REQUIRE(xc_number_parse(written, length, &back) && back == mine);
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
