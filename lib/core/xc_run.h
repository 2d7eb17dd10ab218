/* One evaluation: the values of slots and everything else that it needs, all in
 * the caller's scratch memory.
 *
 * The layout of that memory is the same for every evaluation of a plan, so it
 * is computed once (xc_plan_layout). A run belongs to one thread; the plan is
 * only read. When something fails, the run's error is set, the function that
 * failed returns some harmless value, and xc_evaluate returns the error. */
#ifndef XC_RUN_H
#define XC_RUN_H

#include "xc_json.h"
#include "xc_plan.h"
#include "xc_scratch.h"
#include "xc_text.h"

/* A text that is looked for among the values of conditions. */
typedef struct {
    xc_text text;
    uint32_t tag;  /* xc_tag of it */
    uint32_t hash; /* xc_hash of it, or 0 if it has not been computed yet */
} xc_item;

/* The value of a slot, or an item of a list. What can be derived from it (its
 * text, lower case, number, items) is computed when it is first asked for, and
 * kept. */
typedef struct {
    uint8_t kind;        /* XC_NONE ... XC_OBJECT, or XC_UNREAD */
    bool escaped;        /* of a string: raw has escapes */
    uint16_t ready;      /* XC_READY_..., XC_IS_... */
    uint32_t count;      /* of items */
    xc_text raw;         /* a string without its quotes; of other kinds the JSON */
    xc_item text;
    xc_text lower;
    double number;
    uint64_t version;    /* packed (xc_version.h) */
    xc_item *items;
    uint32_t letter_set; /* of lower (xc_hash.h) */
} xc_value;

/* The longest text of a value, so that its lower case fits 32 bits too. */
#define XC_MAX_TEXT ((size_t)1 << 31)

#define XC_UNREAD 8 /* the kind of a result's slot that has not been read yet */

enum {
    XC_READY_TEXT = 1,
    XC_READY_LOWER = 2,
    XC_READY_NUMBER = 4,
    XC_IS_NUMBER = 8,
    XC_READY_LIST = 16,
    XC_IS_LIST = 32,
    XC_READY_VERSION = 64,
    XC_IS_SINGLE = 128 /* there is a value, it is not a list, and its text is ready */
};

typedef struct {
    const xc_plan *plan;
    xc_scratch scratch;
    xc_value *slots;      /* one more than the plan has: the last is always absent */
    uint32_t *results;    /* the outcomes of flags that others depend on */
    uint64_t *needed;     /* the flags to evaluate, a bit each */
    uint32_t *entered_at; /* by node: the step at which a walk last entered it, or 0 (xc_context.c) */
    uint32_t step;
    bool has_repeats;     /* some node was entered more than once */
    int32_t error;
} xc_run;

/* Lays out the scratch memory of the plan's evaluations. */
XC_INTERNAL void xc_plan_layout(xc_plan *plan);

/* Starts an evaluation. Returns false, with the error set, if scratch is too
 * small. Its slots are not set; the caller clears them with xc_clear_slots. */
XC_INTERNAL bool xc_run_start(xc_run *run, const xc_plan *plan, void *scratch, size_t scratch_size);

/* Clears the slots that these flags may read: all slots, unless there is only
 * one flag. */
XC_INTERNAL void xc_clear_slots(xc_run *run, const uint32_t *flags, size_t count);

/* Returns memory for `count` items of a size, or NULL, with the error set, if
 * scratch is used up. */
XC_INTERNAL void *xc_run_alloc(xc_run *run, size_t count, size_t size);

/* Makes a value absent, or not read yet: XC_NONE or XC_UNREAD. */
static inline void xc_value_clear(xc_value *value, uint8_t kind)
{
    value->kind = kind;
    value->ready = 0;
}

#endif
