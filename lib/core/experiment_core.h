/* The evaluation core of Amplitude Experiment for Go: it compiles flag configs
 * (JSON) into an immutable plan and then, for each context, finds the outcome
 * of each flag. The prefix xc stands for "experiment core".
 *
 * Rules that hold for every function here:
 *  - No function aborts, writes to a stream, sets errno, or uses locale, global
 *    or thread-local state. Memory comes only from the allocator passed to
 *    xc_plan_compile; evaluation allocates nothing.
 *  - Input may be any bytes of any length. Invalid JSON, invalid UTF-8,
 *    truncated and hostile input gets an error code. Nothing is read past a
 *    given length.
 *  - A pointer may be NULL only where its function says so, or if the length or
 *    capacity that belongs to it is 0. The caller owns everything that it
 *    passes in; the core keeps no pointer to it after the call.
 *  - Functions that write return the length of the whole text, as snprintf
 *    does. If that is larger than `capacity`, the buffer holds nothing useful,
 *    and the caller calls again with that much room. Negative numbers are
 *    errors.
 *  - Any number of threads may use a plan at the same time, from the moment its
 *    patterns are set (or at once if it has none) until it is freed. */
#ifndef EXPERIMENT_CORE_H
#define EXPERIMENT_CORE_H

#include <stddef.h>
#include <stdint.h>

/* Error codes, each with an input that causes it. */
enum {
    XC_OK = 0,
    XC_ERROR_SYNTAX = -1,    /* [1,]             not JSON */
    XC_ERROR_TRUNCATED = -2, /* [{"key":         ends too early */
    XC_ERROR_UTF8 = -3,      /* ["\xff"]         a string is not UTF-8 */
    XC_ERROR_DEPTH = -4,     /* [[[[ ...         nested deeper than the limits below */
    XC_ERROR_TRAILING = -5,  /* [] x             something after the document */
    XC_ERROR_TYPE = -6,      /* 5                not an array or object, or too many or too few programs */
    XC_ERROR_SIZE = -7,      /*                  larger than XC_MAX_DOCUMENT or a 32-bit count */
    XC_ERROR_MEMORY = -8,    /*                  the allocator returned NULL */
    XC_ERROR_VALUE = -9,     /* {"a":"..."}      compared as text, but larger than XC_MAX_VALUE */
    XC_ERROR_ARGUMENT = -10, /*                  a number that the plan does not have */
    XC_ERROR_SCRATCH = -11,  /*                  the scratch buffer is too small: double it and call again */
    XC_ERROR_PROGRAM = -12   /* [[1,2]]          not the program of a regular expression */
};

#define XC_MAX_DOCUMENT ((size_t)1 << 30) /* bytes of flag configs, and of a context */
#define XC_MAX_FLAGS_DEPTH 8000           /* arrays and objects open at once in flag configs */
#define XC_MAX_DEPTH 1000                 /* the same in a context, and in each value that a flag keeps */
#define XC_MAX_CHAIN 1000                 /* flags that depend on each other in a row */
#define XC_MAX_VALUE ((size_t)1 << 20)    /* bytes of an object or array that is compared as text */

typedef struct xc_plan xc_plan;

/* Where a plan's memory comes from. Both functions are called only while a plan
 * is compiled, has its patterns set, or is freed, and on the calling thread. */
typedef struct {
    void *(*allocate)(void *context, size_t size); /* returns memory aligned as malloc's, or NULL */
    void (*release)(void *context, void *block, size_t size);
    void *context;
    /* The key of the plan's hash tables. Any key will do, and no result depends
     * on it; a random one prevents names that were chosen to collide from
     * making the tables slow. */
    uint64_t hash_key[2];
} xc_allocator;

typedef struct {
    int32_t code;        /* XC_OK or XC_ERROR_... */
    const char *message; /* static, never NULL */
    uint64_t offset;     /* the byte of the input at which the error was noticed */
} xc_error;

/* Compiles flag configs: a JSON array of flags, or an object whose member
 * values are flags. A flag is left out and reported by xc_plan_describe if it
 * is malformed, repeated, on a dependency cycle, or depends on too many flags.
 * Returns the plan, which the caller frees with xc_plan_free, or NULL and an
 * error. */
xc_plan *xc_plan_compile(const char *flags, size_t length, const xc_allocator *allocator, xc_error *error);

/* Writes what the host needs to know about a plan, as JSON:
 *   {"flags":[[key,[slot,...],[pattern,...],[parent,...],
 *              outcomes,cohorts,begin,end],...],
 *    "outcomes":n,
 *    "paths":[[name,...],...],          by slot, from the context's root
 *    "patterns":["^a+$",...],           regular expressions, by number
 *    "cohorts":[[id,group type],...],   may repeat
 *    "cycles":[[key,...],...],          each key depends on the next
 *    "diagnostics":[{"flag":key,"entry":n,"code":"malformed",
 *                    "message":"...","offset":n,"cycle":n},...]}
 * Flags are in dependency order. A flag's slots are those that it and the flags
 * it depends on read, or null for all slots; its parents are the numbers of the
 * flags that it names as dependencies. Its "outcomes" is how many it has;
 * outcomes are numbered consecutively, flag after flag. Its "cohorts" is how
 * many entries of the list of cohorts are its own; these too are consecutive.
 * An ID of null stands for all cohorts: the flag uses the list of cohorts in a
 * way that depends on all of it. The flag is document[begin, end). A diagnostic
 * has "cycle", an index into "cycles", only if a cycle is the reason. */
int64_t xc_plan_describe(const xc_plan *plan, char *out, size_t capacity);

/* Sets the programs of the plan's patterns: a JSON array with, for each pattern
 * in order, its program as an array of numbers (xc_regex.h describes them), or
 * null for a pattern that is invalid and never matches. Before this call no
 * pattern matches. Call it at most once, before the plan is shared with other
 * threads. `error` is set in any case; its code is also the result. */
int32_t xc_plan_set_patterns(xc_plan *plan, const char *programs, size_t length, xc_error *error);

/* Writes an outcome as JSON:
 *   {"key":...,"value":...,"payload":...,"metadata":{...}}
 * without the members that are absent. Scratch is as for xc_evaluate, of any
 * size. */
int64_t xc_plan_outcome(const xc_plan *plan, uint32_t outcome, char *out, size_t capacity, void *scratch,
                        size_t scratch_size);

/* Writes the metadata of a flag itself as JSON: an object, or null. */
int64_t xc_plan_flag_metadata(const xc_plan *plan, uint32_t flag, char *out, size_t capacity);

/* Returns the bytes of memory that a plan holds. */
size_t xc_plan_size(const xc_plan *plan);

/* Returns the least scratch that xc_evaluate needs for this plan, in bytes.
 * Call it after the plan's patterns are set. */
size_t xc_plan_scratch(const xc_plan *plan);

/* Evaluates `count` flags, in any order, and all flags that they depend on; all
 * flags if count is 0 (`flags` may then be NULL). Writes their outcomes as
 * JSON, [flag,outcome,flag,outcome,...], in the order of the plan; a flag
 * without a result is absent.
 *
 * The context is JSON in one of two forms. An object is walked along the paths
 * of the plan; the last of repeated members counts. An array holds slot
 * numbers, each followed by its value, [0,"u1",3,["a"]]; absent slots are left
 * out.
 *
 * `scratch` is 8-aligned and has at least xc_plan_scratch bytes. On
 * XC_ERROR_SCRATCH the caller doubles it and calls again. (Beyond that least it
 * takes at most 1 KiB, a bit for each value of a condition, and 64 bytes for
 * each byte of the values of slots: the context's, and the outcomes that flags
 * read.) Its contents mean nothing before and after the call. */
int64_t xc_evaluate(const xc_plan *plan, const char *context, size_t length, const uint32_t *flags, size_t count,
                    char *out, size_t capacity, void *scratch, size_t scratch_size);

/* Frees a plan; NULL does nothing. */
void xc_plan_free(xc_plan *plan);

/* Returns what an error code means, as static text. */
const char *xc_error_message(int32_t code);

#endif
