//go:build ignore

/* Hosts that run out of memory: compiling returns an error and leaks
 * nothing. */
#include "document.h"
#include "everything.h"

/* Compiles flags as often as they take allocations, each time with another of
 * these refused; compiling must fail, request nothing more and free what it
 * has. Returns the number of allocations. */
static long check_each_refused(const char *flags)
{
    size_t n = strlen(flags);
    host h = {0, 0, -1};
    xc_error error;
    xc_plan *plan = host_compile_bytes(&h, flags, n, &error);
    long allocations = h.requested;
    CHECK(plan != NULL, "%s at %u", error.message, (unsigned)error.offset);
    xc_plan_free(plan);
    for (long refused = 0; refused < allocations; refused++) {
        host small = {0, 0, refused};
        plan = host_compile_bytes(&small, flags, n, &error);
        CHECK(plan == NULL && error.code == XC_ERROR_MEMORY, "refused at %ld: %s", refused, error.message);
        CHECK(small.requested == refused + 1, "refused at %ld: %ld requests", refused, small.requested);
        CHECK(small.held == 0, "refused at %ld: %zu bytes are still held", refused, small.held);
        xc_plan_free(plan);
    }
    return allocations;
}

static void test_memory_refused(void)
{
    long allocations = check_each_refused(everything());
    host h;
    xc_error error;
    xc_plan *plan = host_compile(&h, everything());
    CHECK(allocations > 50, "%ld allocations", allocations);
    h.refused = h.requested;
    CHECK(set_patterns(plan, &error) == XC_ERROR_MEMORY, "%s", error.message);
    CHECK(h.held == xc_plan_size(plan), "%zu bytes are held", h.held);
    host_free(&h, plan);
}

/* Adds 40 flags, of which the last two are on a cycle. */
static void add_flags(document *d)
{
    for (int i = 0; i < 40; i++) {
        document_addf(d, "%s{'key':'k%d',", i > 0 ? "," : "", i);
        document_addf(d, "'dependencies':['k%d','k%d'],", i == 38 ? 39 : i > 0 ? i - 1 : 99, i > 1 ? i - 2 : 99);
        document_addf(d, "'variants':{'v%d':{'key':'v'},'w\\u0041':{'key':'w'}},", i);
        document_addf(d, "'segments':[{'variant':'v%d','conditions':[[", i);
        document_addf(d, "{'selector':['context','p%d'],'op':'is',", i);
        document_addf(d, "'values':['a','b','c','d','e','f','g','h','i',[%d]]},", i);
        document_addf(d, "{'selector':['result','k%d','value','x%d'],", i > 0 ? i - 1 : 0, i);
        document_addf(d, "'op':'regex match','values':['r%d']},", i);
        document_addf(d, "{'selector':['context','q'],'op':'contains','values':['Q%d']},", i);
        document_add(d, "{'op':'less','values':['1']}]],'bucket':{'salt':'s','allocations':[{'range':[0,9],"
                        "'distributions':[{'variant':'w\\u0041','range':[1,2]}]}]}}]}");
    }
}

/* The same for a document that makes every array of the builder grow. */
static void test_memory_refused_while_growing(void)
{
    document flags = {NULL, 0, 0};
    host h;
    xc_plan *plan;
    document_add(&flags, "[");
    add_flags(&flags);
    for (int i = 0; i < 20; i++) /* repeated, malformed, and on a cycle */
        document_addf(&flags,
                      ",{'key':'twice','variants':{},'segments':[]},{'key':'bad%d'},"
                      "{'key':'self%d','dependencies':['self%d'],'variants':{},'segments':[]}",
                      i, i, i);
    document_add(&flags, "]");
    check_each_refused(flags.p);
    plan = host_compile(&h, flags.p);
    CHECK(plan->count[XC_FLAGS] == 39, "%u flags", (unsigned)plan->count[XC_FLAGS]);
    host_free(&h, plan);
    document_free(&flags);
}

int main(void)
{
    test_memory_refused();
    test_memory_refused_while_growing();
    return xc_test_end("memory");
}
