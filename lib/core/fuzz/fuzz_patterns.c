//go:build ignore

/* Sets programs of regular expressions and evaluates with them. If the first
 * byte is '[', the input is the programs as JSON, a NUL byte, and the text to
 * match. Otherwise the second byte is the number of words, and two bytes for
 * each word follow, which mutate into valid programs far more often, and then
 * the text. */
#include "../tests/quotes.h"

#include "fuzz.h"

/* A flag with three patterns; the first input replaces its quotes. */
static char flags[] = "[{'key':'a','variants':{'on':{'key':'on'}},'segments':[{'variant':'on','conditions':["
                      "[{'selector':['context','t'],'op':'regex match','values':['1','2']}],"
                      "[{'selector':['context','t'],'op':'regex does not match','values':['3','1']}]]}]}]";

/* Writes words as the JSON of up to three programs, with 0xFFFF between
 * them. */
static void words_to_json(const uint8_t *data, size_t size, xc_writer *out)
{
    xc_put_string(out, "[[");
    for (size_t i = 0, programs = 1, first = 1; i + 1 < size; i += 2) {
        uint32_t word = data[i] | (uint32_t)data[i + 1] << 8;
        if (word == 0xFFFF && programs < 3) {
            xc_put_string(out, "],[");
            programs++;
            first = 1;
            continue;
        }
        if (!first)
            xc_put_byte(out, ',');
        first = 0;
        /* Sets of bytes are 32 bits wide: words from 0xFF00 on repeat their
         * lower byte. */
        xc_put_number(out, word >= 0xFF00 ? (word & 0xFF) * 0x01010101u : word);
    }
    xc_put_string(out, "]]");
}

/* Evaluates with a text for the patterns. The flag is on or off, unless the
 * text is not UTF-8. */
static void match(const xc_plan *plan, const uint8_t *text, size_t size)
{
    xc_writer measure = {NULL, 0, 0}, write;
    size_t scratch_size = xc_plan_scratch(plan) + 16;
    char *context, out[64];
    void *scratch = malloc(scratch_size);
    xc_text t = {(const char *)text, (uint32_t)size};
    int64_t n;
    xc_put_string(&measure, "[0,");
    xc_put_quoted(&measure, t);
    context = malloc(measure.n + 1);
    write.p = context;
    write.capacity = measure.n + 1;
    write.n = 0;
    xc_put_string(&write, "[0,");
    xc_put_quoted(&write, t);
    xc_put_byte(&write, ']');
    do {
        n = xc_evaluate(plan, context, write.n, NULL, 0, out, sizeof out, scratch, scratch_size);
        free(scratch);
        scratch = malloc(scratch_size *= 2);
    } while (n == XC_ERROR_SCRATCH);
    REQUIRE(n == 2 || n == 5 || n == XC_ERROR_UTF8);
    free(scratch);
    free(context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = NULL;
    xc_error error;
    xc_plan *plan = fuzz_compile(quotes_replace(flags), sizeof flags - 1, &error);
    char *programs;
    size_t length;
    int32_t code;
    REQUIRE(plan != NULL && plan->count[XC_PATTERNS] == 3);
    if (size > 0 && data[0] == '[') {
        end = memchr(data, 0, size);
        length = end != NULL ? (size_t)(end - data) : size;
        programs = fuzz_copy(data, length);
    } else {
        /* Two bytes for each word; fewer words if the input is too short. */
        size_t bytes = size > 1 ? (size_t)data[1] * 2 : 0;
        xc_writer out;
        if (size < 2 || bytes + 2 > size)
            bytes = size < 2 ? 0 : (size - 2) / 2 * 2;
        end = size < 2 ? NULL : data + 1 + bytes;
        out.capacity = bytes * 8 + 64;
        out.p = programs = malloc(out.capacity);
        out.n = 0;
        words_to_json(size < 2 ? data : data + 2, bytes, &out);
        programs = realloc(programs, length = out.n);
    }
    code = xc_plan_set_patterns(plan, programs, length, &error);
    free(programs);
    REQUIRE(code == error.code && error.offset <= length);
    REQUIRE(fuzz_held == xc_plan_size(plan));
    match(plan, end != NULL ? end + 1 : data, end != NULL ? size - (size_t)(end + 1 - data) : 0);
    xc_plan_free(plan);
    REQUIRE(fuzz_held == 0);
    return 0;
}
