//go:build ignore

/* Error codes in words.
 *
 * The core reports an error as a code, a static message and an offset: there is
 * nothing to free, no text is built from hostile input, and the host can act on
 * the code. A message says what is wrong with the input; the host adds what it
 * was doing. */

#include "xc_error.h"

const char *xc_error_message(int32_t code)
{
    switch (code) {
    case XC_OK:
        return "no error";
    case XC_ERROR_SYNTAX:
        return "invalid JSON";
    case XC_ERROR_TRUNCATED:
        return "the JSON ends too early";
    case XC_ERROR_UTF8:
        return "a string is not valid UTF-8";
    case XC_ERROR_DEPTH:
        return "arrays and objects are nested too deeply: more than 1000 in a user, or 8000 in flags";
    case XC_ERROR_TRAILING:
        return "something follows the end of the JSON";
    case XC_ERROR_TYPE:
        return "unexpected type of JSON value";
    case XC_ERROR_SIZE:
        return "larger than the core's limits";
    case XC_ERROR_MEMORY:
        return "out of memory";
    case XC_ERROR_VALUE:
        return "an object or array that is compared as a string has more than 1048576 bytes of JSON";
    case XC_ERROR_ARGUMENT:
        return "no flag, slot or outcome has this number";
    case XC_ERROR_SCRATCH:
        return "the scratch memory is too small";
    case XC_ERROR_PROGRAM:
        return "not the program of a regular expression";
    default:
        return "unknown error";
    }
}

XC_INTERNAL void xc_error_set(xc_error *error, int32_t code, size_t offset)
{
    error->code = code;
    error->message = xc_error_message(code);
    error->offset = offset;
}
