/* Error codes with their messages (the public half is in experiment_core.h). */
#ifndef XC_ERROR_H
#define XC_ERROR_H

#include "experiment_core.h"
#include "xc_deps.h"

/* Sets all of an error: the code, its message, and the offset in the input. */
XC_INTERNAL void xc_error_set(xc_error *error, int32_t code, size_t offset);

#endif
