//go:build ignore

/* xc_number_parse: which texts are numbers, of any length. How numbers are
 * rounded is tested in test_number_rounding.c. */
#include "numbers.h"

/* Checks that n bytes are not a number, and that nothing is stored for them. */
static void check_rejects(const char *text, size_t n)
{
    char *copy = exact_copy(text, n);
    double value = 123;
    bool ok = xc_number_parse(copy, n, &value);
    CHECK(!ok && value == 123, "\"%.*s\": got %d %g, want false and nothing stored", (int)n, text, ok, value);
    free(copy);
}

static const struct {
    const char *text;
    double want;
} accepted[] = {
    /* digits, with an optional point */
    {"5", 5},
    {"5.", 5},
    {".5", 0.5},
    {"5.5", 5.5},
    {"0", 0},
    {"007", 7},
    {"00.700", 0.7},
    {"142", 142},
    {"0.1", 0.1},
    {"4.5", 4.5},
    {".0", 0},
    {"0.", 0},
    /* an optional sign */
    {"+5", 5},
    {"-5", -5},
    {"+.5", 0.5},
    {"-.5", -0.5},
    {"-5.", -5},
    {"-0", -0.0},
    {"+0", 0},
    {"-0.0e5", -0.0},
    /* an optional exponent */
    {"1e3", 1000},
    {"1E3", 1000},
    {"1e+3", 1000},
    {"1e-3", 0.001},
    {"1.e3", 1000},
    {".1e3", 100},
    {"-2.5E-01", -0.25},
    {"1e0", 1},
    {"1e-0", 1},
    {"1e00000000000000000000000000003", 1000},
    {"0e0", 0},
    /* surrounding white space */
    {" 5", 5},
    {"5 ", 5},
    {"\t5\n", 5},
    {"\v\f\r 5 \r\f\v", 5},
    {" \n-1e1\t ", -10},
    /* where the fast path ends */
    {"9007199254740992", 9007199254740992.0},
    {"9007199254740994", 9007199254740994.0},
    {"1e22", 1e22},
    {"1e-22", 1e-22},
    {"9007199254740992e22", 0x1.0f0cf064dd592p126},
    {"1e23", 1e23},
    {"1e-23", 1e-23},
    {"9999999999999999999", 1e19},
    {"18446744073709551615", 0x1p64},
    {"18446744073709551616", 0x1p64},
    {"18446744073709551617", 0x1p64},
    {"0000000000000000000000000000012", 12},
    {"0.00000000000000000000000000000012", 1.2e-31},
    {"1.00000000000000000000000000000", 1},
    {"120000000000000000000000000000", 1.2e29},
};

static void test_accepted_grammar(void)
{
    for (size_t i = 0; i < COUNT(accepted); i++) {
        check_parses("grammar", accepted[i].text, strlen(accepted[i].text), bits_of(accepted[i].want));
    }
}

static const char *const rejected[] = {
    /* nothing, or no digits */
    "",
    " ",
    "\t\n\v\f\r ",
    "+",
    "-",
    ".",
    "+.",
    "-.",
    "e",
    "e5",
    ".e5",
    "-e5",
    "+-",
    " - ",
    /* signs */
    "--5",
    "++5",
    "+-5",
    "- 5",
    "5-",
    "5+",
    "5-3",
    /* points and exponents */
    "5..",
    "..5",
    "5.5.",
    "1.2.3",
    "1e",
    "1e+",
    "1e-",
    "1E ",
    "1e5.",
    "1e5.5",
    "1e+-5",
    "1e5e5",
    "1e 5",
    "1 e5",
    "1ee5",
    /* other ways to write numbers */
    "0x10",
    "0X1p3",
    "0b1",
    "0o7",
    "1p3",
    "inf",
    "Inf",
    "-inf",
    "infinity",
    "Infinity",
    "nan",
    "NaN",
    "1_000",
    "_1",
    "1,000",
    "1'000",
    /* suffixes and other text */
    "5f",
    "5d",
    "5L",
    "12px",
    "5%",
    "$5",
    "five",
    "1 2",
    "true",
    "null",
    "\"5\"",
    /* other white space, another digit, and the neighbors of 0 and 9 */
    "\u00A05",
    "5\u2003",
    "\2055",
    "\0345",
    "\u0665",
    "/",
    ":",
    "5:",
    "5/",
};

static void test_rejected_grammar(void)
{
    for (size_t i = 0; i < COUNT(rejected); i++) {
        check_rejects(rejected[i], strlen(rejected[i]));
    }
    check_rejects("5\0", 2);
    check_rejects("\0005", 2);
    double value = 123;
    CHECK(!xc_number_parse(NULL, 0, &value) && value == 123, "NULL is not a number");
}

static void test_every_prefix(void)
{
    static const char text[] = " -12.5e+30 ";
    static const char verdict[] = "nnnyyyynnyyy"; /* for the first 0, 1, 2 ... bytes */
    for (size_t n = 0; n < sizeof text; n++) {
        char *copy = exact_copy(text, n);
        double value;
        CHECK(xc_number_parse(copy, n, &value) == (verdict[n] == 'y'), "the first %zu bytes of \"%s\"", n, text);
        free(copy);
    }
}

#define LONG 100000

/* Checks what a text parses as that has LONG bytes of `fill` in the middle. */
static void check_parses_long(const char *before, char fill, const char *after, uint64_t want)
{
    size_t head = strlen(before), tail = strlen(after);
    char *text = xc_test_allocate(head + LONG + tail);
    memcpy(text, before, head);
    memset(text + head, fill, LONG);
    memcpy(text + head + LONG, after, tail);
    check_parses("100000 more bytes", text, head + LONG + tail, want);
    free(text);
}

static const struct {
    const char *before;
    char fill;
    const char *after;
    uint64_t want;
} long_numbers[] = {
    {"", '0', "", 0},
    {"", '0', "1", 0x3ff0000000000000},
    {"-", '0', ".0", NEGATIVE},
    {"", '9', "", INFINITE},
    {"-", '9', "", NEGATIVE | INFINITE},
    {"", '9', "e-100000", 0x3ff0000000000000},
    {"0.", '9', "", 0x3ff0000000000000},
    {"1", '0', "e-100000", 0x3ff0000000000000},
    {"1", '0', "e-99999", 0x4024000000000000},
    {"1", '0', "e-100324", 0},
    {"5", '0', "e-100324", 1},
    {"0.", '0', "1e100001", 0x3ff0000000000000},
    {"0.", '0', "1e100309", 0x7fe1ccf385ebc8a0},
    {"0.", '0', "1e100310", INFINITE},
    {"0.", '0', "5e99677", 1},
    {"0.", '0', "1e99676", 0},
    {".", '3', "", 0x3fd5555555555555},
    {"9007199254740993.", '0', "", 0x4340000000000000},
    {"9007199254740993.", '0', "1", 0x4340000000000001},
    {"9007199254740992.", '9', "", 0x4340000000000000},
    {"1.7976931348623158", '0', "e308", 0x7fefffffffffffff},
    {"1e", '0', "5", 0x40f86a0000000000},
    {"1e-", '0', "1", 0x3fb999999999999a},
    {"1e", '9', "", INFINITE},
    {"-1e+", '9', "", NEGATIVE | INFINITE},
    {"1e-", '9', "", 0},
    {"-1e-", '9', "", NEGATIVE},
    {"0e", '9', "", 0},
    {"", ' ', "7", 0x401c000000000000},
    {"7", '\n', "", 0x401c000000000000},
};

static void test_long_numbers(void)
{
    for (size_t i = 0; i < COUNT(long_numbers); i++) {
        check_parses_long(long_numbers[i].before, long_numbers[i].fill, long_numbers[i].after, long_numbers[i].want);
    }
}

int main(void)
{
    test_accepted_grammar();
    test_rejected_grammar();
    test_every_prefix();
    test_long_numbers();
    return xc_test_end("number");
}
