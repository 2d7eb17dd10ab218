/* The results of flags that others depend on, as values of slots. */
#ifndef XC_RESULT_H
#define XC_RESULT_H

#include "xc_run.h"

/* Returns the value of a slot. Results are read when they are first asked
 * for. */
XC_INTERNAL_INLINE xc_value *xc_run_slot(xc_run *run, uint32_t slot);

#endif
