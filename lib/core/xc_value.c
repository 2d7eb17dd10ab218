//go:build ignore

#include "xc_lower.h"
#include "xc_number.h"
#include "xc_run.h"
#include "xc_version.h"

static void *xc_run_alloc(xc_run *run, size_t count, size_t size)
{
    void *block = xc_scratch_array(&run->scratch, count, size);
    if (block == NULL)
        run->error = XC_ERROR_SCRATCH;
    return block;
}

/* ---- from JSON ---- */

static inline void xc_item_set(xc_item *item, xc_text text)
{
    item->text = text;
    item->tag = xc_tag(text.p, text.n);
    item->hash = 0;
}

static inline void xc_value_start(xc_value *value, int kind)
{
    value->kind = (uint8_t)kind;
    value->ready = kind == XC_STRING || kind == XC_ARRAY ? 0 : XC_READY_LIST;
    /* Most values are strings without escapes, and most of these no lists. */
    if (kind == XC_STRING && !value->escaped) {
        value->ready = XC_READY_TEXT;
        if (value->raw.n == 0 || *value->raw.p != '[')
            value->ready |= XC_READY_LIST | XC_IS_SINGLE;
        xc_item_set(&value->text, value->raw);
    }
}

static void xc_value_set(xc_value *value, xc_text json)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK, 0};
    int kind = xc_peek(&in);
    value->escaped = false;
    value->raw = json;
    if (kind == XC_STRING)
        xc_string(&in, &value->raw, &value->escaped);
    xc_value_start(value, kind);
}

/* ---- results ---- */

/* Writes something of an outcome into scratch. */
static bool xc_outcome_to_scratch(xc_run *run, uint32_t number, bool metadata, xc_text *json)
{
    /* How long the text is comes out of writing it to nowhere first. */
    xc_writer out = {NULL, 0, 0};
    for (int pass = 0; pass < 2; pass++) {
        bool done = metadata ? xc_write_metadata(run->plan, &run->plan->outcomes[number], &run->scratch, &out, true)
                             : xc_write_outcome(run->plan, number, &run->scratch, &out, true);
        if (!done) {
            run->error = XC_ERROR_SCRATCH;
            return false;
        }
        if (pass == 1)
            break;
        if (out.n > XC_MAX_TEXT) {
            run->error = XC_ERROR_SIZE;
            return false;
        }
        out.capacity = out.n;
        out.n = 0;
        if ((out.p = xc_run_alloc(run, out.capacity, 1)) == NULL)
            return false;
    }
    json->p = out.p;
    json->n = (uint32_t)out.n;
    return out.n > 0;
}

/* The node below a flag's result with this name, or XC_NOTHING. */
static uint32_t xc_result_node(xc_run *run, const xc_flag *flag, const char *name, uint32_t n)
{
    xc_text text = {name, n};
    return xc_find_child(run, flag->node, text, false);
}

/* Walks JSON of the plan from a node on; what is empty is not there. */
static bool xc_walk_text(xc_run *run, xc_text json, uint32_t node)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK, 0};
    if (json.n == 0 || node == XC_NOTHING || xc_walk(run, &in, node))
        return true;
    if (run->error == XC_OK)
        run->error = in.error;
    return false;
}

/* Sets every slot of a flag's result that is in its value, payload or metadata:
 * one walk, however many slots there are. The slots of the whole, of the key and
 * of all metadata stay as they are. */
static void xc_walk_result(xc_run *run, const xc_flag *flag, uint32_t number)
{
    const xc_plan *plan = run->plan;
    const xc_outcome *outcome = &plan->outcomes[number];
    const xc_variant *variant = &plan->variants[outcome->variant];
    const xc_span metadata[3] = {flag->metadata, plan->segments[outcome->segment].metadata, variant->metadata};
    uint32_t node = xc_result_node(run, flag, "metadata", 8), key = xc_result_node(run, flag, "key", 3), slot;
    xc_value whole;
    for (uint32_t i = flag->node; i < flag->node + flag->nodes; i++) {
        run->entered_at[i] = 0;
        if (i != flag->node && i != node && i != key && plan->nodes[i].slot != XC_NOTHING)
            xc_value_clear(&run->slots[plan->nodes[i].slot], XC_NONE);
    }
    run->has_repeats = false;
    if (!xc_walk_text(run, xc_plan_text(plan, variant->value), xc_result_node(run, flag, "value", 5)) ||
        !xc_walk_text(run, xc_plan_text(plan, variant->payload), xc_result_node(run, flag, "payload", 7)))
        return;
    slot = node != XC_NOTHING ? plan->nodes[node].slot : XC_NOTHING;
    if (slot != XC_NOTHING)
        whole = run->slots[slot];
    for (int i = 0; i < 3; i++) {
        if (!xc_walk_text(run, xc_plan_text(plan, metadata[i]), node))
            return;
        if (node != XC_NOTHING)
            run->entered_at[node] = 0; /* a later one replaces members, not all of an earlier one */
    }
    if (slot != XC_NOTHING)
        run->slots[slot] = whole;
    if (run->has_repeats)
        xc_drop_replaced(run, flag->node, flag->nodes);
}

static bool xc_name_is_word(const xc_plan *plan, const xc_slot *slot, const char *word, uint32_t n)
{
    const xc_span *name = plan->names + slot->name;
    return slot->names == 1 && name->n == n && memcmp(plan->text + name->at, word, n) == 0;
}

/* Sets the slot of a result, and those read along with it. The flag has been
 * evaluated: slots are numbered only for flags that depend on it. */
static XC_RARE void xc_read_result(xc_run *run, const xc_slot *slot, xc_value *value)
{
    const xc_plan *plan = run->plan;
    const xc_flag *flag = &plan->flags[slot->flag];
    uint32_t outcome = run->results[flag->result];
    bool metadata = xc_name_is_word(plan, slot, "metadata", 8);
    xc_text json;
    xc_value_clear(value, XC_NONE);
    if (outcome == XC_NOTHING)
        return;
    if (xc_name_is_word(plan, slot, "key", 3)) {
        value->escaped = false;
        value->raw = xc_plan_text(plan, plan->variants[plan->outcomes[outcome].variant].key);
        xc_value_start(value, XC_STRING);
    } else if (slot->names == 0 || metadata) {
        if (xc_outcome_to_scratch(run, outcome, metadata, &json))
            xc_value_set(value, json);
    } else {
        xc_walk_result(run, flag, outcome);
    }
}

static inline xc_value *xc_run_slot(xc_run *run, uint32_t slot)
{
    xc_value *value = &run->slots[slot];
    if (value->kind == XC_UNREAD)
        xc_read_result(run, &run->plan->slots[slot], value);
    return value;
}

/* ---- text ---- */

/* JSON in its normal form, in scratch. */
static bool xc_normal_to_scratch(xc_run *run, xc_text json, xc_text *text)
{
    xc_scratch mine = run->scratch; /* the tree's, given back on return */
    xc_tree *tree = xc_tree_new(&mine, run->plan->allocator.hash_key, json.n);
    xc_writer out = {NULL, 0, 0};
    if (tree == NULL || !xc_tree_read(tree, json)) {
        run->error = XC_ERROR_SCRATCH;
        return false;
    }
    xc_tree_write(tree, &out, false);
    if (out.n > XC_MAX_TEXT) { /* numbers may have grown: 1e20 has 21 digits */
        run->error = XC_ERROR_SIZE;
        return false;
    }
    out.capacity = out.n;
    out.n = 0;
    if ((out.p = xc_scratch_alloc(&mine, out.capacity)) == NULL) {
        run->error = XC_ERROR_SCRATCH;
        return false;
    }
    xc_tree_write(tree, &out, false);
    text->n = (uint32_t)out.n;
    memmove(run->scratch.p, out.p, out.n); /* over the tree, which is no longer needed */
    text->p = run->scratch.p;
    run->scratch.p += out.n;
    return true;
}

/* A value's text where it is not the value as it stands. */
static XC_RARE void xc_make_text(xc_run *run, xc_value *value)
{
    char buffer[XC_NUMBER_TEXT_MAX];
    const char *number;
    char *copy;
    xc_text text = value->raw;
    value->ready |= XC_READY_TEXT;
    switch (value->kind) {
    case XC_STRING:
        if (value->escaped && !xc_unescape_to(&run->scratch, value->raw, true, &text))
            run->error = XC_ERROR_SCRATCH;
        break;
    case XC_NUMBER:
        text.n = (uint32_t)xc_number_text(value->raw.p, value->raw.n, buffer, &number);
        if (number == buffer) {
            if ((copy = xc_run_alloc(run, text.n, 1)) == NULL)
                break;
            memcpy(copy, number, text.n);
            number = copy;
        }
        text.p = number;
        break;
    case XC_ARRAY:
    case XC_OBJECT:
        xc_normal_to_scratch(run, value->raw, &text);
        break;
    default:
        break; /* true and false are their own text */
    }
    if (run->error != XC_OK)
        text.n = 0;
    xc_item_set(&value->text, text);
}

static inline xc_item *xc_value_text(xc_run *run, xc_value *value)
{
    if (!(value->ready & XC_READY_TEXT))
        xc_make_text(run, value);
    return &value->text;
}

static xc_text xc_value_lower(xc_run *run, xc_value *value)
{
    xc_text text;
    char *out;
    if (value->ready & XC_READY_LOWER)
        return value->lower;
    value->ready |= XC_READY_LOWER;
    text = xc_value_text(run, value)->text;
    value->lower = text;
    value->letter_set = 0;
    if (text.n == 0)
        return text;
    if ((out = xc_run_alloc(run, XC_LOWER_ROOM(text.n), 1)) == NULL) {
        value->lower.n = 0;
        return value->lower;
    }
    value->lower.n = (uint32_t)xc_lower(text.p, text.n, out);
    value->lower.p = out;
    value->letter_set = xc_letter_set(out, value->lower.n);
    run->scratch.p = out + value->lower.n;
    return value->lower;
}

static XC_RARE void xc_make_number(xc_run *run, xc_value *value)
{
    xc_text text = xc_value_text(run, value)->text;
    value->ready |= XC_READY_NUMBER;
    if (xc_number_parse(text.p, text.n, &value->number))
        value->ready |= XC_IS_NUMBER;
}

static inline bool xc_value_number(xc_run *run, xc_value *value, double *number)
{
    if (!(value->ready & XC_READY_NUMBER))
        xc_make_number(run, value);
    *number = value->number;
    return (value->ready & XC_IS_NUMBER) != 0;
}

static XC_RARE void xc_make_version(xc_run *run, xc_value *value)
{
    xc_version version;
    value->ready |= XC_READY_VERSION;
    value->version = xc_version_parse(xc_value_text(run, value)->text, &version) ? xc_version_pack(&version) : 0;
}

static inline uint64_t xc_value_version(xc_run *run, xc_value *value)
{
    if (!(value->ready & XC_READY_VERSION))
        xc_make_version(run, value);
    return value->version;
}

/* ---- lists ---- */

/* The items of a JSON array, as texts, without nulls. */
static bool xc_parse_items(xc_run *run, xc_text json, xc_value *list)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK, 0};
    bool first = true;
    uint32_t count = 0;
    xc_item *items;
    xc_open(&in);
    while (xc_next(&in, &first, ']')) {
        xc_skip(&in);
        count++;
    }
    if ((items = xc_run_alloc(run, count, sizeof *items)) == NULL)
        return false;
    in.p = json.p;
    first = true;
    count = 0;
    xc_open(&in);
    while (xc_next(&in, &first, ']')) {
        xc_value item;
        xc_text raw = {in.p, 0};
        xc_skip(&in);
        raw.n = (uint32_t)(in.p - raw.p);
        xc_value_set(&item, raw);
        if (item.kind != XC_NULL)
            items[count++] = *xc_value_text(run, &item);
    }
    list->items = items;
    list->count = count;
    return run->error == XC_OK;
}

static XC_RARE void xc_make_list(xc_run *run, xc_value *value)
{
    xc_text text = value->raw;
    xc_reader in;
    value->ready |= XC_READY_LIST;
    if (value->kind == XC_STRING) {
        text = xc_value_text(run, value)->text;
        if (text.n == 0 || *text.p != '[')
            return;
        in.p = text.p;
        in.end = text.p + text.n;
        in.error = XC_OK;
        in.depth = 0;
        if (!xc_skip(&in) || xc_more(&in))
            return;
    } else if (value->kind != XC_ARRAY) {
        return;
    }
    if (xc_parse_items(run, text, value))
        value->ready |= XC_IS_LIST;
}

static inline bool xc_value_list(xc_run *run, xc_value *value)
{
    if (!(value->ready & XC_READY_LIST))
        xc_make_list(run, value);
    return (value->ready & XC_IS_LIST) != 0;
}

/* The same as xc_single_value, where that is not known yet. */
static XC_RARE bool xc_make_single(xc_run *run, uint32_t slot)
{
    xc_value *value = xc_run_slot(run, slot);
    if (value->ready & XC_IS_SINGLE)
        return true;
    if (value->kind <= XC_NULL || xc_value_list(run, value))
        return false;
    xc_value_text(run, value);
    value->ready |= XC_IS_SINGLE;
    return true;
}

static inline bool xc_single_value(xc_run *run, uint32_t slot, xc_value **value)
{
    *value = &run->slots[slot];
    return ((*value)->ready & XC_IS_SINGLE) != 0 || xc_make_single(run, slot);
}
