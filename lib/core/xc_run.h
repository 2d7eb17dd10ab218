/* One evaluation: the values of slots, and what it needs besides, all in the
 * caller's scratch memory. */
#ifndef XC_RUN_H
#define XC_RUN_H

#include "xc_json.h"
#include "xc_plan.h"
#include "xc_tree.h"

/* A text that is looked for among the values of conditions. */
typedef struct {
    xc_text text;
    uint32_t tag; /* xc_tag of it */
    uint32_t hash; /* xc_hash of it, or 0: not taken yet */
} xc_item;

/* The value of a slot, or an item of a list. What can be derived from it (its
 * text, lower case, number, items) is derived when first asked for and kept. */
typedef struct {
    uint8_t kind;     /* XC_NONE ... XC_OBJECT, or XC_UNREAD */
    bool escaped;     /* of a string: raw has escapes */
    uint16_t ready;   /* XC_READY_... */
    uint32_t count;   /* of items */
    xc_text raw;      /* a string without its quotes; else the JSON */
    xc_item text;
    xc_text lower;
    double number;
    uint64_t version; /* packed (xc_version.h) */
    xc_item *items;
    uint32_t letter_set; /* of lower (xc_hash.h) */
} xc_value;

/* The longest text of a value, so that its lower case fits 32 bits too. */
#define XC_MAX_TEXT ((size_t)1 << 31)

#define XC_UNREAD 8 /* a result's slot that nobody has asked for yet */

enum {
    XC_READY_TEXT = 1,
    XC_READY_LOWER = 2,
    XC_READY_NUMBER = 4,
    XC_IS_NUMBER = 8,
    XC_READY_LIST = 16,
    XC_IS_LIST = 32,
    XC_READY_VERSION = 64,
    XC_IS_SINGLE = 128 /* there is a value, it is no list, and its text is ready */
};

typedef struct {
    const xc_plan *plan;
    xc_scratch scratch;
    xc_value *slots;    /* one more than the plan has: the last is never there */
    uint32_t *results;  /* outcomes of flags that others depend on */
    uint64_t *needed;   /* flags to evaluate, a bit each */
    uint32_t *entered_at;  /* by node: the turn at which a walk last came by, or 0 (xc_context.c) */
    uint32_t step;
    bool has_repeats;      /* some node was entered more than once */
    int32_t error;
} xc_run;

/* Memory for this run, for items of a size; NULL, with the error set, when the
 * scratch is used up. */
static void *xc_run_alloc(xc_run *run, size_t count, size_t size);

/* Sets a value from the JSON that begins at json.p (xc_value.c). */
static void xc_value_set(xc_value *value, xc_text json);

/* Makes a value one that is not there, or not yet: XC_NONE or XC_UNREAD. */
static inline void xc_value_clear(xc_value *value, uint8_t kind)
{
    value->kind = kind;
    value->ready = 0;
}

/* Sets a value from what is known of it: its kind, and raw and escaped, which are set. */
static inline void xc_value_start(xc_value *value, int kind);

/* Walks a value along the tree of paths from a node on, setting slots, and then
 * drops what repeated members have replaced among some nodes (xc_context.c). */
static bool xc_walk(xc_run *run, xc_reader *in, uint32_t top);
static void xc_drop_replaced(xc_run *run, uint32_t node, uint32_t nodes);

/* The node below a node that a name leads to, or XC_NOTHING. */
static uint32_t xc_find_child(xc_run *run, uint32_t node, xc_text name, bool escaped);

/* The slot's value. Results are looked up when first asked for. */
static inline xc_value *xc_run_slot(xc_run *run, uint32_t slot);

/* Is there a value that is no list? If so, its text is ready. */
static inline bool xc_single_value(xc_run *run, uint32_t slot, xc_value **value);

/* A value's text, its lower case, its number (false: it is none), its packed version
 * (0: it has none) and its items (false: it is no list). With the run's error set
 * they mean nothing. */
static inline xc_item *xc_value_text(xc_run *run, xc_value *value);
static xc_text xc_value_lower(xc_run *run, xc_value *value);
static inline bool xc_value_number(xc_run *run, xc_value *value, double *number);
static inline uint64_t xc_value_version(xc_run *run, xc_value *value);
static inline bool xc_value_list(xc_run *run, xc_value *value);

/* Reads the context into the slots (xc_context.c). */
static bool xc_read_context(xc_run *run, const char *context, size_t length);

/* Is a condition met? (xc_condition.c) */
static inline bool xc_matches(xc_run *run, const xc_condition *condition);

/* The outcome as JSON, into a writer; in the form that conditions see, or with values as configured (xc_outcome.c). */
static bool xc_write_outcome(const xc_plan *plan, uint32_t outcome, xc_scratch *scratch, xc_writer *out, bool normal);
static bool xc_write_metadata(const xc_plan *plan, const xc_outcome *outcome, xc_scratch *scratch, xc_writer *out,
                              bool normal);

static xc_text xc_plan_text(const xc_plan *plan, xc_span span);

#endif
