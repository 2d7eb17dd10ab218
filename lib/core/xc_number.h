/* Numbers: decimal text to float64, and a JSON number to the text that flags
 * compare it as.
 *
 * Pure functions of their arguments: nothing is kept, any number of threads may
 * call them, the texts need no terminating NUL. A text may be NULL if its
 * length is 0. */
#ifndef XC_NUMBER_H
#define XC_NUMBER_H

#include "xc_deps.h"

/* The longest text that xc_number_text builds, in bytes: a sign, "0.", five
 * zeros and 17 digits, as in -0.0000012345678901234567. */
#define XC_NUMBER_TEXT_MAX 25

/* Reads all n bytes of s as a decimal number and stores the nearest float64 in
 * *out, of two equally near ones the even one. The text is trimmed of ASCII
 * white space (space \t \n \v \f \r); the rest is an optional sign (+ or -),
 * digits with an optional point ("5", "5." and ".5" are fine, "." is not) and
 * an optional exponent (e or E, optional sign, digits). Too large is infinity,
 * too small is zero, both with the sign.
 *
 * Returns false, with *out untouched, for any other text: empty, hexadecimal,
 * "inf", "NaN", "1_000", "12px".
 *
 * Text and exponent may have any length. Time grows with n, memory does not. */
XC_INTERNAL bool xc_number_parse(const char *s, size_t n, double *out);

/* Returns the length of a JSON number's text, and sets *text to its start,
 * which is in token or in buffer; so the text lives as long as both do. It has
 * no NUL at the end. The token has n bytes and is a number by JSON's grammar,
 * without white space.
 *
 * An integer (no point, no exponent) of any length is its own text, except that
 * "-0" is "0". Any other number is rounded to float64 and has the shortest
 * decimal text that reads back as that float64: 0.1, 1 (for 1.0 and 1e0), and
 * from 1e21 up and below 1e-6 with an exponent, 1e+21 and 1e-7. Negative zero
 * is then "-0"; a number beyond float64 is "Infinity" or "-Infinity".
 *
 * A token that is not a number is returned as it is, or as some number's text;
 * memory safety does not depend on the grammar. */
XC_INTERNAL size_t xc_number_text(const char *token, size_t n, char buffer[XC_NUMBER_TEXT_MAX], const char **text);

#endif
