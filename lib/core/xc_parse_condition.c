//go:build ignore

/* Reads conditions. A condition has a selector, an operator and values to
 * compare with.
 *
 * A value of any JSON type becomes the text that a property with the same value
 * has: 1.0 becomes "1", an object its normal form. From then on conditions only
 * compare texts, which xc_values.c prepares for the operator. Selectors become
 * paths, which linking replaces by slots.
 *
 * The conditions of a segment are a list of lists: any of the groups must
 * match, and a group matches if all of its conditions do. */

#include "xc_number.h"
#include "xc_parse.h"
#include "xc_selector.h"
#include "xc_values.h"

/* Returns the operator of a name. An unknown name is not an error: its
 * condition is never met. */
static uint8_t xc_op(xc_text name)
{
    static const char *const names[] = {
        [XC_OP_IS] = "is",
        [XC_OP_IS_NOT] = "is not",
        [XC_OP_CONTAINS] = "contains",
        [XC_OP_DOES_NOT_CONTAIN] = "does not contain",
        [XC_OP_LESS] = "less",
        [XC_OP_LESS_OR_EQUAL] = "less or equal",
        [XC_OP_GREATER] = "greater",
        [XC_OP_GREATER_OR_EQUAL] = "greater or equal",
        [XC_OP_VERSION_LESS] = "version less",
        [XC_OP_VERSION_LESS_OR_EQUAL] = "version less or equal",
        [XC_OP_VERSION_GREATER] = "version greater",
        [XC_OP_VERSION_GREATER_OR_EQUAL] = "version greater or equal",
        [XC_OP_SET_IS] = "set is",
        [XC_OP_SET_IS_NOT] = "set is not",
        [XC_OP_SET_CONTAINS] = "set contains",
        [XC_OP_SET_DOES_NOT_CONTAIN] = "set does not contain",
        [XC_OP_SET_CONTAINS_ANY] = "set contains any",
        [XC_OP_SET_DOES_NOT_CONTAIN_ANY] = "set does not contain any",
        [XC_OP_REGEX_MATCH] = "regex match",
        [XC_OP_REGEX_DOES_NOT_MATCH] = "regex does not match",
    };
    for (uint8_t op = 0; op < XC_OP_UNKNOWN; op++) {
        uint32_t n = 0;
        while (n < name.n && names[op][n] != '\0' && names[op][n] == name.p[n])
            n++;
        if (n == name.n && names[op][n] == '\0')
            return op;
    }
    return XC_OP_UNKNOWN;
}

/* Reads a value to compare with. If it is not a string, it becomes the text
 * that a property of the same value has. */
static xc_reading xc_read_value(xc_builder *b, void *unused)
{
    static const char *const wrong = "a null is among the values of a condition";
    xc_span span = {0, 0}, *value;
    const char *start = b->in.p;
    int kind = xc_peek(&b->in);
    xc_reading reading;
    (void)unused;
    if (kind == XC_STRING) {
        if (xc_read_text(b, wrong, &span) != XC_READ_OK)
            return XC_READ_ABORT;
    } else if (kind == XC_NULL) {
        return xc_malformed(b, wrong);
    } else if (kind == XC_NONE) {
        return XC_READ_ABORT;
    } else if ((reading = xc_skip_kept(b)) != XC_READ_OK) {
        return reading;
    } else if (kind == XC_ARRAY || kind == XC_OBJECT) {
        if (!xc_add_normal(b, start, (size_t)(b->in.p - start), &span))
            return XC_READ_ABORT;
    } else {
        char buffer[XC_NUMBER_TEXT_MAX];
        const char *text = start;
        size_t n = (size_t)(b->in.p - start);
        if (kind == XC_NUMBER)
            n = xc_number_text(start, n, buffer, &text);
        if (!xc_add_text(b, text, n, &span))
            return XC_READ_ABORT;
    }
    if ((value = xc_add_item(b, XC_VALUES)) == NULL)
        return XC_READ_ABORT;
    *value = span;
    return XC_READ_OK;
}

enum { XC_CONDITION_SELECTOR, XC_CONDITION_OP, XC_CONDITION_VALUES };

/* Reads the operator of a condition. */
static xc_reading xc_read_op(xc_builder *b, int kind, uint8_t *op)
{
    char plain[6 * sizeof "set does not contain any"]; /* the longest name, each byte as \u00XX */
    xc_text name;
    bool escaped;
    if (kind != XC_STRING)
        return xc_malformed(b, "the op of a condition is not a string");
    if (!xc_string(&b->in, &name, &escaped))
        return XC_READ_ABORT;
    if (escaped && name.n <= sizeof plain) {
        name.n = (uint32_t)xc_unescape(name, plain);
        name.p = plain;
    }
    *op = xc_op(name);
    return XC_READ_OK;
}

static xc_reading xc_read_condition_member(xc_builder *b, void *object, int index, int kind)
{
    xc_condition *condition = object;
    xc_reading reading;
    switch (index) {
    case XC_CONDITION_SELECTOR:
        return xc_read_selector(b, kind, &condition->slot);
    case XC_CONDITION_OP:
        return xc_read_op(b, kind, &condition->op);
    default: /* XC_CONDITION_VALUES */
        condition->value = b->array[XC_VALUES].count;
        reading = xc_read_array(b, "the values of a condition are not a list", xc_read_value, NULL);
        condition->values = b->array[XC_VALUES].count - condition->value;
        return reading;
    }
}

static const xc_schema xc_condition_schema = {
    "a condition is not an object",
    {[XC_CONDITION_SELECTOR] = {XC_NAME("selector"), NULL},
     [XC_CONDITION_OP] = {XC_NAME("op"), "a condition has no op"},
     [XC_CONDITION_VALUES] = {XC_NAME("values"), "a condition has no values"}},
    xc_read_condition_member,
};

/* Reads a condition and compiles its values. */
static xc_reading xc_read_condition(xc_builder *b, void *unused)
{
    xc_condition condition = {XC_OP_UNKNOWN, 0, XC_NOTHING, 0, 0, 0, 0, 0}, *kept;
    xc_reading reading = xc_read_object(b, &xc_condition_schema, &condition);
    (void)unused;
    if (reading != XC_READ_OK)
        return reading;
    if (!xc_compile_values(b, &condition) || (kept = xc_add_item(b, XC_CONDITIONS)) == NULL)
        return XC_READ_ABORT;
    *kept = condition;
    return XC_READ_OK;
}

XC_INTERNAL xc_reading xc_read_group(xc_builder *b, void *unused)
{
    xc_group group, *kept;
    xc_reading reading;
    (void)unused;
    if (xc_peek(&b->in) == XC_NONE)
        return XC_READ_ABORT;
    group.condition = b->array[XC_CONDITIONS].count;
    reading = xc_read_array(b, "the conditions of a segment are not a list of lists", xc_read_condition, NULL);
    if (reading != XC_READ_OK)
        return reading;
    group.conditions = b->array[XC_CONDITIONS].count - group.condition;
    if ((kept = xc_add_item(b, XC_GROUPS)) == NULL)
        return XC_READ_ABORT;
    *kept = group;
    return XC_READ_OK;
}
