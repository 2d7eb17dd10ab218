//go:build ignore

/* Evaluates flag configs with a context; a NUL byte separates them. The form of
 * the context (an object or an array of slots), the size of the scratch and the
 * other flags that are requested must not matter. */
#include "fuzz.h"

#define MAX_FLAGS 64 /* evaluated one by one */

typedef struct {
    int64_t n; /* the length of the text, or an error */
    char *text; /* NULL after an error */
} evaluation;

/* Evaluates with scratch that starts at its minimum. On request it is
 * allocated again, twice as large. */
static evaluation evaluate(const xc_plan *plan, const char *context, size_t length, const uint32_t *flags, size_t count)
{
    evaluation e = {0, NULL};
    size_t size = xc_plan_scratch(plan), room = 16;
    for (;;) {
        void *scratch = malloc(size);
        char *out = malloc(room);
        e.n = xc_evaluate(plan, context, length, flags, count, out, room, scratch, size);
        free(scratch);
        if (e.n >= 0 && (size_t)e.n <= room) {
            e.text = out;
            return e;
        }
        free(out);
        if (e.n >= 0) {
            room = (size_t)e.n;
        } else if (e.n == XC_ERROR_SCRATCH) {
            /* The bound of the header; three slots may have the same bytes of
             * an outcome. */
            REQUIRE(size < xc_plan_scratch(plan) + 64 * (length + 3 * (size_t)plan->count[XC_TEXT]) +
                               plan->count[XC_VALUES] / 8 + 1024);
            size *= 2;
        } else {
            return e;
        }
    }
}

/* Returns the context as an array of slots, with the values that are read from
 * it, or NULL if it cannot be read. The caller frees it. */
static char *as_array(const xc_plan *plan, const char *context, size_t length, size_t *n)
{
    size_t size = xc_plan_scratch(plan) + 64 * length + 4096;
    void *scratch = malloc(size);
    char *text = NULL;
    xc_run run;
    REQUIRE(xc_run_start(&run, plan, scratch, size));
    xc_clear_slots(&run, NULL, 0);
    if (xc_read_context(&run, context, length)) {
        xc_writer measure = {NULL, 0, 0}, write, *out = &measure;
        for (int pass = 0; pass < 2; pass++) {
            xc_put_byte(out, '[');
            for (uint32_t i = 0; i < plan->context_slots; i++) {
                const xc_value *value = &run.slots[i];
                if (value->kind == XC_NONE)
                    continue;
                if (out->n > 1)
                    xc_put_byte(out, ',');
                xc_put_number(out, i);
                xc_put_byte(out, ',');
                if (value->kind == XC_STRING)
                    xc_put_byte(out, '"');
                xc_put(out, value->raw.p, value->raw.n);
                if (value->kind == XC_STRING)
                    xc_put_byte(out, '"');
            }
            xc_put_byte(out, ']');
            if (pass == 1)
                break;
            write.p = text = malloc(measure.n);
            write.capacity = measure.n;
            write.n = 0;
            out = &write;
        }
        *n = write.n;
    }
    free(scratch);
    return text;
}

/* Reports whether all pairs of `some` are in `all`, in the same order. */
static bool contains_pairs(const evaluation *all, const evaluation *some)
{
    size_t at = 1, from = 1;
    while (from + 1 < (size_t)some->n) {
        size_t pair = from, commas = 0, n;
        while (some->text[from] != ']' && (some->text[from] != ',' || commas++ == 0))
            from++;
        n = from++ - pair;
        for (;;) {
            size_t mine = at;
            if (at + 1 >= (size_t)all->n)
                return false;
            commas = 0;
            while (all->text[at] != ']' && (all->text[at] != ',' || commas++ == 0))
                at++;
            if (at++ - mine == n && memcmp(all->text + mine, some->text + pair, n) == 0)
                break;
        }
    }
    return true;
}

/* Checks evaluations with one plan. */
static void check(const xc_plan *plan, const char *context, size_t length)
{
    evaluation all = evaluate(plan, context, length, NULL, 0), other;
    char *array;
    size_t n;
    if (all.n < 0)
        return;
    REQUIRE(fuzz_is_json(all.text, (size_t)all.n));
    for (uint32_t f = 0; f < plan->count[XC_FLAGS] && f < MAX_FLAGS; f++) {
        other = evaluate(plan, context, length, &f, 1);
        REQUIRE(other.n > 0 && contains_pairs(&all, &other));
        free(other.text);
    }
    if ((array = as_array(plan, context, length, &n)) != NULL) {
        other = evaluate(plan, array, n, NULL, 0);
        /* The array may nest deeper, since the whole context may be a slot. */
        REQUIRE(other.n == XC_ERROR_DEPTH || (other.n == all.n && memcmp(other.text, all.text, (size_t)all.n) == 0));
        if (other.n > 0)
            free(other.text);
        free(array);
    }
    free(all.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, 0, size) : NULL;
    size_t length = end != NULL ? (size_t)(end - data) : size, rest = end != NULL ? size - length - 1 : 0;
    char *flags = fuzz_copy(data, length), *context = fuzz_copy(end != NULL ? end + 1 : data, rest);
    xc_error error;
    xc_plan *plan = fuzz_compile(flags, length, &error);
    if (plan != NULL)
        check(plan, context, rest);
    xc_plan_free(plan);
    free(context);
    free(flags);
    REQUIRE(fuzz_held == 0);
    return 0;
}
