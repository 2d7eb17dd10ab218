/* The cohorts that flags ask about, as the description lists them. */
#ifndef XC_COHORTS_H
#define XC_COHORTS_H

#include "xc_plan.h"
#include "xc_write.h"

/* Writes the cohorts that a flag itself asks about, each with a comma after it,
 * and returns how many entries they are. */
XC_INTERNAL uint32_t xc_put_cohorts(const xc_plan *plan, const xc_flag *flag, xc_writer *out);

#endif
