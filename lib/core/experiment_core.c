//go:build ignore

/* The whole core as one translation unit: what the header does not declare is
 * static. In the order of use; each file says what it is for. */

#include "experiment_core.h"

#include "xc_hash.c"
#include "xc_json.c"
#include "xc_lower.c"
#include "xc_number.c"
#include "xc_regex.c"
#include "xc_version.c"
#include "xc_write.c"

#include "xc_tree.c"

#include "xc_build.c"
#include "xc_values.c"
#include "xc_schema.c"
#include "xc_selector.c"
#include "xc_parse.c"
#include "xc_link.c"
#include "xc_compile.c"

#include "xc_outcome.c"
#include "xc_value.c"
#include "xc_context.c"
#include "xc_condition.c"
#include "xc_evaluate.c"
#include "xc_describe.c"
