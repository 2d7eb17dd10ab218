//go:build ignore

/* Computes what conditions ask about a value, when they first ask for it.
 *
 * A hundred flags may ask for the same country, and none for its lower case. So
 * a slot begins as the JSON that the context has, and remembers in `ready` what
 * has been derived from it since. The functions that most conditions call are
 * inline and test one bit; the functions that do the work, xc_make_..., stay
 * out of line.
 *
 * Everything derived is in scratch memory. If scratch runs out, the run's error
 * is set and the value gets harmless content, and the evaluation ends with the
 * error. */

#include "xc_hash.h"
#include "xc_json.h"
#include "xc_lower.h"
#include "xc_number.h"
#include "xc_result.h"
#include "xc_tree.h"
#include "xc_value.h"
#include "xc_version.h"

/* ---- from JSON ---- */

XC_INTERNAL_INLINE void xc_item_set(xc_item *item, xc_text text)
{
    item->text = text;
    item->tag = xc_tag(text.p, text.n);
    item->hash = 0;
}

XC_INTERNAL_INLINE void xc_value_start(xc_value *value, int kind)
{
    value->kind = (uint8_t)kind;
    value->ready = kind == XC_STRING || kind == XC_ARRAY ? 0 : XC_READY_LIST;
    /* Most values are strings without escapes, and most of these are not
     * lists. */
    if (kind == XC_STRING && !value->escaped) {
        value->ready = XC_READY_TEXT;
        if (value->raw.n == 0 || *value->raw.p != '[')
            value->ready |= XC_READY_LIST | XC_IS_SINGLE;
        xc_item_set(&value->text, value->raw);
    }
}

XC_INTERNAL void xc_value_set(xc_value *value, xc_text json)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK, 0};
    int kind = xc_peek(&in);
    value->escaped = false;
    value->raw = json;
    if (kind == XC_STRING)
        xc_string(&in, &value->raw, &value->escaped);
    xc_value_start(value, kind);
}

/* ---- text ---- */

/* Writes JSON in its normal form into scratch. */
static bool xc_normal_to_scratch(xc_run *run, xc_text json, xc_text *text)
{
    xc_scratch local = run->scratch; /* a copy, so the tree's memory is given back on return */
    xc_tree *tree = xc_tree_new(&local, run->plan->allocator.hash_key, json.n);
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
    if ((out.p = xc_scratch_alloc(&local, out.capacity)) == NULL) {
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

/* Makes the text of a value, unless it was made when the value was set. */
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
        if (value->raw.n > XC_MAX_VALUE)
            run->error = XC_ERROR_VALUE;
        else
            xc_normal_to_scratch(run, value->raw, &text);
        break;
    default:
        break; /* true and false are their own text */
    }
    if (run->error != XC_OK)
        text.n = 0;
    xc_item_set(&value->text, text);
}

XC_INTERNAL_INLINE xc_item *xc_value_text(xc_run *run, xc_value *value)
{
    if (!(value->ready & XC_READY_TEXT))
        xc_make_text(run, value);
    return &value->text;
}

XC_INTERNAL xc_text xc_value_lower(xc_run *run, xc_value *value)
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

XC_INTERNAL_INLINE bool xc_value_number(xc_run *run, xc_value *value, double *number)
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

XC_INTERNAL_INLINE uint64_t xc_value_version(xc_run *run, xc_value *value)
{
    if (!(value->ready & XC_READY_VERSION))
        xc_make_version(run, value);
    return value->version;
}

/* ---- lists ---- */

XC_INTERNAL bool xc_plain_list(xc_run *run, xc_reader *in, xc_value *list)
{
    xc_reader local = *in;
    xc_scratch rest = run->scratch;
    xc_item *items = xc_scratch_alloc(&rest, 0); /* the items take all of the rest until their number is known */
    size_t room = items != NULL ? (size_t)(rest.end - rest.p) / sizeof *items : 0;
    bool first = true;
    uint32_t count = 0;
    if (!xc_open(&local))
        return false;
    while (xc_next(&local, &first, ']')) {
        xc_text text;
        bool escaped;
        if (count == room || *local.p != '"' || !xc_string(&local, &text, &escaped) || escaped)
            return false;
        xc_item_set(&items[count++], text);
    }
    if (local.error != XC_OK)
        return false;
    run->scratch.p = rest.p + count * sizeof *items;
    list->items = items;
    list->count = count;
    *in = local;
    return true;
}

/* Makes the items of a list: the items of a JSON array as texts, without
 * nulls. */
static bool xc_parse_items(xc_run *run, xc_text json, xc_value *list)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK, 0};
    bool first = true;
    uint32_t count = 0;
    xc_item *items;
    if (xc_plain_list(run, &in, list))
        return true;
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

/* Makes the items of a value if it is a list: an array, or a string that is a
 * JSON array. */
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
        xc_limit_depth(&in);
        if (!xc_skip(&in) || xc_more(&in))
            return;
    } else if (value->kind != XC_ARRAY) {
        return;
    }
    if (xc_parse_items(run, text, value))
        value->ready |= XC_IS_LIST;
}

/* Reports whether a value is a list; if so, its items are ready. */
static inline bool xc_value_list(xc_run *run, xc_value *value)
{
    if (!(value->ready & XC_READY_LIST))
        xc_make_list(run, value);
    return (value->ready & XC_IS_LIST) != 0;
}

/* Does the work of xc_single_value when it is first called for a slot. */
static XC_RARE bool xc_make_single(xc_run *run, uint32_t slot)
{
    xc_value *value = xc_run_slot(run, slot);
    if (value->ready & XC_IS_SINGLE)
        return true;
    if (value->kind <= XC_NULL || xc_value_list(run, value) || run->error != XC_OK)
        return false;
    xc_value_text(run, value);
    if (run->error != XC_OK)
        return false;
    value->ready |= XC_IS_SINGLE;
    return true;
}

XC_INTERNAL_INLINE bool xc_single_value(xc_run *run, uint32_t slot, xc_value **value)
{
    *value = &run->slots[slot];
    return ((*value)->ready & XC_IS_SINGLE) != 0 || xc_make_single(run, slot);
}
