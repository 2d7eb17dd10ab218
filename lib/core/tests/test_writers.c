//go:build ignore

/* What the functions that write JSON write, with every size of the output and
 * of scratch, and with several hash keys. */
#include "everything.h"

typedef int64_t writer(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size);

static int64_t write_description(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    (void)scratch;
    (void)scratch_size;
    return xc_plan_describe(plan, out, capacity);
}

static int64_t write_metadata(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    (void)scratch;
    (void)scratch_size;
    return xc_plan_flag_metadata(plan, 0, out, capacity);
}

static int64_t write_no_metadata(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    (void)scratch;
    (void)scratch_size;
    return xc_plan_flag_metadata(plan, 1, out, capacity);
}

static int64_t write_outcome(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    return xc_plan_outcome(plan, 0, out, capacity, scratch, scratch_size);
}

static int64_t write_plain_outcome(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    return xc_plan_outcome(plan, 2, out, capacity, scratch, scratch_size);
}

static int64_t write_evaluation(const xc_plan *plan, char *out, size_t capacity, void *scratch, size_t scratch_size)
{
    return xc_evaluate(plan, everybody(), strlen(everybody()), NULL, 0, out, capacity, scratch, scratch_size);
}

static const struct {
    const char *name;
    writer *write;
    const char *want;
} writers[] = {
    {"describe", write_description,
     "{'flags':[['a',[0,1,2,3,4,5,6],[0,1],[],2,0,1,949],['b',[0,1,2,3,4,5,6],[],[0],1,0,950,1299]],'outcomes':3,"
     "'paths':[['user','n'],['user','v'],['user','t'],['user','l'],['user','i'],['user','r'],"
     "['user','id']],'patterns':['^a+$','b'],'cohorts':[],'cycles':[['c']],'diagnostics':["
     "{'flag':'','entry':2,'code':'malformed','message':'a flag is not an object','offset':1300},"
     "{'flag':'c','entry':3,'code':'cycle','message':'the flag is on a dependency cycle, or depends on "
     "one','offset':1302,'cycle':0}]}"},
    {"flag metadata", write_metadata, "{'m':1,'n':[1.0,'\\u0041']}"},
    {"no flag metadata", write_no_metadata, "null"},
    {"outcome", write_outcome,
     "{'key':'on','value':'v\\u0041','payload':{'p':{'q':[1,2,{'r':1e3}]}},"
     "'metadata':{'m':2,'n':[1.0,'A'],'s':true}}"},
    {"plain outcome", write_plain_outcome, "{'key':'x'}"},
    {"evaluation", write_evaluation, "[0,0,1,2]"},
};

/* With any room a writer returns the length of the whole text, and writes it if
 * it fits. */
static void test_writers_with_any_room(void)
{
    static uint64_t scratch[8192];
    host h;
    xc_plan *plan = compile_everything(&h);
    for (size_t i = 0; i < COUNT(writers); i++) {
        const char *want = json(writers[i].want);
        size_t n = strlen(want);
        for (size_t room = 0; room <= n + 1; room++) {
            char *out = xc_test_allocate(room);
            int64_t length = writers[i].write(plan, out, room, scratch, sizeof scratch);
            CHECK(length == (int64_t)n, "%s with room %zu: got %lld", writers[i].name, room, (long long)length);
            if (room >= n)
                CHECK(memcmp(out, want, n) == 0, "%s with room %zu: got %.*s", writers[i].name, room, (int)n, out);
            free(out);
        }
    }
    CHECK(xc_plan_outcome(plan, 0, NULL, 0, NULL, 0) == XC_ERROR_SCRATCH, "no scratch");
    CHECK(xc_plan_outcome(plan, 3, NULL, 0, scratch, sizeof scratch) == XC_ERROR_ARGUMENT, "no such outcome");
    CHECK(xc_plan_outcome(plan, UINT32_MAX, NULL, 0, scratch, sizeof scratch) == XC_ERROR_ARGUMENT, "no such outcome");
    CHECK(xc_plan_flag_metadata(plan, 2, NULL, 0) == XC_ERROR_ARGUMENT, "no such flag");
    CHECK(xc_plan_flag_metadata(plan, UINT32_MAX, NULL, 0) == XC_ERROR_ARGUMENT, "no such flag");
    host_free(&h, plan);
}

/* With each size of scratch a writer either asks for more or writes the right
 * text, and once a size is enough, so are all above it. */
static void test_any_scratch(void)
{
    host h;
    xc_plan *plan = compile_everything(&h);
    for (size_t i = 3; i < COUNT(writers); i++) {
        const char *want = json(writers[i].want);
        size_t n = strlen(want), enough = 0;
        for (size_t size = 0; size < 16384 && (enough == 0 || size < enough + 64); size++) {
            void *scratch = xc_test_scratch(size);
            char out[256];
            int64_t length;
            length = writers[i].write(plan, out, sizeof out, scratch, size);
            if (length == (int64_t)n && enough == 0)
                enough = size > 0 ? size : 1;
            CHECK(length == (enough > 0 ? (int64_t)n : XC_ERROR_SCRATCH), "%s with %zu bytes of scratch: got %lld",
                  writers[i].name, size, (long long)length);
            CHECK(length < 0 || memcmp(out, want, n) == 0, "%s with %zu bytes of scratch", writers[i].name, size);
            free(scratch);
        }
        CHECK(enough > 0, "%s never has enough", writers[i].name);
        if (writers[i].write == write_evaluation) {
            /* The bounds that the header states; results count as part of the
             * plan. */
            CHECK(enough > xc_plan_scratch(plan) &&
                      enough < xc_plan_scratch(plan) + 64 * (strlen(everybody()) + 1) + 1024,
                  "%zu bytes beyond %zu", enough, xc_plan_scratch(plan));
        }
    }
    host_free(&h, plan);
}

/* The minimum is enough for a context whose values need no conversion. */
static void test_min_scratch(void)
{
    host h;
    xc_plan *plan = compile_everything(&h);
    size_t size = xc_plan_scratch(plan);
    void *scratch = xc_test_allocate(size);
    char out[64];
    const char *context = json("{'user':{'n':3}}");
    CHECK(xc_evaluate(plan, context, 16, NULL, 0, out, sizeof out, scratch, size) == 5, "the minimum of scratch");
    CHECK(memcmp(out, "[0,1]", 5) == 0, "the minimum of scratch");
    free(scratch);
    host_free(&h, plan);
}

/* Nothing that is written depends on the key of the hash tables. */
static void test_any_hash_key(void)
{
    static const uint64_t keys[][2] = {{0, 0}, {1, 0}, {0, 1}, {UINT64_MAX, UINT64_MAX}, {0x9E3779B97F4A7C15, 42}};
    static uint64_t scratch[8192];
    host h = {0, 0, -1};
    for (size_t i = 0; i < COUNT(keys); i++) {
        xc_allocator allocator = host_allocator(&h);
        xc_error error;
        xc_plan *plan;
        memcpy(allocator.hash_key, keys[i], sizeof keys[i]);
        plan = xc_plan_compile(everything(), strlen(everything()), &allocator, &error);
        CHECK(set_patterns(plan, &error) == XC_OK, "%zu", i);
        for (size_t w = 0; w < COUNT(writers); w++) {
            const char *want = json(writers[w].want);
            char out[1024];
            int64_t n = writers[w].write(plan, out, sizeof out, scratch, sizeof scratch);
            CHECK(n == (int64_t)strlen(want) && memcmp(out, want, (size_t)n) == 0, "%s with key %zu", writers[w].name,
                  i);
        }
        host_free(&h, plan);
    }
}

int main(void)
{
    test_writers_with_any_room();
    test_any_scratch();
    test_min_scratch();
    test_any_hash_key();
    return xc_test_end("writers");
}
