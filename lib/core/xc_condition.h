/* Deciding whether a condition is met.
 *
 * A condition has been compiled (xc_values.h), so that only the comparison is
 * left. It asks for the value of one slot and derives from it only what its
 * operator needs; what it derives is kept in the value for the conditions that
 * follow. */
#ifndef XC_CONDITION_H
#define XC_CONDITION_H

#include "xc_run.h"

/* Reports whether a condition is met by the value of its slot. If the run's
 * error gets set, the result means nothing. */
XC_INTERNAL_INLINE bool xc_matches(xc_run *run, const xc_condition *condition);

#endif
