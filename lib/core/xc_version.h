/* Versions: major.minor[.patch[-pre]].
 *
 * Conditions compare versions in one of two ways. If both are packed into one
 * number (xc_version_pack), the numbers are compared; otherwise both are parsed
 * and compared part by part (xc_version_compare). Both ways give the same
 * order. Pure functions: any number of threads may call them. */
#ifndef XC_VERSION_H
#define XC_VERSION_H

#include "xc_deps.h"
#include "xc_text.h"

typedef struct {
    xc_text part[3]; /* major, minor, patch: digits without leading zeros, empty for 0 */
    xc_text pre;     /* the pre-release, maybe empty */
    bool has_pre;
} xc_version;

/* Reads a whole text as a version. The parts point into it. Returns false if it
 * is not a version; `version` then means nothing. */
XC_INTERNAL bool xc_version_parse(xc_text text, xc_version *version);

/* Returns a version as one number, which orders as the version does, or 0 if
 * the version has a pre-release or a part too large for that. */
XC_INTERNAL uint64_t xc_version_pack(const xc_version *version);

/* Orders versions: below zero, zero or above zero. Numbers of any length
 * compare as numbers, pre-releases as texts, and a pre-release is below its
 * release. */
XC_INTERNAL int xc_version_compare(const xc_version *a, const xc_version *b);

#endif
