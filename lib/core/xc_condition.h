/* Deciding whether a condition is met. */
#ifndef XC_CONDITION_H
#define XC_CONDITION_H

#include "xc_run.h"

/* Reports whether a condition is met by the value of its slot. If the run's
 * error gets set, the result means nothing. */
XC_INTERNAL_INLINE bool xc_matches(xc_run *run, const xc_condition *condition);

#endif
