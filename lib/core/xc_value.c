//go:build ignore

#include "xc_lower.h"
#include "xc_number.h"
#include "xc_run.h"

static void *xc_run_take(xc_run *run, size_t size)
{
    void *block = xc_take(&run->scratch, size);
    if (block == NULL)
        run->error = XC_ERROR_SCRATCH;
    return block;
}

/* ---- from JSON ---- */

static void xc_value_set(xc_value *value, xc_text json)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK};
    value->kind = (uint8_t)xc_peek(&in);
    value->ready = 0;
    value->escaped = false;
    value->raw = json;
    if (value->kind == XC_STRING)
        xc_string(&in, &value->raw, &value->escaped);
}

/* Finds the last member of this name in an object. False if there is none, if
 * json is no object, or when the scratch is used up. */
static bool xc_find_member(xc_run *run, xc_text json, xc_text wanted, xc_text *value)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK};
    bool first = true, found = false;
    if (json.n == 0 || *json.p != '{')
        return false;
    xc_open(&in);
    while (xc_next(&in, &first, '}')) {
        xc_scratch before = run->scratch;
        xc_text name;
        bool escaped, same;
        const char *start;
        xc_name(&in, &name, &escaped);
        if (!xc_plain(&run->scratch, name, escaped, &name)) {
            run->error = XC_ERROR_SCRATCH;
            return false;
        }
        same = xc_text_compare(name, wanted) == 0;
        run->scratch = before;
        start = in.p;
        xc_skip(&in);
        if (same) {
            value->p = start;
            value->n = (uint32_t)(in.p - start);
            found = true;
        }
    }
    return found;
}

/* ---- results ---- */

/* Writes something of an outcome into scratch. */
static bool xc_take_outcome(xc_run *run, uint32_t number, bool metadata, xc_text *json)
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
        out.capacity = out.n;
        out.n = 0;
        if ((out.p = xc_run_take(run, out.capacity)) == NULL)
            return false;
    }
    json->p = out.p;
    json->n = (uint32_t)out.n;
    return out.n > 0;
}

/* The JSON that a path of names leads to in an outcome; false if there is none. */
static bool xc_find_result(xc_run *run, uint32_t number, const xc_span *names, uint32_t count, xc_text *json)
{
    const xc_plan *plan = run->plan;
    const xc_outcome *outcome = &plan->outcomes[number];
    const xc_variant *variant = &plan->variants[outcome->variant];
    xc_text name = xc_plan_text(plan, names[0]);
    uint32_t done = 1;
    if (name.n == 5 && memcmp(name.p, "value", 5) == 0) {
        *json = xc_plan_text(plan, variant->value);
    } else if (name.n == 7 && memcmp(name.p, "payload", 7) == 0) {
        *json = xc_plan_text(plan, variant->payload);
    } else if (name.n == 8 && memcmp(name.p, "metadata", 8) == 0) {
        if (count == 1)
            return xc_take_outcome(run, number, true, json);
        name = xc_plan_text(plan, names[1]);
        if (!xc_find_member(run, xc_plan_text(plan, variant->metadata), name, json) &&
            !xc_find_member(run, xc_plan_text(plan, plan->segments[outcome->segment].metadata), name, json) &&
            !xc_find_member(run, xc_plan_text(plan, plan->flags[outcome->flag].metadata), name, json))
            return false;
        done = 2;
    } else {
        return false;
    }
    for (; done < count; done++)
        if (!xc_find_member(run, *json, xc_plan_text(plan, names[done]), json))
            return false;
    return json->n > 0;
}

/* Sets the slot of a result. The flag has been evaluated: slots are numbered
 * only for flags that depend on it. */
static void xc_read_result(xc_run *run, const xc_slot *slot, xc_value *value)
{
    const xc_plan *plan = run->plan;
    const xc_span *names = plan->names + slot->name;
    uint32_t outcome = run->results[plan->flags[slot->flag].result];
    xc_text json;
    value->kind = XC_NONE;
    if (outcome == XC_NOTHING)
        return;
    if (slot->names > 0 && names[0].n == 3 && memcmp(plan->text + names[0].at, "key", 3) == 0) {
        if (slot->names > 1)
            return;
        value->kind = XC_STRING;
        value->escaped = false;
        value->ready = 0;
        value->raw = xc_plan_text(plan, plan->variants[plan->outcomes[outcome].variant].key);
    } else if (slot->names == 0 ? xc_take_outcome(run, outcome, false, &json)
                                : xc_find_result(run, outcome, names, slot->names, &json)) {
        xc_value_set(value, json);
    }
}

static xc_value *xc_run_slot(xc_run *run, uint32_t slot)
{
    xc_value *value = &run->slots[slot];
    if (value->kind == XC_UNREAD)
        xc_read_result(run, &run->plan->slots[slot], value);
    return value;
}

/* ---- text ---- */

/* JSON in its normal form, in scratch. */
static bool xc_take_normal(xc_run *run, xc_text json, xc_text *text)
{
    xc_scratch mine = run->scratch; /* the tree's, given back on return */
    xc_tree *tree = xc_tree_new(&mine, json.n);
    xc_writer out = {NULL, 0, 0};
    if (tree == NULL || !xc_tree_read(tree, json)) {
        run->error = XC_ERROR_SCRATCH;
        return false;
    }
    xc_tree_write(tree, &out, false);
    out.capacity = out.n;
    out.n = 0;
    if ((out.p = xc_take(&mine, out.capacity)) == NULL) {
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

static xc_text xc_value_text(xc_run *run, xc_value *value)
{
    char buffer[XC_NUMBER_TEXT_MAX];
    const char *number;
    char *copy;
    if (value->ready & XC_READY_TEXT)
        return value->text;
    value->ready |= XC_READY_TEXT;
    value->text = value->raw;
    switch (value->kind) {
    case XC_STRING:
        if (value->escaped && !xc_plain(&run->scratch, value->raw, true, &value->text))
            run->error = XC_ERROR_SCRATCH;
        break;
    case XC_NUMBER:
        value->text.n = (uint32_t)xc_number_text(value->raw.p, value->raw.n, buffer, &number);
        if (number >= buffer && number < buffer + sizeof buffer) {
            if ((copy = xc_run_take(run, value->text.n)) == NULL)
                break;
            memcpy(copy, number, value->text.n);
            number = copy;
        }
        value->text.p = number;
        break;
    case XC_ARRAY:
    case XC_OBJECT:
        xc_take_normal(run, value->raw, &value->text);
        break;
    default:
        break; /* true and false are their own text */
    }
    if (run->error != XC_OK)
        value->text.n = 0;
    return value->text;
}

static xc_text xc_value_lower(xc_run *run, xc_value *value)
{
    xc_text text;
    char *out;
    if (value->ready & XC_READY_LOWER)
        return value->lower;
    value->ready |= XC_READY_LOWER;
    text = xc_value_text(run, value);
    value->lower = text;
    if (text.n == 0)
        return text;
    if ((out = xc_run_take(run, (size_t)text.n * XC_LOWER_GROWTH_NUM / XC_LOWER_GROWTH_DEN)) == NULL) {
        value->lower.n = 0;
        return value->lower;
    }
    value->lower.n = (uint32_t)xc_lower(text.p, text.n, out);
    value->lower.p = out;
    run->scratch.p = out + value->lower.n;
    return value->lower;
}

static bool xc_value_number(xc_run *run, xc_value *value, double *number)
{
    if (!(value->ready & XC_READY_NUMBER)) {
        xc_text text = xc_value_text(run, value);
        value->ready |= XC_READY_NUMBER;
        if (xc_number_parse(text.p, text.n, &value->number))
            value->ready |= XC_IS_NUMBER;
    }
    *number = value->number;
    return (value->ready & XC_IS_NUMBER) != 0;
}

/* ---- lists ---- */

/* The items of a JSON array, as texts, without nulls. */
static bool xc_take_items(xc_run *run, xc_text json, xc_value *list)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK};
    bool first = true;
    uint32_t count = 0;
    xc_text *items;
    xc_open(&in);
    while (xc_next(&in, &first, ']')) {
        xc_skip(&in);
        count++;
    }
    if ((items = xc_run_take(run, count * sizeof *items)) == NULL)
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
            items[count++] = xc_value_text(run, &item);
    }
    list->items = items;
    list->count = count;
    return run->error == XC_OK;
}

static bool xc_value_list(xc_run *run, xc_value *value)
{
    xc_text text;
    xc_reader in;
    if (value->ready & XC_READY_LIST)
        return (value->ready & XC_IS_LIST) != 0;
    value->ready |= XC_READY_LIST;
    text = value->raw;
    if (value->kind == XC_STRING) {
        if (text.n == 0 || (*text.p != '[' && *text.p != '\\'))
            return false; /* nearly every string */
        text = xc_value_text(run, value);
        if (text.n == 0 || *text.p != '[')
            return false;
        in.p = text.p;
        in.end = text.p + text.n;
        in.error = XC_OK;
        if (!xc_skip(&in) || xc_more(&in))
            return false;
    } else if (value->kind != XC_ARRAY) {
        return false;
    }
    if (!xc_take_items(run, text, value))
        return false;
    value->ready |= XC_IS_LIST;
    return true;
}
