/* The results of flags that others depend on, as values of slots.
 *
 * A slot below context_slots is of the context and is set before any flag is
 * evaluated; one from there on is of a result and stays XC_UNREAD until a
 * condition asks for it. xc_run_slot hides the difference from conditions. */
#ifndef XC_RESULT_H
#define XC_RESULT_H

#include "xc_run.h"

/* Returns the value of a slot. Results are read when they are first asked
 * for. */
XC_INTERNAL_INLINE xc_value *xc_run_slot(xc_run *run, uint32_t slot);

#endif
