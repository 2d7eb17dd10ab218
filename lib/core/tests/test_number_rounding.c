//go:build ignore

/* xc_number_parse rounds to the nearest float64, and halfway to the even
 * one. */
#include "numbers.h"

static const struct {
    const char *text;
    uint64_t want;
} roundings[] = {
    /* around 2^53, where only even integers are left */
    {"9007199254740991", 0x433fffffffffffff},
    {"9007199254740992", 0x4340000000000000},
    {"9007199254740993", 0x4340000000000000},
    {"9007199254740993.0", 0x4340000000000000},
    {"9007199254740993.00000000000000000001", 0x4340000000000001},
    {"9007199254740995", 0x4340000000000002},
    {"900719925474099300000e-5", 0x4340000000000000},
    {"900719925474099300001e-5", 0x4340000000000001},
    {"-9007199254740993", NEGATIVE | 0x4340000000000000},
    {"9007199254740991.4999999999999999999999999999999995", 0x433fffffffffffff},
    {"9007199254740991.5", 0x4340000000000000},
    /* halfway above 1: even is below; above its neighbor: even is above */
    {"1.00000000000000011102230246251565404236316680908203124", 0x3ff0000000000000},
    {"1.00000000000000011102230246251565404236316680908203125", 0x3ff0000000000000},
    {"1.00000000000000011102230246251565404236316680908203126", 0x3ff0000000000001},
    {"0.500000000000000166533453693773481063544750213623046875", 0x3fe0000000000002},
    {"3.518437208883201171875e13", 0x42c0000000000002},
    /* the largest double, and halfway to the next power of two */
    {"1.7976931348623157e308", 0x7fefffffffffffff},
    {"1.7976931348623158e308", 0x7fefffffffffffff},
    {"1.7976931348623159e308", INFINITE},
    {"-1.7976931348623159e308", NEGATIVE | INFINITE},
    {"1e309", INFINITE},
    {"1e310", INFINITE},
    {"-1e400", NEGATIVE | INFINITE},
    {"2e308", INFINITE},
    {"0.000001e315", INFINITE},
    {"1e308", 0x7fe1ccf385ebc8a0},
    /* the smallest normal and the largest subnormal, which once hung Java and
     * PHP */
    {"2.2250738585072014e-308", 0x0010000000000000},
    {"2.2250738585072012e-308", 0x0010000000000000},
    {"2.2250738585072011e-308", 0x000fffffffffffff},
    /* subnormals, down to zero */
    {"6.631236846766476e-316", 0x0000000008000000},
    {"6.631236871469758e-316", 0x0000000008000000},
    {"1e-323", 2},
    {"5e-324", 1},
    {"4.9406564584124654e-324", 1},
    {"3e-324", 1},
    {"2.4703282292062328e-324", 1},
    {"2.4703282292062327e-324", 0},
    {"2e-324", 0},
    {"1e-324", 0},
    {"9.9e-325", 0},
    {"1e-400", 0},
    {"-1e-400", NEGATIVE},
    {"7.4109846876186981e-324", 1},
    {"7.4109846876186982e-324", 2},
    /* very close to halfway */
    {"1e23", 0x44b52d02c7e14af6},
    {"8.41e21", 0x447c7e83209e90b2},
    {"1090544144181609348671888949248", 0x462b8779f2474dfa},
    {"1090544144181609348835077142190", 0x462b8779f2474dfb},
    {"62.5364939768271845828", 0x404f44abd5aa7ca4},
    {"8.10109172351e-10", 0x3e0bd5cbaef0fd0c},
    /* hard cases for 53 bits, from V. Paxson, "A program for testing IEEE
     * decimal-binary conversion", 1991 */
    {"5e125", 0x5a07a2ecc414a03f},
    {"69e267", 0x77c0b7cb60c994da},
    {"999e-026", 0x3b282782afe1869e},
    {"7861e-034", 0x39afe3544145e9d8},
    {"75569e-254", 0x0c35a462d91c6ab3},
    {"928609e-261", 0x0afbe2dd66200bef},
    {"9210917e080", 0x51fda232347e6032},
    {"84863171e114", 0x59406e98f5ec8f37},
    {"653777767e273", 0x7a720223f2b3a881},
    {"5232604057e-298", 0x041465b896c24520},
    {"27235667517e-109", 0x2b77d41824d64fb2},
    {"653532977297e-123", 0x28d925a0aabcdc68},
    {"3142213164987e-294", 0x057d3409dfbca26f},
    {"46202199371337e-072", 0x33d28f9edfbd341f},
    {"231010996856685e-073", 0x33c28f9edfbd341f},
    {"9324754620109615e+212", 0x6f43ae60753af6ca},
    {"78459735791271921e+049", 0x4d9dcd0089c1314e},
    {"272104041512242479e+200", 0x6d13bbb4bf05f087},
    {"6802601037806061975e+198", 0x6cf3bbb4bf05f087},
    {"20505426358836677347e-221", 0x161012954b6aabba},
    {"836168422905420598437e-234", 0x13b20403a628a9ca},
    {"4891559871276714924261e+222", 0x7286ecaf7694a3c7},
    /* exponents that do not fit an integer type, or would wrap around to a
     * small one */
    {"1e2147483648", INFINITE},
    {"1e-2147483649", 0},
    {"1e4294967297", INFINITE},
    {"1e-4294967297", 0},
    {"1e9223372036854775808", INFINITE},
    {"1e-9223372036854775809", 0},
    {"1e18446744073709551617", INFINITE},
    {"1e-18446744073709551617", 0},
    {"0e99999999999999999999", 0},
    {"-0e-99999999999999999999", NEGATIVE},
};

static void test_rounding(void)
{
    for (size_t i = 0; i < COUNT(roundings); i++) {
        check_parses("rounding", roundings[i].text, strlen(roundings[i].text), roundings[i].want);
    }
}

/* ---- halfway points, digit for digit ---- */

#define POINT_PLACES 1076
#define POINT_MAX (320 + POINT_PLACES)

/* Writes all digits of the number halfway between two doubles, and returns its
 * length. */
static size_t halfway(double a, double b, char out[POINT_MAX + 1])
{
    char other[POINT_MAX + 1];
    /* The places of the smallest doubles, and one for the half; equal
     * widths. */
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
        0,
        0x1p-1074,
        0x2p-1074,
        0x123456789p-1074,
        0x0.fffffffffffffp-1022,
        0x1p-1022,
        0x1.ffffffffffffep-1022,
        0x1.fffffffffffffp-1022,
        0x1.921fb54442d18p-300,
        0x1.fffffffffffffp-1,
        1,
        0x1.0000000000001p0,
        0x1.5555555555555p2,
        0x1.fffffffffffffp52,
        0x1p53,
        0x1.2345678912345p300,
        0x1.ffffffffffffdp1023,
        0x1.ffffffffffffep1023,
    };
    for (size_t i = 0; i < COUNT(lower); i++) {
        uint64_t below = bits_of(lower[i]);
        uint64_t above = below + 1;
        double upper;
        memcpy(&upper, &above, sizeof upper);
        char text[POINT_MAX + 1 + 40];
        size_t n = halfway(lower[i], upper, text);

        check_parses("halfway, to the even one", text, n, below % 2 == 0 ? below : above);

        size_t more = n;
        if (text[n - 1] == '.') {
            text[more++] = '0';
        }
        memset(text + more, '0', 30);
        text[more + 29] = '1';
        check_parses("just above halfway", text, more + 30, above);

        if (text[n - 1] != '.') {
            text[n - 1]--;
            memset(text + n, '9', 30);
            check_parses("just below halfway", text, n + 30, below);
        }
    }
}

/* A halfway point has at most 768 significant digits. */
static void test_max_digits(void)
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

int main(void)
{
    test_rounding();
    test_halfway_points();
    test_max_digits();
    return xc_test_end("number_rounding");
}
