//go:build ignore

/* Runs regular expression programs that regex_test.go sends. It reads frames
 * from stdin until that ends, and writes a letter for each to stdout:
 *
 *   'P' count words...   a program: 'v' if it is valid, otherwise 'x'
 *   'T' count bytes...   a text: '1' if the current program matches in it,
 *                        '0' if not, 'x' if that program is invalid
 *
 * Counts and words are 4 bytes, little-endian. Every block is allocated at its
 * exact size, so that a sanitizer sees any access beyond it. */
#include "../xc_regex.c"

#include <stdio.h>
#include <stdlib.h>

/* Ends the program with status 2. */
static void fail(const char *what)
{
    fprintf(stderr, "driver_regex: %s\n", what);
    exit(2);
}

static void *allocate(size_t size)
{
    void *block = malloc(size != 0 ? size : 1);
    if (block == NULL)
        fail("out of memory");
    return block;
}

/* Reads n bytes. */
static void take(void *to, size_t n)
{
    if (fread(to, 1, n, stdin) != n)
        fail("truncated frame");
}

/* Reads a number of 4 bytes. */
static uint32_t take_word(void)
{
    unsigned char b[4];
    take(b, sizeof b);
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

int main(void)
{
    uint32_t *program = NULL;
    bool valid = false;
    for (int kind; (kind = getchar()) != EOF;) {
        size_t count = take_word();
        if (kind == 'P') {
            free(program);
            program = allocate(count * sizeof *program);
            for (size_t i = 0; i < count; i++)
                program[i] = take_word();
            valid = xc_regex_valid(program, count);
            putchar(valid ? 'v' : 'x');
        } else if (kind == 'T') {
            char *text = allocate(count);
            take(text, count);
            if (!valid) {
                putchar('x');
            } else {
                void *scratch = allocate(xc_regex_scratch(program));
                putchar(xc_regex_match(program, text, count, scratch) ? '1' : '0');
                free(scratch);
            }
            free(text);
        } else {
            fail("unknown frame");
        }
    }
    free(program);
    return 0;
}
