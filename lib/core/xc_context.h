/* Reading a context, or any JSON, into slots.
 *
 * The functions set the values of slots and never clear them first:
 * xc_clear_slots has done that for the context, and the caller does it for a
 * result. Texts of values point into the JSON that was read, so it must outlive
 * the run, except that strings with escapes are unescaped into scratch when
 * they are needed. */
#ifndef XC_CONTEXT_H
#define XC_CONTEXT_H

#include "xc_json.h"
#include "xc_run.h"

/* Reads the context into the slots. Returns false, with the run's error set, if
 * it is not a valid context. */
XC_INTERNAL bool xc_read_context(xc_run *run, const char *context, size_t length);

/* Walks the value at hand along the tree of paths, from a node on, and sets
 * slots. Returns false if the reader or the run has an error. */
XC_INTERNAL bool xc_walk(xc_run *run, xc_reader *in, uint32_t top);

/* Clears the slots that repeated members have replaced, among `nodes` nodes
 * from `node` on. */
XC_INTERNAL void xc_drop_replaced(xc_run *run, uint32_t node, uint32_t nodes);

/* Returns the node below a node that a name leads to, or XC_NOTHING. If scratch
 * is too small it returns XC_NOTHING, too, with the run's error set. */
XC_INTERNAL uint32_t xc_find_child(xc_run *run, uint32_t node, xc_text name, bool escaped);

#endif
