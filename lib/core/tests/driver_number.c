//go:build ignore

/* Reads lines from stdin and prints for each, with a space between: the bits of
 * the float64 in hex, or "-" if the core does not parse the line as a number;
 * and the core's text of a JSON number, or "-" if the line is not one. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "../xc_number.c"
#include "../xc_number_big.c"
#include "../xc_number_text.c"

/* Returns the index of the first byte from i on that is not a digit. */
static size_t skip_digits(const char *s, size_t n, size_t i)
{
    while (i < n && s[i] >= '0' && s[i] <= '9') {
        i++;
    }
    return i;
}

/* Reports whether n bytes are a JSON number, as xc_number_text requires. */
static bool is_json_number(const char *s, size_t n)
{
    size_t i = n > 0 && s[0] == '-';
    size_t digits = i;
    i = skip_digits(s, n, i);
    if (i == digits || (s[digits] == '0' && i > digits + 1)) {
        return false;
    }
    if (i < n && s[i] == '.') {
        digits = ++i;
        i = skip_digits(s, n, i);
        if (i == digits) {
            return false;
        }
    }
    if (i < n && (s[i] == 'e' || s[i] == 'E')) {
        i++;
        if (i < n && (s[i] == '+' || s[i] == '-')) {
            i++;
        }
        digits = i;
        i = skip_digits(s, n, i);
        if (i == digits) {
            return false;
        }
    }
    return i == n;
}

/* Prints the result for a line of n bytes. */
static void print_result(const char *line, size_t n)
{
    double value;
    if (xc_number_parse(line, n, &value)) {
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        printf("%016llx ", (unsigned long long)bits);
    } else {
        fputs("- ", stdout);
    }
    const char *text = "-";
    size_t length = 1;
    char buffer[XC_NUMBER_TEXT_MAX];
    if (is_json_number(line, n)) {
        length = xc_number_text(line, n, buffer, &text);
    }
    fwrite(text, 1, length, stdout);
    putchar('\n');
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t got; (got = getline(&line, &capacity, stdin)) >= 0;) {
        size_t n = (size_t)got;
        if (n > 0 && line[n - 1] == '\n') {
            n--;
        }
        /* a copy of exact size, so that a sanitizer sees a read past the end */
        char *exact = malloc(n > 0 ? n : 1);
        if (exact == NULL) {
            return 1;
        }
        memcpy(exact, line, n);
        print_result(exact, n);
        free(exact);
    }
    free(line);
    return ferror(stdin) || fflush(stdout) != 0;
}
