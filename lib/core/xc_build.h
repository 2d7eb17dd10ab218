/* A plan while it is built: its growing arrays, and everything else that is
 * needed only until it is complete.
 *
 * Reading (xc_parse.h) fills the arrays from the document, linking (xc_link.h)
 * joins what was read and makes the plan. All of it happens in one call, on one
 * thread. Functions that return false or NULL have set an error; their caller
 * returns at once, and xc_plan_compile releases everything. */
#ifndef XC_BUILD_H
#define XC_BUILD_H

#include "xc_json.h"
#include "xc_plan.h"

/* An array that grows. */
typedef struct {
    void *items;
    uint32_t count, capacity;
} xc_vector;

/* The items of a vector, by type. */
#define XC_ITEMS(type, vector) ((type *)(vector).items)

/* A text that is either in the plan's text or, if it has no escapes, still in
 * the document. */
typedef struct {
    xc_span span;
    bool in_document;
} xc_name_span;

/* What is known about a flag only while the plan is built. */
typedef struct {
    xc_span key;
    uint32_t entry, offset;         /* its number and its place in the document */
    uint32_t condition, conditions; /* of all its segments */
    uint32_t bucket, buckets;
    uint32_t number;              /* its number in the plan, or XC_NOTHING if it is left out */
    uint32_t own_slot, own_slots; /* in the array of lists: the slots that it reads itself */
    uint32_t chain;               /* how many flags, at most, depend on each other in a row up to this one */
    uint64_t steps;               /* at least the steps that walking up all its dependencies takes */
    const char *limit;            /* why it is left out because of the flags it depends on, or NULL */
    uint32_t next;                /* if it is on or after a cycle: a parent that is so too */
    uint32_t cycle;               /* the cycle that next leads to, or XC_NOTHING */
} xc_draft;

/* A selector while the plan is built. */
typedef struct {
    uint32_t name, names; /* all its names, "context" or "result" too */
    uint32_t slot;        /* or XC_NOTHING: no flag has needed it so far */
} xc_path;

enum { XC_CACHE_SELECTORS, XC_CACHE_METADATA, XC_CACHE_NAMES, XC_CACHE_KINDS };

typedef struct {
    xc_allocator allocator;
    xc_reader in;
    const char *document;
    int32_t error;          /* memory or size; ends the building. Syntax errors are the reader's */
    const char *problem;    /* why the flag being read is malformed */
    const char *problem_at; /* where in the document that was noticed */

    xc_vector array[XC_ARRAYS];
    xc_vector drafts;                  /* xc_draft, by flag */
    xc_vector paths;                   /* xc_path */
    xc_vector path_table;              /* uint32_t: a path's number, by its names; a power of two in size */
    xc_vector cache;                   /* xc_cached, XC_CACHE_SIZE of each kind (xc_cache.h) */
    uint32_t cache_puts[XC_CACHE_KINDS]; /* how many there have been; each replaces the oldest */
    xc_vector pattern_table;           /* uint32_t: a pattern's number, by its text */
    xc_vector parent_names;            /* xc_span, by parent */
    xc_vector variant_names;           /* xc_name_span, by variant */
    xc_vector segment_names;           /* xc_name_span, by segment: the variant that it names */
    xc_vector distribution_names;      /* xc_name_span, by distribution: the variant that it names */
    xc_vector variant_table;           /* uint32_t: the variants of the flag being read, by name */

    /* For linking; uint32_t except result_slots. */
    xc_vector key_table;                 /* drafts, by key */
    xc_vector pending;                   /* by draft: how many of its parents have no number yet */
    xc_vector child_first, children;     /* by draft: where its children begin among all children */
    xc_vector order;                     /* drafts, by number */
    xc_vector stack;                     /* flags on a walk up the dependencies */
    xc_vector flag_stamp, slot_stamp;    /* by flag, by slot: the number + 1 of the last flag that had it */
    xc_vector outcome_of;                /* by variant: the last outcome that has it */
    xc_vector result_slots;              /* xc_slot */
    xc_vector result_first, result_next; /* by flag: the first slot of its result; by slot: the next one */
    uint32_t context_nodes;
    uint64_t steps; /* that walking up the dependencies of all flags will take, at most */
} xc_builder;

/* Gives every array some room, so that none is ever NULL. The length is the
 * document's. Returns false, with the error set, if there is no memory. */
XC_INTERNAL bool xc_builder_start(xc_builder *b, size_t length);

/* Releases everything that the builder holds. */
XC_INTERNAL void xc_builder_free(xc_builder *b);

/* Releases the arrays that are not part of the plan. */
XC_INTERNAL void xc_builder_free_others(xc_builder *b);

/* Sets the error that ends the building, unless there is one. Always returns
 * false. */
XC_INTERNAL bool xc_build_fail(xc_builder *b, int32_t error);

/* Returns the size of an item of an array of the plan. */
XC_INTERNAL size_t xc_item_size(int array);

/* Makes room for `count` items of a size in all. Returns false, with the error
 * set, if there is no memory or if the items are too many. */
XC_INTERNAL bool xc_vector_grow(xc_builder *b, xc_vector *vector, size_t size, size_t count);

/* Releases the items of a vector, which is empty afterwards. */
XC_INTERNAL void xc_vector_free(xc_builder *b, xc_vector *vector, size_t size);

/* Makes a vector of n items of a size, each byte of which is `byte`. Returns
 * the items, or NULL, with the error set, if there is no memory. */
XC_INTERNAL void *xc_vector_fill(xc_builder *b, xc_vector *vector, size_t size, size_t n, int byte);

/* Adds n items of a size. Returns the first, uninitialized, or NULL, with the
 * error set, if there is no memory. Pointers to earlier items become
 * invalid. */
XC_INTERNAL void *xc_add(xc_builder *b, xc_vector *vector, size_t size, size_t n);

/* Adds one item to an array of the plan, in the same way. */
XC_INTERNAL void *xc_add_item(xc_builder *b, int array);

/* Adds text to the plan. Returns false, with the error set, if there is no
 * memory. */
XC_INTERNAL bool xc_add_text(xc_builder *b, const char *p, size_t n, xc_span *span);

/* Adds a number to the array of lists. Returns false if there is no memory. */
XC_INTERNAL bool xc_append_list(xc_builder *b, uint32_t item);

/* Returns a text of the plan being built. It is valid until text is added. */
XC_INTERNAL xc_text xc_built_text(const xc_builder *b, xc_span span);

/* Returns where the search for a text in a table begins; the caller masks
 * it. */
XC_INTERNAL uint32_t xc_text_hash(const xc_builder *b, xc_text text);

/* Adds a report of a flag that is left out. Returns false if there is no
 * memory. */
XC_INTERNAL bool xc_report_add(xc_builder *b, uint32_t code, xc_span key, uint32_t entry, size_t offset,
                               const char *message, uint32_t cycle);

#endif
