/* Regular expressions: whether a text contains a match of a program anywhere.
 *
 * Go's regexp/syntax parses and compiles a pattern when flags load (package
 * internal/regexprog); the core gets its program as an array of words. Case
 * folds are spelled out, captures and other instructions that do nothing are
 * gone, and it does not matter which of several matches is found, so five
 * instructions are left.
 *
 *   header         12 words
 *      0           m, the number of instructions, at least 1
 *      1           c, the number of classes
 *      2           r, the number of ranges
 *      3           1 if a match can begin only where the text does, else 0
 *      4 .. 11     a set of 256 bytes: those at which a match can begin that
 *                  does not begin where the text does (byte b is bit b%32 of
 *                  word 4 + b/32); if such a match can be empty, every byte
 *                  that can begin a rune; never a byte that only occurs inside
 *                  runes
 *   instructions   3 words each: op, out, arg; the program starts at number 0
 *      RUNE        takes the rune arg, then out
 *      CLASS       takes a rune of class number arg, then out
 *      ALT         goes on at both out and arg
 *      EMPTY       goes on at out if all conditions in arg hold
 *      MATCH       is the end of a match; out and arg are 0
 *   classes        6 words each
 *      0 .. 3      the ASCII runes of the class (rune b is bit b%32 of word
 *                  b/32)
 *      4, 5        the number of its first range, and how many ranges it has;
 *                  each class begins where the one before it ended
 *   ranges         2 words each: the first and the last rune, from 0x80 on;
 *                  within a class in ascending order, without overlap
 *
 * Conditions are the bits that Go's syntax.EmptyOp has: 1 line begins, 2 line
 * ends, 4 text begins, 8 text ends, 16 word boundary, 32 no word boundary.
 * Lines end with \n; words are of ASCII letters, digits and _.
 *
 * How large can a program be? Go rejects a pattern whose nested repeats
 * multiply to more than 1000, or that comes to more than 3,355,443
 * instructions. Without repeats a pattern has about one instruction per byte,
 * and ranges only in classes: \pL has some 650. There is no other limit: the
 * host limits the size of flag configs, and xc_regex_scratch says what the
 * largest program needs. */
#ifndef XC_REGEX_H
#define XC_REGEX_H

#include "xc_deps.h"

enum { XC_REGEX_RUNE = 1, XC_REGEX_CLASS = 2, XC_REGEX_ALT = 3, XC_REGEX_EMPTY = 4, XC_REGEX_MATCH = 5 };

enum {
    XC_REGEX_LINE_BEGINS = 1,
    XC_REGEX_LINE_ENDS = 2,
    XC_REGEX_TEXT_BEGINS = 4,
    XC_REGEX_TEXT_ENDS = 8,
    XC_REGEX_BOUNDARY = 16,
    XC_REGEX_NO_BOUNDARY = 32
};

/* Reports whether an array is a program that xc_regex_match can run safely:
 * whether it keeps every rule of the layout above on which memory safety or
 * termination rests. It does not check that the program does what some pattern
 * means. The array may hold any words; it may be NULL only if `words` is 0.
 * Takes time linear in words. Any number of threads may call it. */
XC_INTERNAL bool xc_regex_valid(const uint32_t *program, size_t words);

/* Returns how many bytes of scratch a match of a valid program needs: 9 for
 * each instruction, rounded up to a multiple of 8, so never 0. */
XC_INTERNAL size_t xc_regex_scratch(const uint32_t *program);

/* Reports whether a text contains a match anywhere. The program is valid. The
 * text is n bytes of UTF-8, without a NUL at the end, and may be NULL if n is
 * 0. If it is not UTF-8 the result means nothing, but no byte beyond the text
 * is read. The scratch has xc_regex_scratch bytes, aligned to 8, in any state;
 * the caller owns it, and no other thread may use it during the call. The
 * program is only read, so any number of threads may share it. Takes at worst
 * time linear in instructions times n, and one memset of a byte for each
 * instruction. */
XC_INTERNAL bool xc_regex_match(const uint32_t *program, const char *text, size_t n, void *scratch);

#endif
