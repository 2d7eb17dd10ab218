/* Error codes with their messages.
 *
 * experiment_core.h declares the codes and xc_error_message, since the host
 * needs them too. Inside the core an error is only its code, which xc_reader,
 * xc_builder and xc_run keep; a public function that reports it to the host
 * adds the rest with xc_error_set. */
#ifndef XC_ERROR_H
#define XC_ERROR_H

#include "experiment_core.h"
#include "xc_deps.h"

/* Sets all of an error: the code, its message, and the offset in the input. */
XC_INTERNAL void xc_error_set(xc_error *error, int32_t code, size_t offset);

#endif
