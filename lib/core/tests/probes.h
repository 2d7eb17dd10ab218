/* Flags that probe what is read at a selector. */
#ifndef PROBES_H
#define PROBES_H

#include "document.h"
#include "xc_host.h"

/* A flag that is on if the value at its selector is `is`: JSON, or (none). */
typedef struct {
    const char *selector, *is;
} probe;

/* Compiles a flag for each probe, with these dependencies, after the flags of
 * `before`, which is empty or ends with a comma. */
static inline xc_plan *compile_probes(host *h, const char *before, const char *dependencies, const probe *probes,
                                      size_t count)
{
    document flags = {NULL, 0, 0};
    xc_plan *plan;
    document_addf(&flags, "[%s", before);
    for (size_t i = 0; i < count; i++)
        document_addf(&flags,
                      "%s{'key':'%zu','dependencies':%s,'variants':{'on':{'key':'on'}},'segments':[{'variant':'on',"
                      "'conditions':[[{'selector':%s,'op':'is','values':[%s]}]]}]}",
                      i > 0 ? "," : "", i, dependencies, probes[i].selector, probes[i].is);
    document_add(&flags, "]");
    plan = host_compile(h, flags.p);
    document_free(&flags);
    return plan;
}

/* Checks that all flags are on, each alone and all together. */
static inline void check_all_on(const xc_plan *plan, const char *context, const char *name)
{
    char text[4096];
    const char *converted = json(context);
    size_t length = strlen(converted), pairs = 0;
    uint32_t count = plan->count[XC_FLAGS];
    int64_t n = host_evaluate_bytes(plan, converted, length, NULL, 0, text, sizeof text - 1);
    CHECK(n > 0, "%s: %s", name, n > 0 ? "" : xc_error_message((int32_t)n));
    for (int64_t i = 0; i < n; i++)
        pairs += text[i] == ',';
    CHECK(pairs == 2 * (size_t)count - 1, "%s: %.*s of %u flags", name, (int)(n > 0 ? n : 0), text, (unsigned)count);
    for (uint32_t f = 0; f < count; f++) {
        char want[64];
        n = host_evaluate_bytes(plan, converted, length, &f, 1, text, sizeof text - 1);
        snprintf(want, sizeof want, "%u,%u]", (unsigned)f, (unsigned)plan->flags[f].outcome);
        text[n > 0 ? n : 0] = '\0';
        CHECK(n > 0 && strstr(text, want) != NULL, "%s: flag %u alone: %s", name, (unsigned)f, text);
    }
}

/* What is at a selector that leads to no value. */
#define NONE "'(none)'"

#endif
