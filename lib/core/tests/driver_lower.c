//go:build ignore

/* Reads lines from stdin and prints each in lower case. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "../xc_lower.c"

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t got; (got = getline(&line, &capacity, stdin)) >= 0;) {
        size_t n = (size_t)got;
        if (n > 0 && line[n - 1] == '\n') {
            n--;
        }
        /* buffers of exact sizes, so that a sanitizer sees any access beyond */
        size_t room = n * XC_LOWER_GROWTH_NUM / XC_LOWER_GROWTH_DEN;
        char *in = malloc(n > 0 ? n : 1);
        char *out = malloc(room > 0 ? room : 1);
        if (in == NULL || out == NULL) {
            return 1;
        }
        memcpy(in, line, n);
        fwrite(out, 1, xc_lower(in, n, out), stdout);
        putchar('\n');
        free(in);
        free(out);
    }
    free(line);
    return ferror(stdin) || fflush(stdout) != 0;
}
