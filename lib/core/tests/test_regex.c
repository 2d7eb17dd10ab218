//go:build ignore

/* Programs written by hand: which are valid, and what they match. regex_test.go
 * compares the matches of patterns with the matches of Go's regexp. */
#include "../xc_regex.c"

#include "xc_test.h"

#define HEADER(instructions, classes, ranges) instructions, classes, ranges, 0
#define ANCHORED(instructions, classes, ranges) instructions, classes, ranges, 1
#define ANY_FIRST_BYTE ALL, ALL, ALL, ALL, 0, 0, ALL, ALL
#define NO_FIRST_BYTE 0, 0, 0, 0, 0, 0, 0, 0
#define FIRST_BYTES_FROM_96(bits) 0, 0, 0, bits, 0, 0, 0, 0
#define ALL 0xFFFFFFFFu
#define RUNE(rune, out) XC_REGEX_RUNE, out, rune
#define CLASS(class, out) XC_REGEX_CLASS, out, class
#define ALT(out, arg) XC_REGEX_ALT, out, arg
#define EMPTY(conditions, out) XC_REGEX_EMPTY, out, conditions
#define MATCH XC_REGEX_MATCH, 0, 0
/* A class: its ASCII runes as four words of bits, and its ranges from `first`
 * on. */
#define MEMBERS(a, b, c, d, first, count) a, b, c, d, first, count
#define RANGE(low, high) low, high

static bool valid(const uint32_t *program, size_t words)
{
    uint32_t *exact = exact_copy(program, words * sizeof *program);
    bool result = xc_regex_valid(exact, words);
    free(exact);
    return result;
}

/* Reports whether a program matches, with a scratch that is full of one
 * byte. */
static bool match_over(const uint32_t *program, const char *text, size_t n, int byte)
{
    size_t size = xc_regex_scratch(program);
    char *exact = exact_copy(text, n);
    void *scratch = xc_test_allocate(size);
    bool result;
    memset(scratch, byte, size);
    result = xc_regex_match(program, exact, n, scratch);
    free(scratch);
    free(exact);
    return result;
}

/* Reports whether a program matches. That must not depend on what the scratch
 * holds: zeros, the mark of the first step, or the mark of the last. */
static bool match(const uint32_t *program, const char *text, size_t n)
{
    bool result = match_over(program, text, n, 0);
    CHECK(match_over(program, text, n, 1) == result, "scratch full of 1");
    CHECK(match_over(program, text, n, 255) == result, "scratch full of 255");
    return result;
}

/* One instruction of each kind from word 12 on, two classes from word 27 on,
 * three ranges from word 39 on. */
enum { FULL_WORDS = 45 };
static const uint32_t full[FULL_WORDS] = {
    HEADER(5, 2, 3),
    ANY_FIRST_BYTE,
    ALT(1, 2),
    RUNE('a', 3),
    CLASS(1, 4),
    EMPTY(XC_REGEX_TEXT_ENDS, 4),
    MATCH,
    MEMBERS(1, 0, 0, 0, 0, 1),
    MEMBERS(0, 2, 0, 0, 1, 2),
    RANGE(0x80, 0x90),
    RANGE(0x80, 0x90),
    RANGE(0x92, 0x10FFFF),
};

/* Each case replaces one word of the full program. */
static const struct {
    const char *name;
    size_t at;
    uint32_t word;
    bool want;
} changes[] = {
    {"as it is", 0, 5, true},
    {"anchored", 3, 1, true},
    {"anchored is neither 0 nor 1", 3, 2, false},
    {"no first bytes", 4, 0, true},
    {"fewer instructions than there is room for", 0, 4, false},
    {"more instructions than there is room for", 0, 6, false},
    {"the most instructions", 0, ALL, false},
    {"fewer classes than there is room for", 1, 1, false},
    {"more classes than there is room for", 1, 3, false},
    {"the words of the classes overflow 32 bits", 1, 0x80000002u, false},
    {"fewer ranges than there is room for", 2, 2, false},
    {"more ranges than there is room for", 2, 4, false},
    {"the words of the ranges overflow 32 bits", 2, 0x80000003u, false},

    {"op 0", 12, 0, false},
    {"op above the last", 12, 6, false},
    {"op far above the last", 12, ALL, false},
    {"the last alternative out", 13, 4, true},
    {"alternative out of bounds", 13, 5, false},
    {"the last alternative arg", 14, 4, true},
    {"alternative arg out of bounds", 14, 5, false},
    {"alternative arg far out of bounds", 14, ALL, false},
    {"rune out of bounds", 16, 5, false},
    {"the last rune", 17, 0x10FFFF, true},
    {"not a rune", 17, 0x110000, false},
    {"class out of bounds", 19, 5, false},
    {"class 0", 20, 0, true},
    {"not a class", 20, 2, false},
    {"conditions out of bounds", 22, 5, false},
    {"all conditions", 23, 63, true},
    {"no such condition", 23, 64, false},
    {"match with an out", 25, 1, false},
    {"match with an arg", 26, 1, false},

    {"any ASCII runes", 27, ALL, true},
    {"the first class does not begin with the first range", 31, 1, false},
    {"a class begins before the previous one ends", 37, 0, false},
    {"a class begins after the previous one ends", 37, 2, false},
    {"a class has more ranges than there are", 38, 3, false},
    {"the number of ranges of a class overflows", 38, ALL, false},
    {"ranges are left over", 38, 1, false},

    {"a range begins with ASCII", 39, 0x7F, false},
    {"a range of one rune", 39, 0x90, true},
    {"a range ends before it begins", 39, 0x91, false},
    {"a range meets the next", 42, 0x91, true},
    {"a range overlaps the next", 42, 0x92, false},
    {"a range ends below the last rune", 44, 0x10FFFE, true},
    {"a range ends above the last rune", 44, 0x110000, false},
    {"a range ends with the last word", 44, ALL, false},
};

static void test_valid_words(void)
{
    for (size_t i = 0; i < COUNT(changes); i++) {
        uint32_t program[FULL_WORDS];
        memcpy(program, full, sizeof full);
        program[changes[i].at] = changes[i].word;
        CHECK(valid(program, FULL_WORDS) == changes[i].want, "%s", changes[i].name);
    }
}

static void test_valid_sizes(void)
{
    uint32_t program[FULL_WORDS + 2] = {0};
    memcpy(program, full, sizeof full);
    CHECK(!xc_regex_valid(NULL, 0), "no words");
    for (size_t words = 0; words <= COUNT(program); words++) {
        CHECK(valid(program, words) == (words == FULL_WORDS), "%zu words", words);
    }

    /* These counts add up to the words there are, but only in 32 bits. */
    program[0] = 0x80000005u;
    program[2] = 0x40000003u;
    CHECK(!valid(program, FULL_WORDS), "counts that overflow");

    static const uint32_t nothing[] = {HEADER(0, 0, 0), NO_FIRST_BYTE};
    CHECK(!valid(nothing, COUNT(nothing)), "no instructions");
    static const uint32_t least[] = {HEADER(1, 0, 0), NO_FIRST_BYTE, MATCH};
    CHECK(valid(least, COUNT(least)), "one instruction");
}

static void test_scratch(void)
{
    static const struct {
        uint32_t instructions;
        size_t want;
    } cases[] = {{1, 16}, {2, 24}, {7, 64}, {8, 72}, {9, 88}, {1000, 9000}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t header[] = {HEADER(cases[i].instructions, 0, 0), NO_FIRST_BYTE};
        CHECK(xc_regex_scratch(header) == cases[i].want, "%u instructions: %zu bytes", (unsigned)cases[i].instructions,
              xc_regex_scratch(header));
    }
}

/* ^a*b */
static const uint32_t anchored_loop[] = {
    ANCHORED(5, 0, 0), NO_FIRST_BYTE, EMPTY(XC_REGEX_TEXT_BEGINS, 1), ALT(2, 3), RUNE('a', 1), RUNE('b', 4), MATCH,
};
/* ^(ca*b)*$ */
static const uint32_t loop_in_loop[] = {
    ANCHORED(8, 0, 0), NO_FIRST_BYTE, EMPTY(XC_REGEX_TEXT_BEGINS, 1), ALT(2, 6), RUNE('c', 3), ALT(4, 5),
    RUNE('a', 3),      RUNE('b', 1),  EMPTY(XC_REGEX_TEXT_ENDS, 7),   MATCH,
};
/* a where the text begins, which only the header says */
static const uint32_t anchored_header[] = {ANCHORED(2, 0, 0), ANY_FIRST_BYTE, RUNE('a', 1), MATCH};
/* (a*)*b, with an inner loop that may match nothing; begins with a or b */
static const uint32_t nested_loops[] = {
    HEADER(5, 0, 0), FIRST_BYTES_FROM_96(6), ALT(1, 3), ALT(2, 0), RUNE('a', 1), RUNE('b', 4), MATCH,
};
/* the empty pattern */
static const uint32_t empty[] = {HEADER(1, 0, 0), ANY_FIRST_BYTE, MATCH};
/* an alternative that leads only to itself */
static const uint32_t endless[] = {HEADER(1, 0, 0), ANY_FIRST_BYTE, ALT(0, 0)};
/* an empty class */
static const uint32_t never[] = {
    HEADER(2, 1, 0), ANY_FIRST_BYTE, CLASS(0, 1), MATCH, MEMBERS(0, 0, 0, 0, 0, 0),
};
/* [A\x7F-\x{800}\x{FFFF}\x{10000}\x{10FFFF}]$ */
static const uint32_t widths[] = {
    HEADER(3, 1, 3),
    ANY_FIRST_BYTE,
    CLASS(0, 1),
    EMPTY(XC_REGEX_TEXT_ENDS, 2),
    MATCH,
    MEMBERS(0, 0, 2, 0x80000000u, 0, 3),
    RANGE(0x80, 0x800),
    RANGE(0xFFFF, 0x10000),
    RANGE(0x10FFFF, 0x10FFFF),
};
/* \x{FFFD} */
static const uint32_t replacement[] = {HEADER(2, 0, 0), ANY_FIRST_BYTE, RUNE(0xFFFD, 1), MATCH};

#define CASE(program, text, want) {#program, program, COUNT(program), text, sizeof(text) - 1, want}
static const struct {
    const char *name;
    const uint32_t *program;
    size_t words;
    const char *text;
    size_t n;
    bool want;
} matches[] = {
    CASE(anchored_loop, "", false),
    CASE(anchored_loop, "a", false),
    CASE(anchored_loop, "b", true),
    CASE(anchored_loop, "aaab", true),
    CASE(anchored_loop, "aaabc", true),
    CASE(anchored_loop, "cb", false),
    CASE(anchored_loop, "acb", false),
    CASE(anchored_header, "ab", true),
    CASE(anchored_header, "ba", false),
    CASE(nested_loops, "", false),
    CASE(nested_loops, "aaaa", false),
    CASE(nested_loops, "aaaab", true),
    CASE(nested_loops, "ccb", true),
    CASE(nested_loops, "c\0c", false),
    CASE(nested_loops, "c\0b", true),
    CASE(empty, "", true),
    CASE(empty, "a", true),
    CASE(endless, "", false),
    CASE(endless, "abc", false),
    CASE(never, "", false),
    CASE(never, "abc\0\xC3\xA9", false),
    CASE(widths, "", false),
    CASE(widths, "A", true),
    CASE(widths, "B", false),
    CASE(widths, "\x7F", true),
    CASE(widths, "\xC2\x80", true),
    CASE(widths, "\xDF\xBF", true),
    CASE(widths, "\xE0\xA0\x80", true),      /* U+0800 */
    CASE(widths, "\xE0\xA0\x81", false),     /* U+0801 */
    CASE(widths, "\xEF\xBF\xBE", false),     /* U+FFFE */
    CASE(widths, "\xEF\xBF\xBF", true),      /* U+FFFF */
    CASE(widths, "\xF0\x90\x80\x80", true),  /* U+10000 */
    CASE(widths, "\xF0\x90\x80\x81", false), /* U+10001 */
    CASE(widths, "\xF4\x8F\xBF\xBE", false), /* U+10FFFE */
    CASE(widths, "\xF4\x8F\xBF\xBF", true),  /* U+10FFFF */
    CASE(widths, "A\xF4\x8F\xBF\xBF", true),
    CASE(widths, "\xF4\x8F\xBF\xBF\x42", false),
    CASE(replacement, "\xEF\xBF\xBD", true),
    /* cut off, or not a first byte */
    CASE(replacement, "\xC3", true),
    CASE(replacement, "\xEF\xBF", true),
    CASE(replacement, "\xF4\x8F\xBF", true),
    CASE(replacement, "\x80", true),
    CASE(replacement, "\200A", true),
    CASE(replacement, "\xC3\xA9", false),
};

static void test_match(void)
{
    for (size_t i = 0; i < COUNT(matches); i++) {
        CHECK(valid(matches[i].program, matches[i].words), "%s", matches[i].name);
        bool got = match(matches[i].program, matches[i].text, matches[i].n);
        CHECK(got == matches[i].want, "%s, case %zu: %d", matches[i].name, i, got);
    }
    CHECK(xc_regex_match(empty, NULL, 0, (uint64_t[2]){0}), "no text at all");
}

/* A mark counts up to 255 steps and then starts again. No number of steps
 * between two visits may make an instruction look visited. */
static void test_many_steps(void)
{
    char text[1024];
    memset(text, 'a', sizeof text);
    text[0] = 'c';
    for (size_t n = 1; n < sizeof text; n++) {
        CHECK(!match(loop_in_loop, text, n), "%zu without b", n);
        text[n] = 'b';
        CHECK(match(loop_in_loop, text, n + 1), "%zu and b", n);
        CHECK(match(nested_loops, text, n + 1), "%zu and b, nested", n);
        text[n] = 'a';
    }
}

/* Each condition, at each position of a text that meets all of them
 * somewhere. */
static void test_conditions(void)
{
    static const char text[] = "a\n-_\u00E99";
    static const struct {
        uint32_t condition;
        const char *want; /* by position: y where it holds */
    } cases[] = {
        {XC_REGEX_LINE_BEGINS, "ynynnnnn"},
        {XC_REGEX_LINE_ENDS, "nynnnnny"},
        {XC_REGEX_TEXT_BEGINS, "ynnnnnnn"},
        {XC_REGEX_TEXT_ENDS, "nnnnnnny"},
        {XC_REGEX_BOUNDARY, "yynyynyy"},
        {XC_REGEX_NO_BOUNDARY, "nnynnynn"},
        {XC_REGEX_LINE_BEGINS | XC_REGEX_TEXT_BEGINS, "ynnnnnnn"},
        {0, "yyyyyyyy"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t at = 0; at < sizeof text; at++) {
            bool got = xc_regex_conditions(cases[i].condition, (const unsigned char *)text, sizeof text - 1, at);
            CHECK(got == (cases[i].want[at] == 'y'), "condition %u at %zu", (unsigned)cases[i].condition, at);
        }
    }
}

int main(void)
{
    test_valid_words();
    test_valid_sizes();
    test_scratch();
    test_match();
    test_many_steps();
    test_conditions();
    return xc_test_end("regex");
}
