//go:build ignore

/* xc_number_text: the text of a JSON number as it is compared with strings. */
#include "../experiment_core.c"

#include "xc_test.h"

static const struct {
    const char *token, *want;
} texts[] = {
    /* integers are their own text, even beyond float64; -0 is 0 */
    {"0", "0"},
    {"-0", "0"},
    {"7", "7"},
    {"-7", "-7"},
    {"1000000", "1000000"},
    {"-10", "-10"},
    {"9007199254740993", "9007199254740993"},
    {"12345678901234567890123456789", "12345678901234567890123456789"},
    {"-100000000000000000000000000", "-100000000000000000000000000"},
    /* whole numbers in other forms */
    {"1.0", "1"},
    {"1e0", "1"},
    {"1E0", "1"},
    {"1e6", "1000000"},
    {"100.0e-2", "1"},
    {"-1.0", "-1"},
    {"1.5e1", "15"},
    {"10.0", "10"},
    {"9007199254740993.0", "9007199254740992"},
    {"123456789012345678901.0", "123456789012345680000"},
    /* zeros that are not integers keep their sign, as in encoding/json */
    {"0.0", "0"},
    {"-0.0", "-0"},
    {"0e0", "0"},
    {"-0e5", "-0"},
    {"0.000e-400", "0"},
    {"-0e999999999999999999999", "-0"},
    {"1e-400", "0"},
    {"-1e-400", "-0"},
    {"2e-324", "0"},
    {"0.00000000000000000000000000000", "0"},
    /* fractions */
    {"0.1", "0.1"},
    {"4.5", "4.5"},
    {"-4.5", "-4.5"},
    {"4.50", "4.5"},
    {"0.10", "0.1"},
    {"1e-1", "0.1"},
    {"-25e-2", "-0.25"},
    {"3.14159", "3.14159"},
    {"0.30000000000000004", "0.30000000000000004"},
    {"0.1000000000000000055511151231257827", "0.1"},
    {"0.100000000000000000000", "0.1"},
    {"123456789012.345", "123456789012.345"},
    {"1234567890123.456", "1234567890123.456"},
    {"12345678901234.567", "12345678901234.566"},
    /* from 1e21 up with an exponent */
    {"1e20", "100000000000000000000"},
    {"1e21", "1e+21"},
    {"1.0e21", "1e+21"},
    {"-1e21", "-1e+21"},
    {"1e22", "1e+22"},
    {"999999999999999900000.0", "999999999999999900000"},
    {"999999999999999999999.0", "1e+21"},
    {"123456789012345678901234.0", "1.2345678901234569e+23"},
    {"1.25e100", "1.25e+100"},
    {"5e9", "5000000000"},
    /* below 1e-6 with an exponent of as few digits as possible */
    {"1e-6", "0.000001"},
    {"0.000001", "0.000001"},
    {"1e-7", "1e-7"},
    {"0.0000001", "1e-7"},
    {"-1e-07", "-1e-7"},
    {"0.00000099999", "9.9999e-7"},
    {"-0.12345", "-0.12345"},
    {"0.0000012", "0.0000012"},
    {"-0.0000005", "-5e-7"},
    {"1.5e-10", "1.5e-10"},
    {"1e-100", "1e-100"},
    {"0.00000099999999999999999999", "0.000001"},
    /* the ends of the range, where the digits given are too many */
    {"1.7976931348623157e308", "1.7976931348623157e+308"},
    {"1.79769313486231570e308", "1.7976931348623157e+308"},
    {"2.2250738585072014e-308", "2.2250738585072014e-308"},
    {"2.22507385850720138e-308", "2.2250738585072014e-308"},
    {"2.2250738585072011e-308", "2.225073858507201e-308"},
    {"4.9406564584124654e-324", "5e-324"},
    {"3e-324", "5e-324"},
    {"7.5e-324", "1e-323"},
    {"1.23456e-320", "1.2347e-320"},
    /* beyond float64 */
    {"1e400", "Infinity"},
    {"-1e400", "-Infinity"},
    {"1.7976931348623159e308", "Infinity"},
    {"1e999999999999999999999", "Infinity"},
    /* powers of two, where the interval is asymmetric; two shortest texts that
     * are equally near */
    {"9007199254740992.0", "9007199254740992"},
    {"18014398509481984.0", "18014398509481984"},
    {"4.503599627370496e15", "4503599627370496"},
    {"9.5367431640625e-7", "9.5367431640625e-7"},
    {"1125899906842624.25", "1125899906842624.2"},
    {"1125899906842624.75", "1125899906842624.8"},
    {"5.684341886080802e-14", "5.684341886080802e-14"},
    {"5.6843418860808015e-14", "5.684341886080802e-14"},
    /* a short text at the end of the interval belongs to the even neighbor, not
     * to the odd one */
    {"1e23", "1e+23"},
    {"9.999999999999999e22", "1e+23"},
    {"1.0000000000000001e23", "1.0000000000000001e+23"},
    {"7e22", "7e+22"},
    {"6.9999999999999996e22", "6.9999999999999996e+22"},
    {"7.0000000000000001e22", "7e+22"},
    {"5e22", "5e+22"},
    {"5.0000000000000004e22", "5.0000000000000004e+22"},
    /* the longest */
    {"-0.0000012345678901234567", "-0.0000012345678901234567"},
    {"-1.2345678901234567e-6", "-0.0000012345678901234567"},
};

static void test_text(void)
{
    for (size_t i = 0; i < COUNT(texts); i++) {
        size_t n = strlen(texts[i].token);
        char *token = exact_copy(texts[i].token, n);
        char *buffer = xc_test_allocate(XC_NUMBER_TEXT_MAX);
        const char *text;
        size_t length = xc_number_text(token, n, buffer, &text);
        CHECK(length == strlen(texts[i].want) && memcmp(text, texts[i].want, length) == 0, "%s: got %.*s, want %s",
              texts[i].token, (int)length, text, texts[i].want);
        CHECK(text == buffer || (text >= token && text + length <= token + n),
              "%s: the text is neither in the buffer nor in the token", texts[i].token);
        free(buffer);
        free(token);
    }
}

/* Integers and plain fractions are not copied, so they may be of any length. */
static void test_text_is_the_token(void)
{
    enum { LENGTH = 100000 };
    char *digits = xc_test_allocate(LENGTH);
    memset(digits, '9', LENGTH);
    digits[0] = '-';
    char buffer[XC_NUMBER_TEXT_MAX];
    const char *text;
    CHECK(xc_number_text(digits, LENGTH, buffer, &text) == LENGTH && text == digits, "a long integer is its own text");
    free(digits);

    CHECK(xc_number_text("4.5", 3, buffer, &text) == 3 && text != buffer, "a plain fraction is its own text");
}

/* For bytes that are not a JSON number the text is unspecified, but within its
 * bound. */
static void test_text_of_invalid_numbers(void)
{
    static const char *const tests[] = {"",    "-",   "+",    ".",  "-.",        "e",   "1e",
                                        "1.e", "--1", "+1.5", ".5", "-.0000001", "abc", "1.5x"};
    for (size_t i = 0; i < COUNT(tests); i++) {
        size_t n = strlen(tests[i]);
        char *token = exact_copy(tests[i], n);
        char *buffer = xc_test_allocate(XC_NUMBER_TEXT_MAX);
        const char *text;
        size_t length = xc_number_text(token, n, buffer, &text);
        CHECK((text == token && length <= n) || (text == buffer && length <= XC_NUMBER_TEXT_MAX), "\"%s\"", tests[i]);
        free(buffer);
        free(token);
    }
}

int main(void)
{
    test_text();
    test_text_is_the_token();
    test_text_of_invalid_numbers();
    return xc_test_end("number_text");
}
