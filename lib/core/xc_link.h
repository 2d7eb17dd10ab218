/* Linking: joining the flags that were read, and making the plan. Each step has
 * a file. The steps run in the order of this header, and each relies on the
 * earlier ones. They return false, with the builder's error set, if there is no
 * memory. */
#ifndef XC_LINK_H
#define XC_LINK_H

#include "xc_build.h"

/* Makes the plan of what has been read. Returns NULL, with the error set, if
 * that fails. */
XC_INTERNAL xc_plan *xc_link(xc_builder *b);

/* xc_link_order.c: decides which flags the plan has, and puts them in order.
 * From then on the builder's flags are the plan's flags, by number. Drafts
 * keep the order of the document; b->order leads from a flag's number to its
 * draft. */
XC_INTERNAL bool xc_link_order(xc_builder *b);

/* xc_link_slots.c: numbers the values that the flags read, and lists them for
 * each flag. */
XC_INTERNAL bool xc_link_slots(xc_builder *b);

/* xc_link_trees.c: makes trees of the paths of the slots. */
XC_INTERNAL bool xc_link_trees(xc_builder *b);

/* Returns the draft with this key, the last one if several have it, or
 * XC_NOTHING. */
XC_INTERNAL uint32_t xc_find_key(const xc_builder *b, xc_span key);

/* Returns a flag of the plan being built: by draft before xc_link_order has
 * run, by number after it. */
static inline xc_flag *xc_built_flag(const xc_builder *b, uint32_t number)
{
    return XC_ITEMS(xc_flag, b->array[XC_FLAGS]) + number;
}

static inline xc_draft *xc_draft_at(const xc_builder *b, uint32_t draft)
{
    return XC_ITEMS(xc_draft, b->drafts) + draft;
}

/* Returns the draft of the flag with a number. */
static inline xc_draft *xc_numbered_draft(const xc_builder *b, uint32_t number)
{
    return xc_draft_at(b, XC_ITEMS(const uint32_t, b->order)[number]);
}

#endif
