/* Versions: major.minor[.patch[-pre]]. */
#ifndef XC_VERSION_H
#define XC_VERSION_H

#include "xc_deps.h"
#include "xc_json.h"

typedef struct {
    xc_text part[3]; /* major, minor, patch: digits without leading zeros, empty for 0 */
    xc_text pre;     /* the pre-release, maybe empty */
    bool has_pre;
} xc_version;

/* A version as one number, which orders as the version does; 0 for one that has a
 * pre-release or a part too large for that. */
static uint64_t xc_version_pack(const xc_version *version);

/* Reads a whole text as a version. The parts point into it. */
static bool xc_version_parse(xc_text text, xc_version *version);

/* Orders versions: below zero, zero or above zero. Numbers of any length compare
 * as numbers, pre-releases as texts, and a pre-release is below its release. */
static int xc_version_compare(const xc_version *a, const xc_version *b);

/* Orders texts by their bytes. */
static int xc_text_compare(xc_text a, xc_text b);

#endif
