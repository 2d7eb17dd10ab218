/* A plan while it is built: its arrays, growing, and what only the building
 * needs. xc_parse.c reads the document into it, xc_values.c compiles the values
 * of a condition, xc_link.c joins what was read and makes the plan. */
#ifndef XC_BUILD_H
#define XC_BUILD_H

#include "xc_json.h"
#include "xc_plan.h"

typedef struct {
    void *items;
    uint32_t count, capacity;
} xc_vector;

/* A text that is either in the plan's text or still in the document, where it
 * had no escapes. */
typedef struct {
    xc_span span;
    bool in_document;
} xc_name_span;

/* What the building keeps of a flag beside the flag itself. */
typedef struct {
    xc_span key;
    uint32_t entry, offset;
    uint32_t condition, conditions; /* of all its segments */
    uint32_t bucket, buckets;
    uint32_t number;                /* its number in the plan, or XC_NOTHING if it is left out */
    uint32_t own_slot, own_slots;   /* in the array of lists: the slots that it reads itself */
    uint32_t next;                  /* of a flag on or behind a cycle: a parent that is, too */
    uint32_t cycle;
} xc_draft;

/* A selector while the plan is built. */
typedef struct {
    uint32_t name, names; /* all names, also "context" or "result" */
    uint32_t slot;        /* or XC_NOTHING: nobody needs it so far */
} xc_path;

/* JSON that was read lately and what came of it, for when the same bytes come again,
 * as they often do. */
typedef struct {
    xc_text json;
    uint32_t tag; /* xc_tag of it */
    uint32_t number;
} xc_cached;

enum { XC_CACHE_SELECTORS, XC_CACHE_METADATA, XC_CACHE_NAMES, XC_CACHE_KINDS };

#define XC_CACHE_SIZE 16      /* of each kind */
#define XC_CACHE_MAX_LENGTH 256 /* bytes: longer ones hardly repeat, and might be too deep elsewhere */

typedef struct {
    xc_allocator allocator;
    xc_reader in;
    const char *document;
    int32_t error;         /* ends everything: memory, size, cost; syntax is the reader's */
    const char *problem;       /* why the flag at hand is malformed */
    const char *problem_at;

    xc_vector array[XC_ARRAYS];
    xc_vector drafts;       /* xc_draft, by flag */
    xc_vector paths;        /* xc_path */
    xc_vector path_table;   /* uint32_t: a path's number, by its names; a power of two in size */
    xc_vector cache;       /* xc_cached, XC_CACHE_SIZE of each kind */
    uint32_t cache_puts[XC_CACHE_KINDS]; /* how many there were so far; each replaces the oldest */
    xc_vector pattern_table;
    xc_vector parent_names; /* xc_span, by parent */
    xc_vector variant_names;      /* xc_name_span, by variant */
    xc_vector segment_names;      /* the variant that a segment names, by segment */
    xc_vector distribution_names; /* the same, by distribution */
    xc_vector variant_table; /* uint32_t: the variants of the flag at hand, by name */

    /* For xc_link.c, all uint32_t but the slots. */
    xc_vector key_table; /* drafts, by key */
    xc_vector pending;   /* by draft: its parents that have no number yet */
    xc_vector child_first, children; /* by draft: where its children begin among all children */
    xc_vector order;                 /* drafts, by number */
    xc_vector stack, flag_stamp, slot_stamp;
    xc_vector outcome_of; /* by variant: the last outcome that has it */
    xc_vector result_slots; /* xc_slot */
    xc_vector result_first, result_next; /* by flag, the first of its result's slots; by these, the next one */
    uint32_t context_nodes;
    uint64_t cost;          /* steps taken to resolve dependencies */
} xc_builder;

/* How reading a part of a flag ended. */
typedef enum {
    XC_READ_OK,
    XC_READ_MALFORMED, /* the flag is malformed: see bad; the reader stands somewhere inside */
    XC_READ_ABORT /* the document can't be read on: see in.error and error */
} xc_reading;

/* The items of an array by type. */
#define XC_ITEMS(type, vector) ((type *)(vector).items)

/* Adds n items of a size, not initialised; NULL (and the error set) when there
 * is no memory for them. */
static void *xc_add(xc_builder *b, xc_vector *vector, size_t size, size_t n);
static void xc_vector_free(xc_builder *b, xc_vector *vector, size_t size);

/* Sets the items to n of a size, each byte of each of them `byte`. */
static void *xc_vector_fill(xc_builder *b, xc_vector *vector, size_t size, size_t n, int byte);

/* Adds text to the plan. False when there is no memory. */
static bool xc_add_text(xc_builder *b, const char *p, size_t n, xc_span *span);

/* Where a text begins to look for its place in a table. */
static uint32_t xc_text_hash(const xc_builder *b, xc_text text);

/* A text of the plan being built; valid until text is added. */
static xc_text xc_built_text(const xc_builder *b, xc_span span);

/* Reading the document (xc_parse.c), compiling a condition's values, which are
 * the last ones in the array (xc_values.c), making the plan (xc_link.c). */
static bool xc_parse(xc_builder *b);
static bool xc_compile_values(xc_builder *b, xc_condition *condition);
static xc_plan *xc_link(xc_builder *b);

/* Lays out the scratch memory of evaluations (xc_evaluate.c). */
static void xc_plan_layout(xc_plan *plan);

/* The length is that of the document. */
static bool xc_builder_start(xc_builder *b, size_t length);
static void xc_builder_free(xc_builder *b);

/* The number of the JSON at hand if it is like some of late, over which it steps, or
 * XC_NOTHING. */
static uint32_t xc_cache_get(xc_builder *b, int kind);

/* Remembers the JSON from `start` to the reader. */
static void xc_cache_put(xc_builder *b, int kind, const char *start, uint32_t number);

/* Adds a report of something left out. */
static bool xc_report_add(xc_builder *b, uint32_t code, xc_span key, uint32_t entry, size_t offset, const char *message,
                          uint32_t cycle);

#endif
