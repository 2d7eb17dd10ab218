/* Regular expressions: does a text hold a match of a program anywhere?
 *
 * A pattern is parsed and compiled where flags load, by Go's regexp/syntax
 * (package internal/regexprog); what comes here is its program as an array of
 * words. Case folds are spelled out, captures and other instructions that do
 * nothing are gone, and which of several matches is found is no question here,
 * so five instructions are left.
 *
 *   header         12 words
 *      0           m, the number of instructions, at least 1
 *      1           c, the number of classes
 *      2           r, the number of ranges
 *      3           1 if a match can begin only where the text does, else 0
 *      4 .. 11     a set of 256 bytes: those at which a match can begin that
 *                  does not begin where the text does (byte b is bit b%32 of
 *                  word 4 + b/32); if such a match can be empty, every byte
 *                  that can begin a rune; never one that is inside runes
 *   instructions   3 words each: op, out, arg; the program starts at number 0
 *      RUNE        takes the rune arg, then out
 *      CLASS       takes a rune of class number arg, then out
 *      ALT         goes on at both out and arg
 *      EMPTY       goes on at out where all conditions in arg hold
 *      MATCH       is the end of a match; out and arg are 0
 *   classes        6 words each
 *      0 .. 3      the ASCII runes of the class (rune b is bit b%32 of word b/32)
 *      4, 5        the number of its first range, and how many ranges it has;
 *                  each class begins where the one before it ended
 *   ranges         2 words each: the first and the last rune, from 0x80 on; within
 *                  a class in ascending order and apart
 *
 * Conditions are the bits that Go's syntax.EmptyOp has: 1 line begins, 2 line
 * ends, 4 text begins, 8 text ends, 16 word boundary, 32 no word boundary. Lines
 * end with \n; words are of ASCII letters, digits and _.
 *
 * How big can a program be? Go rejects a pattern whose repeats come to more than
 * 1000 of anything, or to more than 3,355,443 instructions. What is not repeated
 * makes about one instruction a byte, and ranges only in classes: \pL is some 650.
 * There is no other limit: whoever loads flags sets one on their size, and can
 * read from xc_regex_scratch what the largest program needs.
 */
#ifndef XC_REGEX_H
#define XC_REGEX_H

#include "xc_deps.h"

enum {
    XC_REGEX_RUNE = 1,
    XC_REGEX_CLASS = 2,
    XC_REGEX_ALT = 3,
    XC_REGEX_EMPTY = 4,
    XC_REGEX_MATCH = 5
};

enum {
    XC_REGEX_LINE_BEGINS = 1,
    XC_REGEX_LINE_ENDS = 2,
    XC_REGEX_TEXT_BEGINS = 4,
    XC_REGEX_TEXT_ENDS = 8,
    XC_REGEX_BOUNDARY = 16,
    XC_REGEX_NO_BOUNDARY = 32
};

/* Is this array a program that xc_regex_match can run safely? True only if it
 * keeps every rule of the layout above that memory safety or an end rests on; a
 * true answer does not mean that the program says what some pattern means. Any
 * words are fine; program may be NULL only if words is 0. Takes time linear in
 * words. Reads only; any thread. */
static bool xc_regex_valid(const uint32_t *program, size_t words);

/* How many bytes of scratch a match of this valid program needs: 9 for each
 * instruction, rounded up to a multiple of 8, so never 0. Any thread. */
static size_t xc_regex_scratch(const uint32_t *program);

/* Does the text hold a match anywhere? The program is valid. The text is n bytes
 * of UTF-8, without a NUL at the end, and may be NULL if n is 0; if it is not
 * UTF-8 the answer means nothing, but no byte beyond the text is read. The scratch
 * is xc_regex_scratch bytes, aligned to 8, in any state; it is not kept, and no
 * other thread may use it meanwhile. The program is only read: any number of
 * threads may share it. Takes time linear in instructions times n, at worst, and
 * one memset of a byte for each instruction. */
static bool xc_regex_match(const uint32_t *program, const char *text, size_t n, void *scratch);

#endif
