/* JSON in C without a wall of backslashes: tests write ' for " and ` for '. A
 * backslash stays what it is in JSON, so that '\\'' is a string of one
 * quote. */
#ifndef QUOTES_H
#define QUOTES_H

/* Replaces each ' by " and each ` by ', in place, and returns the text. Bytes
 * keep their offsets, since each is replaced by one. A text without ` may be
 * passed more than once. */
static inline char *quotes_replace(char *text)
{
    for (char *p = text; *p != '\0'; p++)
        *p = (char)(*p == '\'' ? '"' : *p == '`' ? '\'' : *p);
    return text;
}

#endif
