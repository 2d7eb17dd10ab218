//go:build ignore

/* The whole core as one translation unit. Everything that experiment_core.h
 * does not declare becomes static (xc_deps.h says how and why), so the object
 * exports the functions of that header and nothing else.
 *
 * The order is from the ground up: text and numbers, then what builds a plan,
 * then what evaluates one. Each file opens with what it is for. */
#define XC_ONE_UNIT

#include "experiment_core.h"

/* Texts, JSON, numbers, versions, patterns. */
#include "xc_error.c"
#include "xc_hash.c"
#include "xc_scratch.c"
#include "xc_json_string.c"
#include "xc_json.c"
#include "xc_text.c"
#include "xc_lower.c"
#include "xc_number_big.c"
#include "xc_number.c"
#include "xc_number_text.c"
#include "xc_regex.c"
#include "xc_version.c"
#include "xc_write.c"
#include "xc_tree.c"

/* The plan, and how one is built. */
#include "xc_plan.c"
#include "xc_build.c"
#include "xc_cache.c"
#include "xc_values.c"
#include "xc_schema.c"
#include "xc_selector.c"
#include "xc_parse_condition.c"
#include "xc_parse_bucket.c"
#include "xc_parse_flag.c"
#include "xc_parse.c"
#include "xc_link_order.c"
#include "xc_link_slots.c"
#include "xc_link_trees.c"
#include "xc_link.c"
#include "xc_compile.c"
#include "xc_patterns.c"

/* One evaluation. */
#include "xc_outcome.c"
#include "xc_run.c"
#include "xc_value.c"
#include "xc_context.c"
#include "xc_result.c"
#include "xc_condition.c"
#include "xc_evaluate.c"
#include "xc_cohorts.c"
#include "xc_describe.c"
