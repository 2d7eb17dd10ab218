/* Outcomes as JSON: with numbers as configured, for the host, or in the normal
 * form that conditions see (xc_tree.h).
 *
 * Nothing is allocated: both functions take what they need from scratch and
 * give it back, and what they write goes to a writer, so the caller decides
 * where it goes, or writes to nowhere first to learn how long it is. */
#ifndef XC_OUTCOME_H
#define XC_OUTCOME_H

#include "xc_plan.h"
#include "xc_scratch.h"
#include "xc_write.h"

/* Writes an outcome. Returns false if scratch is too small. */
XC_INTERNAL bool xc_write_outcome(const xc_plan *plan, uint32_t outcome, xc_scratch *scratch, xc_writer *out,
                                  bool normal);

/* Writes the metadata of an outcome: the flag's, overridden by the segment's
 * and then by the variant's. Writes nothing if all are empty. Returns false if
 * scratch is too small. */
XC_INTERNAL bool xc_write_metadata(const xc_plan *plan, const xc_outcome *outcome, xc_scratch *scratch, xc_writer *out,
                                   bool normal);

#endif
