//go:build ignore

/* Programs of regular expressions, a NUL byte, and the text that they are tried
 * on. After a first byte of '[' the programs are JSON as it is; after any other
 * they are words of two bytes each, which mutate into valid programs far more often. */
#include "fuzz.h"

static const char flags[] =
    "[{\"key\":\"a\",\"variants\":{\"on\":{\"key\":\"on\"}},\"segments\":[{\"variant\":\"on\",\"conditions\":["
    "[{\"selector\":[\"context\",\"t\"],\"op\":\"regex match\",\"values\":[\"1\",\"2\"]}],"
    "[{\"selector\":[\"context\",\"t\"],\"op\":\"regex does not match\",\"values\":[\"3\",\"1\"]}]]}]}]";

/* The words as the programs of all three patterns, by zeros apart. */
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
        /* Ranges begin at 0x80 and sets of bytes are 32 bits wide: stretch what is large. */
        xc_put_number(out, word >= 0xFF00 ? (word & 0xFF) * 0x01010101u : word);
    }
    xc_put_string(out, "]]");
}

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
    xc_plan *plan = fuzz_compile(flags, sizeof flags - 1, &error);
    char *programs;
    size_t length;
    int32_t code;
    REQUIRE(plan != NULL && plan->count[XC_PATTERNS] == 3);
    if (size > 0 && data[0] == '[') {
        end = memchr(data, 0, size);
        length = end != NULL ? (size_t)(end - data) : size;
        programs = fuzz_copy(data, length);
    } else {
        /* An odd first byte says how many words there are. */
        size_t words = size > 1 ? (size_t)data[1] * 2 : 0;
        xc_writer out;
        if (size < 2 || words + 2 > size)
            words = size < 2 ? 0 : (size - 2) / 2 * 2;
        end = size < 2 ? NULL : data + 1 + words;
        out.capacity = words * 8 + 64;
        out.p = programs = malloc(out.capacity);
        out.n = 0;
        words_to_json(size < 2 ? data : data + 2, words, &out);
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
