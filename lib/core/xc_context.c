//go:build ignore

/* Reads a context into the values of slots, in one pass and without a DOM.
 *
 * An array names the slots itself; the Go side writes contexts in this form. An
 * object is walked along the tree of paths: from a node, each member either
 * leads to a child node or is skipped. The walk keeps no stack, since nodes
 * know their parents. Results of flags are read by the same walk (xc_result.c).
 *
 * A slot gets the JSON of its value and, if no work is needed, its text; a list
 * of plain strings gets its items. Everything else is computed when a condition
 * asks for it (xc_value.c). The whole context is checked, skipped values too,
 * so that success does not depend on the flags that are asked for. */

#include "xc_context.h"
#include "xc_value.h"

/* ---- a context that is an array: slot number, value, slot number, ... ---- */

/* Reads the number of a slot, below `slots`. */
static bool xc_read_slot_number(xc_reader *in, uint32_t slots, uint32_t *slot)
{
    uint32_t number = 0;
    const char *digits = in->p;
    while (in->p < in->end && *in->p >= '0' && *in->p <= '9') {
        number = number * 10 + (uint32_t)(*in->p++ - '0');
        if (number >= slots)
            return xc_fail(in, XC_ERROR_ARGUMENT);
    }
    *slot = number;
    if (in->p == digits)
        return xc_fail(in, XC_ERROR_TYPE);
    return (*digits != '0' || in->p - digits == 1) || xc_fail(in, XC_ERROR_SYNTAX); /* JSON has no leading zeros */
}

/* Reads a whole number that is its own text and needs no rounding into a value.
 * Returns false, with the reader where it was, for other numbers. */
static inline bool xc_read_integer(xc_reader *in, xc_value *value)
{
    uint64_t number;
    value->raw.p = in->p;
    if (!xc_integer(in, &number))
        return false;
    value->kind = XC_NUMBER;
    value->ready = XC_IS_SINGLE | XC_READY_TEXT | XC_READY_NUMBER | XC_IS_NUMBER | XC_READY_LIST;
    value->raw.n = (uint32_t)(in->p - value->raw.p);
    xc_item_set(&value->text, value->raw);
    value->number = (double)number;
    return true;
}

/* Reads a value that is neither a string nor a short integer into a slot. */
static XC_RARE bool xc_read_other(xc_run *run, xc_reader *in, xc_value *value, int kind)
{
    const char *start = in->p;
    bool list = kind == XC_ARRAY && xc_plain_list(run, in, value);
    if (kind == XC_NONE || (!list && !xc_skip(in)))
        return false;
    value->raw.p = start;
    value->raw.n = (uint32_t)(in->p - start);
    xc_value_start(value, kind);
    if (list)
        value->ready = XC_READY_LIST | XC_IS_LIST;
    return true;
}

/* Reads the value at hand into a slot. */
static bool xc_read_into(xc_run *run, xc_reader *in, xc_value *value)
{
    int kind = xc_peek(in);
    value->escaped = false;
    if (kind == XC_NUMBER && xc_read_integer(in, value))
        return true;
    if (kind != XC_STRING)
        return xc_read_other(run, in, value, kind);
    if (!xc_string(in, &value->raw, &value->escaped))
        return false;
    xc_value_start(value, XC_STRING);
    return true;
}

/* Reads a context that is an array; a slot that is repeated keeps its last
 * value. */
static bool xc_read_array_context(xc_run *run, xc_reader *in)
{
    bool first = true;
    xc_open(in);
    while (xc_next(in, &first, ']')) {
        uint32_t slot;
        if (!xc_read_slot_number(in, run->plan->context_slots, &slot) || !xc_expect(in, ',') ||
            (!xc_more(in) && !xc_fail(in, XC_ERROR_TRUNCATED)) || !xc_read_into(run, in, &run->slots[slot]))
            return false;
    }
    return in->error == XC_OK;
}

/* ---- a context that is an object, walked along the tree of paths ---- */

XC_INTERNAL uint32_t xc_find_child(xc_run *run, uint32_t node, xc_text name, bool escaped)
{
    const xc_plan *plan = run->plan;
    xc_scratch before = run->scratch;
    uint32_t mask = plan->count[XC_EDGES] - 1, child = XC_NOTHING;
    if (!xc_unescape_to(&run->scratch, name, escaped, &name)) {
        run->error = XC_ERROR_SCRATCH;
        return XC_NOTHING;
    }
    for (uint32_t at = xc_edge_place(plan->allocator.hash_key, node, name, mask); plan->edges[at].node != XC_NOTHING;
         at = (at + 1) & mask) {
        const xc_edge *edge = &plan->edges[at];
        if (edge->node == node && xc_text_equal(xc_plan_text(plan, edge->name), name)) {
            child = edge->child;
            break;
        }
    }
    run->scratch = before;
    return child;
}

/* When a member repeats, its last value replaces the earlier ones and
 * everything in them. So each node records the step at which the walk last
 * entered it. A node that was entered before its parent was last entered
 * belongs to a replaced value, and is cleared. Nodes come after their parents,
 * so one pass is enough. */
XC_INTERNAL void xc_drop_replaced(xc_run *run, uint32_t node, uint32_t nodes)
{
    const xc_plan *plan = run->plan;
    for (uint32_t i = node; i < node + nodes; i++) {
        uint32_t above = run->entered_at[plan->nodes[i].parent], slot = plan->nodes[i].slot;
        if (run->entered_at[i] >= above)
            continue;
        run->entered_at[i] = above;
        if (slot != XC_NOTHING)
            xc_value_clear(&run->slots[slot], XC_NONE);
    }
}

XC_INTERNAL bool xc_walk(xc_run *run, xc_reader *in, uint32_t top)
{
    const xc_plan *plan = run->plan;
    uint32_t node = top;
    for (;;) {
        /* At a value that some path leads to or through. */
        uint32_t slot = plan->nodes[node].slot;
        bool first = true;
        run->has_repeats |= run->entered_at[node] != 0;
        run->entered_at[node] = ++run->step;
        if (plan->nodes[node].children > 0 && in->p < in->end && *in->p == '{') {
            if (slot != XC_NOTHING) {
                xc_value_clear(&run->slots[slot], XC_NONE); /* until its end is known */
                run->slots[slot].raw.p = in->p;
            }
            if (!xc_open(in))
                return false;
        } else {
            if (slot == XC_NOTHING ? !xc_skip(in) : !xc_read_into(run, in, &run->slots[slot]))
                return false;
            if (node == top)
                return true;
            node = plan->nodes[node].parent;
            first = false;
        }
        /* In an object: go on to the next member that some path leads to. */
        for (;;) {
            xc_text name;
            bool escaped;
            uint32_t child;
            if (xc_next(in, &first, '}')) {
                if (!xc_member_name(in, &name, &escaped))
                    return false;
                child = xc_find_child(run, node, name, escaped);
                if (run->error != XC_OK)
                    return false;
                if (child != XC_NOTHING) {
                    node = child;
                    break;
                }
                if (!xc_skip(in))
                    return false;
                continue;
            }
            if (in->error != XC_OK)
                return false;
            slot = plan->nodes[node].slot;
            if (slot != XC_NOTHING) {
                run->slots[slot].kind = XC_OBJECT;
                run->slots[slot].raw.n = (uint32_t)(in->p - run->slots[slot].raw.p);
            }
            if (node == top)
                return true;
            node = plan->nodes[node].parent;
            first = false;
        }
    }
}

/* Reads a context that is an object. */
static bool xc_read_object_context(xc_run *run, xc_reader *in)
{
    uint32_t nodes = run->plan->context_nodes;
    memset(run->entered_at, 0, nodes * sizeof *run->entered_at);
    if (!xc_walk(run, in, 0))
        return false;
    if (run->has_repeats)
        xc_drop_replaced(run, 0, nodes);
    return true;
}

/* Reads a context in either form. */
static bool xc_read_any_context(xc_run *run, xc_reader *in)
{
    if (*in->p == '[')
        return xc_read_array_context(run, in);
    if (*in->p == '{')
        return xc_read_object_context(run, in);
    return xc_fail(in, XC_ERROR_TYPE);
}

XC_INTERNAL bool xc_read_context(xc_run *run, const char *context, size_t length)
{
    xc_reader in = xc_reader_of(context, length);
    xc_limit_depth(&in);
    if (in.error == XC_OK && !xc_more(&in))
        xc_fail(&in, XC_ERROR_TRUNCATED);
    if (in.error == XC_OK && xc_read_any_context(run, &in) && xc_more(&in))
        xc_fail(&in, XC_ERROR_TRAILING);
    if (run->error == XC_OK)
        run->error = in.error;
    return run->error == XC_OK;
}
