//go:build ignore

#include "xc_test.h"

#include "../xc_number.c"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define INFINITE UINT64_C(0x7ff0000000000000)
#define NEGATIVE (UINT64_C(1) << 63)

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* A copy of its exact size, so that the sanitizer sees a read past the end. */
static char *exact_copy(const char *text, size_t n)
{
    char *copy = malloc(n > 0 ? n : 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, text, n);
    return copy;
}

static void parses(const char *name, const char *text, size_t n, uint64_t want)
{
    char *copy = exact_copy(text, n);
    double value = 0;
    bool ok = xc_number_parse(copy, n, &value);
    CHECK(ok && bits_of(value) == want, "%s: %.*s: got %d %016llx, want %016llx", name, n < 80 ? (int)n : 80, text, ok,
          (unsigned long long)bits_of(value), (unsigned long long)want);
    free(copy);
}

static void rejects(const char *text, size_t n)
{
    char *copy = exact_copy(text, n);
    double value = 123;
    bool ok = xc_number_parse(copy, n, &value);
    CHECK(!ok && value == 123, "\"%.*s\": got %d %g, want false and nothing stored", (int)n, text, ok, value);
    free(copy);
}

static void test_accepted_grammar(void)
{
    static const struct {
        const char *text;
        double want;
    } tests[] = {
        /* digits, with an optional point */
        {"5", 5}, {"5.", 5}, {".5", 0.5}, {"5.5", 5.5}, {"0", 0}, {"007", 7}, {"00.700", 0.7}, {"142", 142},
        {"0.1", 0.1}, {"4.5", 4.5}, {".0", 0}, {"0.", 0},
        /* an optional sign */
        {"+5", 5}, {"-5", -5}, {"+.5", 0.5}, {"-.5", -0.5}, {"-5.", -5}, {"-0", -0.0}, {"+0", 0}, {"-0.0e5", -0.0},
        /* an optional exponent */
        {"1e3", 1000}, {"1E3", 1000}, {"1e+3", 1000}, {"1e-3", 0.001}, {"1.e3", 1000}, {".1e3", 100}, {"-2.5E-01", -0.25},
        {"1e0", 1}, {"1e-0", 1}, {"1e00000000000000000000000000003", 1000}, {"0e0", 0},
        /* white space around it */
        {" 5", 5}, {"5 ", 5}, {"\t5\n", 5}, {"\v\f\r 5 \r\f\v", 5}, {" \n-1e1\t ", -10},
        /* where the fast path ends */
        {"9007199254740992", 9007199254740992.0}, {"9007199254740994", 9007199254740994.0},
        {"1e22", 1e22}, {"1e-22", 1e-22}, {"9007199254740992e22", 0x1.0f0cf064dd592p126}, {"1e23", 1e23}, {"1e-23", 1e-23},
        {"9999999999999999999", 1e19}, {"18446744073709551615", 0x1p64}, {"18446744073709551616", 0x1p64},
        {"18446744073709551617", 0x1p64}, {"0000000000000000000000000000012", 12},
        {"0.00000000000000000000000000000012", 1.2e-31}, {"1.00000000000000000000000000000", 1},
        {"120000000000000000000000000000", 1.2e29},
    };
    for (size_t i = 0; i < COUNT(tests); i++) {
        parses("grammar", tests[i].text, strlen(tests[i].text), bits_of(tests[i].want));
    }
}

static void test_rejected_grammar(void)
{
    static const char *const tests[] = {
        /* nothing, or no digits */
        "", " ", "\t\n\v\f\r ", "+", "-", ".", "+.", "-.", "e", "e5", ".e5", "-e5", "+-", " - ",
        /* signs */
        "--5", "++5", "+-5", "- 5", "5-", "5+", "5-3",
        /* points and exponents */
        "5..", "..5", "5.5.", "1.2.3", "1e", "1e+", "1e-", "1E ", "1e5.", "1e5.5", "1e+-5", "1e5e5", "1e 5", "1 e5", "1ee5",
        /* other ways to write numbers */
        "0x10", "0X1p3", "0b1", "0o7", "1p3", "inf", "Inf", "-inf", "infinity", "Infinity", "nan", "NaN", "1_000", "_1", "1,000",
        "1'000",
        /* suffixes and other text */
        "5f", "5d", "5L", "12px", "5%", "$5", "five", "1 2", "true", "null", "\"5\"",
        /* white space that is not ASCII, and not quite digits */
        "\xC2\xA0" "5", "5\xE2\x80\x83", "\x85" "5", "\x1C" "5", "\xD9\xA5", "/", ":", "5:", "5/",
    };
    for (size_t i = 0; i < COUNT(tests); i++) {
        rejects(tests[i], strlen(tests[i]));
    }
    rejects("5\0", 2);
    rejects("\0" "5", 2);
    double value = 123;
    CHECK(!xc_number_parse(NULL, 0, &value) && value == 123, "null is no number");
}

static void test_every_prefix(void)
{
    static const char text[] = " -12.5e+30 ";
    static const char verdict[] = "nnnyyyynnyyy"; /* for 0, 1, 2 ... bytes of it */
    for (size_t n = 0; n < sizeof text; n++) {
        char *copy = exact_copy(text, n);
        double value;
        CHECK(xc_number_parse(copy, n, &value) == (verdict[n] == 'y'), "the first %zu bytes of \"%s\"", n, text);
        free(copy);
    }
}

static void test_rounding(void)
{
    static const struct {
        const char *text;
        uint64_t want;
    } tests[] = {
        /* around 2^53, where only even integers are left */
        {"9007199254740991", 0x433fffffffffffff}, {"9007199254740992", 0x4340000000000000},
        {"9007199254740993", 0x4340000000000000}, {"9007199254740993.0", 0x4340000000000000},
        {"9007199254740993.00000000000000000001", 0x4340000000000001}, {"9007199254740995", 0x4340000000000002},
        {"900719925474099300000e-5", 0x4340000000000000}, {"900719925474099300001e-5", 0x4340000000000001},
        {"-9007199254740993", NEGATIVE | 0x4340000000000000},
        {"9007199254740991.4999999999999999999999999999999995", 0x433fffffffffffff},
        {"9007199254740991.5", 0x4340000000000000},
        /* halfway above 1: even is below; above its neighbour: even is above */
        {"1.00000000000000011102230246251565404236316680908203124", 0x3ff0000000000000},
        {"1.00000000000000011102230246251565404236316680908203125", 0x3ff0000000000000},
        {"1.00000000000000011102230246251565404236316680908203126", 0x3ff0000000000001},
        {"0.500000000000000166533453693773481063544750213623046875", 0x3fe0000000000002},
        {"3.518437208883201171875e13", 0x42c0000000000002},
        /* the largest double, and halfway to the next power of two */
        {"1.7976931348623157e308", 0x7fefffffffffffff}, {"1.7976931348623158e308", 0x7fefffffffffffff},
        {"1.7976931348623159e308", INFINITE}, {"-1.7976931348623159e308", NEGATIVE | INFINITE},
        {"1e309", INFINITE}, {"1e310", INFINITE}, {"-1e400", NEGATIVE | INFINITE}, {"2e308", INFINITE},
        {"0.000001e315", INFINITE}, {"1e308", 0x7fe1ccf385ebc8a0},
        /* the least normal and the largest subnormal; these two once hung Java and PHP */
        {"2.2250738585072014e-308", 0x0010000000000000}, {"2.2250738585072012e-308", 0x0010000000000000},
        {"2.2250738585072011e-308", 0x000fffffffffffff},
        /* subnormals, down to zero */
        {"6.631236846766476e-316", 0x0000000008000000}, {"6.631236871469758e-316", 0x0000000008000000},
        {"1e-323", 2}, {"5e-324", 1}, {"4.9406564584124654e-324", 1}, {"3e-324", 1}, {"2.4703282292062328e-324", 1},
        {"2.4703282292062327e-324", 0}, {"2e-324", 0}, {"1e-324", 0}, {"9.9e-325", 0}, {"1e-400", 0}, {"-1e-400", NEGATIVE},
        {"7.4109846876186981e-324", 1}, {"7.4109846876186982e-324", 2},
        /* close to halfway, by a hair */
        {"1e23", 0x44b52d02c7e14af6}, {"8.41e21", 0x447c7e83209e90b2},
        {"1090544144181609348671888949248", 0x462b8779f2474dfa}, {"1090544144181609348835077142190", 0x462b8779f2474dfb},
        {"62.5364939768271845828", 0x404f44abd5aa7ca4}, {"8.10109172351e-10", 0x3e0bd5cbaef0fd0c},
        /* hard cases for 53 bits, from V. Paxson, "A program for testing IEEE decimal-binary conversion", 1991 */
        {"5e125", 0x5a07a2ecc414a03f}, {"69e267", 0x77c0b7cb60c994da}, {"999e-026", 0x3b282782afe1869e},
        {"7861e-034", 0x39afe3544145e9d8}, {"75569e-254", 0x0c35a462d91c6ab3}, {"928609e-261", 0x0afbe2dd66200bef},
        {"9210917e080", 0x51fda232347e6032}, {"84863171e114", 0x59406e98f5ec8f37}, {"653777767e273", 0x7a720223f2b3a881},
        {"5232604057e-298", 0x041465b896c24520}, {"27235667517e-109", 0x2b77d41824d64fb2},
        {"653532977297e-123", 0x28d925a0aabcdc68}, {"3142213164987e-294", 0x057d3409dfbca26f},
        {"46202199371337e-072", 0x33d28f9edfbd341f}, {"231010996856685e-073", 0x33c28f9edfbd341f},
        {"9324754620109615e+212", 0x6f43ae60753af6ca}, {"78459735791271921e+049", 0x4d9dcd0089c1314e},
        {"272104041512242479e+200", 0x6d13bbb4bf05f087}, {"6802601037806061975e+198", 0x6cf3bbb4bf05f087},
        {"20505426358836677347e-221", 0x161012954b6aabba}, {"836168422905420598437e-234", 0x13b20403a628a9ca},
        {"4891559871276714924261e+222", 0x7286ecaf7694a3c7},
        /* exponents that do not fit an integer type, or would wrap around to a small one */
        {"1e2147483648", INFINITE}, {"1e-2147483649", 0}, {"1e4294967297", INFINITE}, {"1e-4294967297", 0},
        {"1e9223372036854775808", INFINITE}, {"1e-9223372036854775809", 0}, {"1e18446744073709551617", INFINITE},
        {"1e-18446744073709551617", 0}, {"0e99999999999999999999", 0}, {"-0e-99999999999999999999", NEGATIVE},
    };
    for (size_t i = 0; i < COUNT(tests); i++) {
        parses("rounding", tests[i].text, strlen(tests[i].text), tests[i].want);
    }
}

/* ---- Halfway points, digit for digit ---- */

#define POINT_PLACES 1076
#define POINT_MAX (320 + POINT_PLACES)

/* Writes the number halfway between two doubles in full; returns its length. */
static size_t halfway(double a, double b, char out[POINT_MAX + 1])
{
    char other[POINT_MAX + 1];
    /* The places of the smallest doubles, and one more for the half; the same width for both. */
    int length = snprintf(out, POINT_MAX + 1, "%0*.*f", POINT_MAX, POINT_PLACES, a);
    CHECK(length == POINT_MAX, "%d", length);
    snprintf(other, sizeof other, "%0*.*f", POINT_MAX, POINT_PLACES, b);
    int carry = 0;
    for (size_t i = POINT_MAX; i-- > 0;) {
        if (out[i] != '.') {
            int sum = out[i] + other[i] - 2 * '0' + carry;
            out[i] = (char)('0' + sum % 10);
            carry = sum / 10;
        }
    }
    for (size_t i = 0; i < POINT_MAX; i++) {
        if (out[i] != '.') {
            int sum = 10 * carry + out[i] - '0';
            out[i] = (char)('0' + sum / 2);
            carry = sum % 2;
        }
    }
    size_t n = POINT_MAX;
    while (out[n - 1] == '0') {
        n--;
    }
    return n;
}

static void test_halfway_points(void)
{
    static const double lower[] = {
        0, 0x1p-1074, 0x2p-1074, 0x123456789p-1074, 0x0.fffffffffffffp-1022, 0x1p-1022, 0x1.ffffffffffffep-1022,
        0x1.fffffffffffffp-1022, 0x1.921fb54442d18p-300, 0x1.fffffffffffffp-1, 1, 0x1.0000000000001p0,
        0x1.5555555555555p2, 0x1.fffffffffffffp52, 0x1p53, 0x1.2345678912345p300, 0x1.ffffffffffffdp1023,
        0x1.ffffffffffffep1023,
    };
    for (size_t i = 0; i < COUNT(lower); i++) {
        uint64_t below = bits_of(lower[i]);
        uint64_t above = below + 1;
        double upper;
        memcpy(&upper, &above, sizeof upper);
        char text[POINT_MAX + 1 + 40];
        size_t n = halfway(lower[i], upper, text);

        parses("halfway, to the even one", text, n, below % 2 == 0 ? below : above);

        size_t more = n;
        if (text[n - 1] == '.') {
            text[more++] = '0';
        }
        memset(text + more, '0', 30);
        text[more + 29] = '1';
        parses("just above halfway", text, more + 30, above);

        if (text[n - 1] != '.') {
            text[n - 1]--;
            memset(text + n, '9', 30);
            parses("just below halfway", text, n + 30, below);
        }
    }
}

/* The number with most digits that matter: 768, and the sticky one. */
static void test_most_digits(void)
{
    char text[POINT_MAX + 1];
    size_t n = halfway(0x1.ffffffffffffep-1022, 0x1.fffffffffffffp-1022, text);
    char *digits = text;
    while (*digits == '0' || *digits == '.') {
        digits++;
        n--;
    }
    CHECK(n == 768, "%zu digits", n);
}

/* ---- Texts of any length ---- */

#define LONG 100000

/* before, LONG times fill, after */
static void parses_long(const char *before, char fill, const char *after, uint64_t want)
{
    size_t head = strlen(before), tail = strlen(after);
    char *text = malloc(head + LONG + tail);
    if (text == NULL) {
        abort();
    }
    memcpy(text, before, head);
    memset(text + head, fill, LONG);
    memcpy(text + head + LONG, after, tail);
    parses("100000 more bytes", text, head + LONG + tail, want);
    free(text);
}

static void test_long_texts(void)
{
    static const struct {
        const char *before;
        char fill;
        const char *after;
        uint64_t want;
    } tests[] = {
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
    for (size_t i = 0; i < COUNT(tests); i++) {
        parses_long(tests[i].before, tests[i].fill, tests[i].after, tests[i].want);
    }
}

/* ---- Text ---- */

static void test_text(void)
{
    static const struct {
        const char *token, *want;
    } tests[] = {
        /* integers are their own text, also beyond float64; -0 is 0 */
        {"0", "0"}, {"-0", "0"}, {"7", "7"}, {"-7", "-7"}, {"1000000", "1000000"}, {"-10", "-10"},
        {"9007199254740993", "9007199254740993"}, {"12345678901234567890123456789", "12345678901234567890123456789"},
        {"-100000000000000000000000000", "-100000000000000000000000000"},
        /* whole numbers written otherwise */
        {"1.0", "1"}, {"1e0", "1"}, {"1E0", "1"}, {"1e6", "1000000"}, {"100.0e-2", "1"}, {"-1.0", "-1"}, {"1.5e1", "15"},
        {"10.0", "10"}, {"9007199254740993.0", "9007199254740992"}, {"123456789012345678901.0", "123456789012345680000"},
        /* zeros that are no integers keep their sign, as encoding/json writes them */
        {"0.0", "0"}, {"-0.0", "-0"}, {"0e0", "0"}, {"-0e5", "-0"}, {"0.000e-400", "0"}, {"-0e999999999999999999999", "-0"},
        {"1e-400", "0"}, {"-1e-400", "-0"}, {"2e-324", "0"}, {"0.00000000000000000000000000000", "0"},
        /* fractions */
        {"0.1", "0.1"}, {"4.5", "4.5"}, {"-4.5", "-4.5"}, {"4.50", "4.5"}, {"0.10", "0.1"}, {"1e-1", "0.1"}, {"-25e-2", "-0.25"},
        {"3.14159", "3.14159"}, {"0.30000000000000004", "0.30000000000000004"}, {"0.1000000000000000055511151231257827", "0.1"},
        {"0.100000000000000000000", "0.1"}, {"123456789012.345", "123456789012.345"},
        {"1234567890123.456", "1234567890123.456"}, {"12345678901234.567", "12345678901234.566"},
        /* from 1e21 up with an exponent */
        {"1e20", "100000000000000000000"}, {"1e21", "1e+21"}, {"1.0e21", "1e+21"}, {"-1e21", "-1e+21"}, {"1e22", "1e+22"},
        {"999999999999999900000.0", "999999999999999900000"}, {"999999999999999999999.0", "1e+21"},
        {"123456789012345678901234.0", "1.2345678901234569e+23"}, {"1.25e100", "1.25e+100"}, {"5e9", "5000000000"},
        /* below 1e-6 with an exponent, of as few digits as it needs */
        {"1e-6", "0.000001"}, {"0.000001", "0.000001"}, {"1e-7", "1e-7"}, {"0.0000001", "1e-7"}, {"-1e-07", "-1e-7"},
        {"0.00000099999", "9.9999e-7"}, {"-0.12345", "-0.12345"}, {"0.0000012", "0.0000012"}, {"-0.0000005", "-5e-7"}, {"1.5e-10", "1.5e-10"},
        {"1e-100", "1e-100"}, {"0.00000099999999999999999999", "0.000001"},
        /* the ends of the range, where the digits given are too many */
        {"1.7976931348623157e308", "1.7976931348623157e+308"}, {"1.79769313486231570e308", "1.7976931348623157e+308"},
        {"2.2250738585072014e-308", "2.2250738585072014e-308"}, {"2.22507385850720138e-308", "2.2250738585072014e-308"},
        {"2.2250738585072011e-308", "2.225073858507201e-308"}, {"4.9406564584124654e-324", "5e-324"}, {"3e-324", "5e-324"},
        {"7.5e-324", "1e-323"}, {"1.23456e-320", "1.2347e-320"},
        /* beyond float64 */
        {"1e400", "Infinity"}, {"-1e400", "-Infinity"}, {"1.7976931348623159e308", "Infinity"},
        {"1e999999999999999999999", "Infinity"},
        /* powers of two, where the interval is lopsided; two equally near shortest texts */
        {"9007199254740992.0", "9007199254740992"}, {"18014398509481984.0", "18014398509481984"},
        {"4.503599627370496e15", "4503599627370496"}, {"9.5367431640625e-7", "9.5367431640625e-7"},
        {"1125899906842624.25", "1125899906842624.2"}, {"1125899906842624.75", "1125899906842624.8"},
        {"5.684341886080802e-14", "5.684341886080802e-14"}, {"5.6843418860808015e-14", "5.684341886080802e-14"},
        /* a short text at the very end of the interval is the even neighbour's, not the odd one's */
        {"1e23", "1e+23"}, {"9.999999999999999e22", "1e+23"}, {"1.0000000000000001e23", "1.0000000000000001e+23"},
        {"7e22", "7e+22"}, {"6.9999999999999996e22", "6.9999999999999996e+22"}, {"7.0000000000000001e22", "7e+22"},
        {"5e22", "5e+22"}, {"5.0000000000000004e22", "5.0000000000000004e+22"},
        /* the longest */
        {"-0.0000012345678901234567", "-0.0000012345678901234567"},
        {"-1.2345678901234567e-6", "-0.0000012345678901234567"},
    };
    for (size_t i = 0; i < COUNT(tests); i++) {
        size_t n = strlen(tests[i].token);
        char *token = exact_copy(tests[i].token, n);
        char *buffer = malloc(XC_NUMBER_TEXT_MAX);
        const char *text;
        size_t length = xc_number_text(token, n, buffer, &text);
        CHECK(length == strlen(tests[i].want) && memcmp(text, tests[i].want, length) == 0, "%s: got %.*s, want %s",
              tests[i].token, (int)length, text, tests[i].want);
        CHECK(text == buffer || (text >= token && text + length <= token + n), "%s: the text is elsewhere", tests[i].token);
        free(buffer);
        free(token);
    }
}

/* Integers and plain fractions are not copied, so they may be of any length. */
static void test_text_is_the_token(void)
{
    char *digits = malloc(LONG);
    if (digits == NULL) {
        abort();
    }
    memset(digits, '9', LONG);
    digits[0] = '-';
    char buffer[XC_NUMBER_TEXT_MAX];
    const char *text;
    CHECK(xc_number_text(digits, LONG, buffer, &text) == LONG && text == digits, "a long integer is its own text");
    free(digits);

    CHECK(xc_number_text("4.5", 3, buffer, &text) == 3 && text != buffer, "a plain fraction is its own text");
}

/* Not JSON numbers: there is no promise but memory safety and a text within its bound. */
static void test_text_of_no_number(void)
{
    static const char *const tests[] = {"", "-", "+", ".", "-.", "e", "1e", "1.e", "--1", "+1.5", ".5", "-.0000001", "abc", "1.5x"};
    for (size_t i = 0; i < COUNT(tests); i++) {
        size_t n = strlen(tests[i]);
        char *token = exact_copy(tests[i], n);
        char *buffer = malloc(XC_NUMBER_TEXT_MAX);
        const char *text;
        size_t length = xc_number_text(token, n, buffer, &text);
        CHECK((text == token && length <= n) || (text == buffer && length <= XC_NUMBER_TEXT_MAX), "\"%s\"", tests[i]);
        free(buffer);
        free(token);
    }
}

int main(void)
{
    test_accepted_grammar();
    test_rejected_grammar();
    test_every_prefix();
    test_rounding();
    test_halfway_points();
    test_most_digits();
    test_long_texts();
    test_text();
    test_text_is_the_token();
    test_text_of_no_number();
    return xc_test_end("number");
}
