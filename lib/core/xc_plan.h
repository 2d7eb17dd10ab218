/* The plan: flag configs, compiled.
 *
 * A plan is one block of memory with an array for each kind of thing. Parts
 * that are nested in a flag config are side by side in the plan: the segments
 * of a flag follow each other in the array of segments, their groups of
 * conditions in the array of groups, and so on. The owner of several items has
 * the number of the first and a count, as in "segment, segments". Texts are
 * places in one array of bytes. Nothing in a plan is a pointer into it, so it
 * is built in growing arrays that are copied into one block at the end.
 *
 * While the plan is built (xc_build.h) a few members mean something else; their
 * comments say what. */
#ifndef XC_PLAN_H
#define XC_PLAN_H

#include "experiment_core.h"
#include "xc_deps.h"
#include "xc_hash.h"
#include "xc_text.h"

#define XC_NOTHING UINT32_MAX /* the number of something absent */

/* A place in the plan's text. */
typedef struct {
    uint32_t at, n;
} xc_span;

typedef struct {
    xc_span key;
    xc_span metadata; /* JSON, an object with members; empty for none */
    uint32_t segment, segments;
    uint32_t variant, variants;
    uint32_t parent, parents; /* in the array of parents: the flags it depends on, of lower numbers */
    uint32_t outcome, outcomes;
    uint32_t slot, slots;       /* in the array of lists: the slots that it and all it depends on read */
    uint32_t pattern, patterns; /* in the array of lists: its regular expressions */
    uint32_t result;            /* where its outcome is kept for flags that depend on it, or XC_NOTHING */
    uint32_t node, nodes;       /* the tree of the paths of its result, root first */
    uint32_t begin, end;        /* its bytes in the document */
} xc_flag;

#define XC_ALL_SLOTS UINT32_MAX /* the `slots` of a flag with too many parents to list them */

typedef struct {
    xc_span key;
    xc_span value, payload, metadata; /* JSON; empty for none */
} xc_variant;

typedef struct {
    xc_span metadata;
    uint32_t group, groups; /* any must match; `groups` is XC_ALWAYS if there are no conditions */
    uint32_t bucket;        /* or XC_NOTHING */
    uint32_t outcome;       /* of its variant, or XC_NOTHING; while the plan is built: the variant */
} xc_segment;

#define XC_ALWAYS UINT32_MAX

typedef struct {
    uint32_t condition, conditions; /* all must match */
} xc_group;

typedef struct {
    uint8_t op;   /* XC_OP_... */
    uint8_t bits; /* XC_HAS_... */
    uint32_t slot; /* while the plan is built: the path, or XC_NOTHING for an empty selector */
    /* Where its values are, by the kind of its operator:
     *  is, contains, set: in the arrays of values and tags, all different;
     *                     for contains in lower case
     *  less ... version greater or equal: the bound, number `value`
     *  regex: in the array of lists, the numbers of patterns */
    uint32_t value, values;
    uint32_t table, table_mask; /* a hash table of the values in the array of tables; mask 0: there is none */
    uint64_t bloom;             /* xc_tag_bit of all values; all bits if other texts may match too */
} xc_condition;

enum {
    XC_OP_IS,
    XC_OP_IS_NOT,
    XC_OP_CONTAINS,
    XC_OP_DOES_NOT_CONTAIN,
    XC_OP_LESS,
    XC_OP_LESS_OR_EQUAL,
    XC_OP_GREATER,
    XC_OP_GREATER_OR_EQUAL,
    XC_OP_VERSION_LESS,
    XC_OP_VERSION_LESS_OR_EQUAL,
    XC_OP_VERSION_GREATER,
    XC_OP_VERSION_GREATER_OR_EQUAL,
    XC_OP_SET_IS,
    XC_OP_SET_IS_NOT,
    XC_OP_SET_CONTAINS,
    XC_OP_SET_DOES_NOT_CONTAIN,
    XC_OP_SET_CONTAINS_ANY,
    XC_OP_SET_DOES_NOT_CONTAIN_ANY,
    XC_OP_REGEX_MATCH,
    XC_OP_REGEX_DOES_NOT_MATCH,
    XC_OP_UNKNOWN
};

enum {
    XC_HAS_NONE = 1,     /* "(none)" is among the values */
    XC_HAS_TRUE = 2,     /* "true" is among them, in any case */
    XC_HAS_FALSE = 4,    /* "false" is among them, in any case */
    XC_HAS_TYPED = 8,    /* a number or version is among them, as the operator requires */
    XC_HAS_VALUES = 16,  /* there is a value at all */
    XC_MATCHES_NULL = 32 /* the condition is met if there is no property to compare with */
};

/* The one value that decides an operator of order, which any of its values may
 * satisfy: the largest for less, the smallest for greater. */
typedef struct {
    double number;   /* among the values that are numbers */
    uint64_t packed; /* among the values that are versions: packed (xc_version.h), or 0 */
    xc_span version; /* the same, as a text */
    xc_span text;    /* among all values, as texts */
} xc_bound;

typedef struct {
    uint32_t slot;                        /* as in xc_condition */
    xc_murmur salted;                     /* the state of the hash after the salt and a slash */
    uint32_t distribution, distributions; /* of all its allocations; the first one that matches counts */
} xc_bucket;

/* The numbers from `from` to from + count - 1; none if count is 0. */
typedef struct {
    uint32_t from, count;
} xc_range;

typedef struct {
    xc_range allocation; /* of hash % 100 */
    xc_range range;      /* of hash / 100 */
    uint32_t outcome;    /* or XC_NOTHING; while the plan is built: the variant */
} xc_distribution;

typedef struct {
    uint32_t flag, segment, variant;
} xc_outcome;

/* A selector that some flag has; equal ones are kept once. While the plan is
 * built all of them are "paths". The paths that flags of the plan need then
 * become slots: first paths of the context, which the host knows, then paths of
 * results. */
typedef struct {
    uint32_t name, names; /* in the array of names; of results, after "result" and the flag's key */
    uint32_t flag;        /* the flag whose result it is, or XC_NOTHING for the context */
} xc_slot;

/* Paths as trees, along which JSON is walked: first the tree of the context,
 * with root 0, then one for the result of each flag that has slots. A parent
 * has a lower number than its children. */
typedef struct {
    uint32_t parent;   /* of a root: itself */
    uint32_t slot;     /* or XC_NOTHING */
    uint32_t children; /* how many */
} xc_node;

typedef struct {
    uint32_t node;  /* from */
    uint32_t child; /* to */
    xc_span name;   /* by this name */
} xc_edge;

typedef struct {
    xc_span text;       /* as in the configs */
    uint32_t program;   /* in the array of programs, or XC_NOTHING: never matches */
    uint32_t words;
} xc_pattern;

/* Why a flag was left out. The message is static. */
typedef struct {
    xc_span key;
    uint32_t entry, offset;
    uint32_t cycle; /* or XC_NOTHING */
    uint32_t code;  /* XC_REPORT_... */
    const char *message;
} xc_report;

enum { XC_REPORT_MALFORMED, XC_REPORT_DUPLICATE, XC_REPORT_CYCLE, XC_REPORT_LIMIT };

/* The arrays of a plan. */
enum {
    XC_FLAGS,
    XC_VARIANTS,
    XC_SEGMENTS,
    XC_GROUPS,
    XC_CONDITIONS,
    XC_VALUES,
    XC_TAGS,
    XC_BOUNDS,
    XC_BUCKETS,
    XC_DISTRIBUTIONS,
    XC_PARENTS,
    XC_OUTCOMES,
    XC_SLOTS,
    XC_NAMES,
    XC_NODES,
    XC_EDGES,
    XC_PATTERNS,
    XC_REPORTS,
    XC_CYCLES,
    XC_LISTS,
    XC_TABLES,
    XC_TEXT,
    XC_ARRAYS
};

struct xc_plan {
    xc_allocator allocator;
    size_t size; /* of the block that begins here */
    uint32_t *programs; /* a block of its own, set later */
    size_t programs_size;

    /* The arrays, in the order of the enum, and their counts. */
    xc_flag *flags;
    xc_variant *variants;
    xc_segment *segments;
    xc_group *groups;
    xc_condition *conditions;
    xc_span *values;
    uint32_t *tags; /* by value: its xc_tag; of a value to be contained, its xc_letter_set */
    xc_bound *bounds;
    xc_bucket *buckets;
    xc_distribution *distributions;
    uint32_t *parents;
    xc_outcome *outcomes;
    xc_slot *slots;
    xc_span *names;
    xc_node *nodes;
    xc_edge *edges; /* an open hash table (xc_edge_place); node is XC_NOTHING in empty places */
    xc_pattern *patterns;
    xc_report *reports;
    xc_span *cycles; /* keys; an empty span of offset XC_NOTHING ends each cycle */
    uint32_t *lists;
    uint32_t *tables;
    char *text;
    uint32_t count[XC_ARRAYS];

    uint32_t context_slots; /* how many slots, from the first on, are of the context */
    uint32_t context_nodes; /* how many nodes, from the first on, are of the context */
    uint32_t results;       /* how many flags others depend on */
    size_t program_scratch; /* the most that any pattern's program needs */

    /* Where in scratch an evaluation keeps its arrays, and where the rest
     * begins (xc_run.c). */
    size_t results_offset, needed_offset, entered_offset, rest_offset;
};

/* Returns a text of the plan. */
XC_INTERNAL xc_text xc_plan_text(const xc_plan *plan, xc_span span);

/* Returns the place at which the search for the edge from a node along a name
 * begins, in a table of mask + 1 places. If another edge is there, the search
 * goes on at the next place. */
XC_INTERNAL uint32_t xc_edge_place(const uint64_t key[2], uint32_t node, xc_text name, uint32_t mask);

#endif
