//go:build ignore

/* A match runs all threads of the program side by side, one rune at a time
 * (Thompson, "Regular expression search algorithm", 1968): the list holds every
 * instruction that could take the next rune. An instruction joins a list at
 * most once, so a rune costs at most one visit to each instruction, and no
 * pattern can make a match explode.
 *
 * A program comes from the host, so it is checked once, before it runs: every
 * number that a match uses as an index must be in range. The meaning of the
 * program is not checked. */

#include "xc_regex.h"

enum {
    XC_REGEX_HEADER_WORDS = 12,
    XC_REGEX_INSTRUCTION_WORDS = 3,
    XC_REGEX_CLASS_WORDS = 6,
    XC_REGEX_RANGE_WORDS = 2,

    XC_REGEX_HEADER_INSTRUCTIONS = 0,
    XC_REGEX_HEADER_CLASSES = 1,
    XC_REGEX_HEADER_RANGES = 2,
    XC_REGEX_HEADER_ANCHORED = 3,
    XC_REGEX_HEADER_FIRST_BYTES = 4,

    XC_REGEX_OP = 0,
    XC_REGEX_OUT = 1,
    XC_REGEX_ARG = 2,

    XC_REGEX_CLASS_ASCII = 0,
    XC_REGEX_CLASS_FIRST = 4,
    XC_REGEX_CLASS_COUNT = 5,

    XC_REGEX_CONDITIONS = 63,   /* all of them */
    XC_REGEX_LAST_STEP = 255,   /* the largest number in a mark */
    XC_REGEX_LAST_RUNE = 0x10FFFF,
    XC_REGEX_BAD_RUNE = 0xFFFD
};

/* The state of one match. */
struct xc_regex_run {
    const uint32_t *instructions;
    size_t count;            /* of instructions */
    const unsigned char *text;
    size_t n;                /* bytes of text */
    unsigned char *marks;    /* by instruction: the step that last reached it */
    unsigned char step;      /* 1 .. XC_REGEX_LAST_STEP */
    uint32_t *list;          /* instructions that take a rune at this step */
    size_t listed;
};

/* ---- validation ---- */

/* Reports whether an instruction is known and everything it leads to exists. */
static bool xc_regex_valid_instruction(const uint32_t *instruction, uint32_t count, uint32_t classes)
{
    uint32_t arg = instruction[XC_REGEX_ARG];
    if (instruction[XC_REGEX_OUT] >= count)
        return false;
    switch (instruction[XC_REGEX_OP]) {
    case XC_REGEX_RUNE:
        return arg <= XC_REGEX_LAST_RUNE;
    case XC_REGEX_CLASS:
        return arg < classes;
    case XC_REGEX_ALT:
        return arg < count;
    case XC_REGEX_EMPTY:
        return arg <= XC_REGEX_CONDITIONS;
    case XC_REGEX_MATCH:
        return arg == 0 && instruction[XC_REGEX_OUT] == 0;
    default:
        return false;
    }
}

/* Reports whether the ranges of a class are in ascending order without
 * overlap. */
static bool xc_regex_valid_ranges(const uint32_t *ranges, size_t count)
{
    uint32_t min_first = 0x80;
    for (size_t i = 0; i < count; i++) {
        uint32_t first = ranges[i * XC_REGEX_RANGE_WORDS];
        uint32_t last = ranges[i * XC_REGEX_RANGE_WORDS + 1];
        if (first < min_first || last < first || last > XC_REGEX_LAST_RUNE)
            return false;
        min_first = last + 1;
    }
    return true;
}

XC_INTERNAL bool xc_regex_valid(const uint32_t *program, size_t words)
{
    if (words < XC_REGEX_HEADER_WORDS)
        return false;
    uint32_t count = program[XC_REGEX_HEADER_INSTRUCTIONS];
    uint32_t classes = program[XC_REGEX_HEADER_CLASSES];
    uint32_t ranges = program[XC_REGEX_HEADER_RANGES];
    if (program[XC_REGEX_HEADER_ANCHORED] > 1)
        return false;

    /* By division, because a product of hostile counts could overflow. */
    size_t left = words - XC_REGEX_HEADER_WORDS;
    if (count == 0 || count > left / XC_REGEX_INSTRUCTION_WORDS)
        return false;
    left -= (size_t)count * XC_REGEX_INSTRUCTION_WORDS;
    if (classes > left / XC_REGEX_CLASS_WORDS)
        return false;
    left -= (size_t)classes * XC_REGEX_CLASS_WORDS;
    if (left % XC_REGEX_RANGE_WORDS != 0 || ranges != left / XC_REGEX_RANGE_WORDS)
        return false;

    const uint32_t *at = program + XC_REGEX_HEADER_WORDS;
    for (uint32_t i = 0; i < count; i++, at += XC_REGEX_INSTRUCTION_WORDS) {
        if (!xc_regex_valid_instruction(at, count, classes))
            return false;
    }
    const uint32_t *range = at + (size_t)classes * XC_REGEX_CLASS_WORDS;
    uint32_t used = 0;
    for (uint32_t i = 0; i < classes; i++, at += XC_REGEX_CLASS_WORDS) {
        uint32_t own = at[XC_REGEX_CLASS_COUNT];
        if (at[XC_REGEX_CLASS_FIRST] != used || own > ranges - used)
            return false;
        if (!xc_regex_valid_ranges(range + (size_t)used * XC_REGEX_RANGE_WORDS, own))
            return false;
        used += own;
    }
    return used == ranges;
}

/* ---- texts ---- */

/* Returns the rune at the start of bytes, of which at least one is left, and
 * sets its width. A sequence that the end cuts off, or that does not begin as
 * one, is a bad rune of one byte. The caller guarantees that the bytes after a
 * first byte belong to it. */
static uint32_t xc_regex_decode(const unsigned char *bytes, size_t left, size_t *width)
{
    uint32_t first = bytes[0];
    *width = 1;
    if (first < 0x80)
        return first;
    size_t need = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0xC0 || need > left)
        return XC_REGEX_BAD_RUNE;
    *width = need;
    uint32_t rune = first & (0x7Fu >> need);
    for (size_t i = 1; i < need; i++)
        rune = rune << 6 | (bytes[i] & 0x3Fu);
    return rune;
}

/* Reports whether a byte belongs to a word. */
static bool xc_regex_word(unsigned char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || byte == '_' || (byte >= 'a' && byte <= 'z');
}

/* Reports whether all these conditions hold between the bytes before and at
 * this position. Only ASCII bytes matter to any of them, so runes need not be
 * decoded. */
static bool xc_regex_conditions(uint32_t conditions, const unsigned char *text, size_t n, size_t at)
{
    bool begins = at == 0, ends = at == n;
    bool boundary = (!begins && xc_regex_word(text[at - 1])) != (!ends && xc_regex_word(text[at]));
    uint32_t hold = boundary ? XC_REGEX_BOUNDARY : XC_REGEX_NO_BOUNDARY;
    if (begins)
        hold |= XC_REGEX_TEXT_BEGINS;
    if (ends)
        hold |= XC_REGEX_TEXT_ENDS;
    if (begins || text[at - 1] == '\n')
        hold |= XC_REGEX_LINE_BEGINS;
    if (ends || text[at] == '\n')
        hold |= XC_REGEX_LINE_ENDS;
    return (conditions & ~hold) == 0;
}

static bool xc_regex_has_bit(const uint32_t *set, uint32_t bit)
{
    return (set[bit / 32] >> (bit % 32) & 1) != 0;
}

/* Reports whether a class contains a rune: by a bit if it is ASCII, otherwise
 * by a binary search of the ranges. */
static bool xc_regex_in_class(const uint32_t *class, const uint32_t *ranges, uint32_t rune)
{
    if (rune < 0x80)
        return xc_regex_has_bit(class + XC_REGEX_CLASS_ASCII, rune);
    size_t low = class[XC_REGEX_CLASS_FIRST], high = low + class[XC_REGEX_CLASS_COUNT];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const uint32_t *range = ranges + middle * XC_REGEX_RANGE_WORDS;
        if (rune < range[0]) {
            high = middle;
        } else if (rune > range[1]) {
            low = middle + 1;
        } else {
            return true;
        }
    }
    return false;
}

/* ---- the match ---- */

/* Starts a step with an empty list. Marks are single bytes, so that there is
 * little to clear before a match; the price is to clear them again whenever the
 * steps run out. */
static void xc_regex_next_step(struct xc_regex_run *run, uint32_t *list)
{
    if (run->step == XC_REGEX_LAST_STEP) {
        memset(run->marks, 0, run->count);
        run->step = 0;
    }
    run->step++;
    run->list = list;
    run->listed = 0;
}

/* Lists the instructions that take a rune and can be reached from this one at
 * this position without taking any. Returns true if the end of a match can be
 * reached. The instructions still to be visited are stacked at the far end of
 * the list. List and stack never meet: an instruction adds at most one entry to
 * them in a step, and there is room for all instructions. */
static bool xc_regex_follow(struct xc_regex_run *run, uint32_t number, size_t at)
{
    unsigned char *marks = run->marks, step = run->step;
    uint32_t *list = run->list;
    size_t listed = run->listed, top = run->count;
    for (;;) {
        if (marks[number] != step) {
            marks[number] = step;
            const uint32_t *instruction = run->instructions + (size_t)number * XC_REGEX_INSTRUCTION_WORDS;
            switch (instruction[XC_REGEX_OP]) {
            case XC_REGEX_MATCH:
                return true;
            case XC_REGEX_ALT:
                list[--top] = instruction[XC_REGEX_ARG];
                number = instruction[XC_REGEX_OUT];
                continue;
            case XC_REGEX_EMPTY:
                if (!xc_regex_conditions(instruction[XC_REGEX_ARG], run->text, run->n, at))
                    break;
                number = instruction[XC_REGEX_OUT];
                continue;
            default:
                list[listed++] = number;
            }
        }
        if (top == run->count)
            break;
        number = list[top++];
    }
    run->listed = listed;
    return false;
}

XC_INTERNAL size_t xc_regex_scratch(const uint32_t *program)
{
    /* Cannot overflow: the instructions themselves are 12 bytes each, in
     * memory. */
    size_t count = program[XC_REGEX_HEADER_INSTRUCTIONS];
    return 2 * count * sizeof(uint32_t) + (count + 7) / 8 * 8;
}

XC_INTERNAL bool xc_regex_match(const uint32_t *program, const char *text, size_t n, void *scratch)
{
    size_t count = program[XC_REGEX_HEADER_INSTRUCTIONS];
    bool anchored = program[XC_REGEX_HEADER_ANCHORED] != 0;
    const uint32_t *first_bytes = program + XC_REGEX_HEADER_FIRST_BYTES;
    const uint32_t *instructions = program + XC_REGEX_HEADER_WORDS;
    const uint32_t *classes = instructions + count * XC_REGEX_INSTRUCTION_WORDS;
    const uint32_t *ranges = classes + (size_t)program[XC_REGEX_HEADER_CLASSES] * XC_REGEX_CLASS_WORDS;

    const unsigned char *bytes = (const unsigned char *)text;
    uint32_t *list = scratch, *next = list + count;
    struct xc_regex_run run = {.instructions = instructions,
                               .count = count,
                               .text = bytes,
                               .n = n,
                               .marks = (unsigned char *)(next + count),
                               .list = list};
    memset(run.marks, 0, count);
    xc_regex_next_step(&run, list);

    for (size_t at = 0;;) {
        if (at == 0 || (!anchored && (at == n || xc_regex_has_bit(first_bytes, bytes[at])))) {
            if (xc_regex_follow(&run, 0, at))
                return true;
        }
        if (at == n || (anchored && run.listed == 0))
            return false;

        size_t listed = run.listed, width;
        uint32_t rune = xc_regex_decode(bytes + at, n - at, &width);
        at += width;
        if (listed == 0) {
            /* No thread is alive: go on to where one can begin. */
            while (at < n && !xc_regex_has_bit(first_bytes, bytes[at]))
                at++;
        }
        xc_regex_next_step(&run, next);
        for (size_t i = 0; i < listed; i++) {
            const uint32_t *instruction = instructions + (size_t)list[i] * XC_REGEX_INSTRUCTION_WORDS;
            uint32_t arg = instruction[XC_REGEX_ARG];
            bool takes = instruction[XC_REGEX_OP] == XC_REGEX_RUNE
                             ? rune == arg
                             : xc_regex_in_class(classes + (size_t)arg * XC_REGEX_CLASS_WORDS, ranges, rune);
            if (takes && xc_regex_follow(&run, instruction[XC_REGEX_OUT], at))
                return true;
        }
        next = list;
        list = run.list;
    }
}
