//go:build ignore

/* The fixed corpus on which scripts/instructions counts the core's
 * instructions.
 *
 * Each scenario is one call of the core. callgrind counts the instructions
 * within the core's public functions, and within the driver's allocator. The
 * driver prints the names of the scenarios in the order in which it runs them.
 * An unexpected result ends it with status 1, so that a call that fails is not
 * counted.
 *
 *   usage: driver_instructions TESTDATA
 *
 * It links the prebuilt archive instead of including the source. All memory is
 * static and no address comes from the system, so counts are equal everywhere.
 */
#include "../experiment_core.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quotes.h"

#define ROOM ((size_t)1 << 22)

static char flags_text[ROOM], user[ROOM], programs[ROOM]; /* documents */
static char description[ROOM];                            /* of the current plan */
static char object[ROOM + 16], array[ROOM];               /* the user as a context, in both forms */
static char evaluation[ROOM], other[ROOM], outcome[ROOM];
static uint64_t scratch[ROOM / 8];
static uint64_t memory[1 << 23]; /* of the current plan */
static size_t used;              /* words of memory */

__attribute__((format(printf, 1, 2))) static void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("driver_instructions: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

/* Allocates memory for the current plan from the front. Nothing is released
 * until the next plan takes all of it again. */
static void *take(void *context, size_t size)
{
    size_t words = (size + 15) / 16 * 2;
    uint64_t *block = memory + used;
    (void)context;
    if (words > sizeof memory / sizeof memory[0] - used)
        return NULL;
    used += words;
    return block;
}

static void give(void *context, void *block, size_t size)
{
    (void)context;
    (void)block;
    (void)size;
}

static const xc_allocator allocator = {take, give, NULL, {0x0123456789ABCDEF, 0xFEDCBA9876543210}};

/* The arguments and the result of a call of the core. */
typedef struct {
    xc_plan *plan;
    const char *text;
    uint32_t flag, count; /* count is 1, or 0 for all flags */
    char *out;
    int64_t code;
} call;

static void compile(call *c)
{
    xc_error error;
    c->plan = xc_plan_compile(c->text, strlen(c->text), &allocator, &error);
    c->code = c->plan != NULL ? XC_OK : error.code;
}

static void describe(call *c)
{
    c->code = xc_plan_describe(c->plan, c->out, ROOM - 1);
}

static void set_patterns(call *c)
{
    xc_error error;
    c->code = xc_plan_set_patterns(c->plan, c->text, strlen(c->text), &error);
}

static void describe_outcome(call *c)
{
    c->code = xc_plan_outcome(c->plan, c->flag, c->out, ROOM - 1, scratch, sizeof scratch);
}

static void evaluate(call *c)
{
    c->code = xc_evaluate(c->plan, c->text, strlen(c->text), &c->flag, c->count, c->out, ROOM - 1, scratch,
                          sizeof scratch);
}

/* Calls a function of this driver. callgrind resets its counts on entry and
 * dumps them on return; scripts/instructions refers to this function by
 * name. */
__attribute__((noinline)) static void counted(void (*function)(call *), call *c)
{
    function(c);
    __asm__ volatile("" ::: "memory"); /* keeps the call from becoming a jump */
}

/* Fails if a call returned an error; otherwise terminates the text that it
 * wrote. */
static void check(const char *name, const call *c)
{
    if (c->code < 0)
        fail("%s: %s", name, xc_error_message((int32_t)c->code));
    if (c->code >= (int64_t)ROOM)
        fail("%s: the output takes %lld bytes", name, (long long)c->code);
    if (c->out != NULL)
        c->out[c->code] = '\0';
}

/* Makes a call that is not counted. */
static void uncounted(const char *name, void (*function)(call *), call c)
{
    function(&c);
    check(name, &c);
}

/* Makes a call that is counted, and prints the name of the scenario. */
static void count(const char *name, void (*function)(call *), call c)
{
    counted(function, &c);
    check(name, &c);
    puts(name);
}

/* Reads a file of a folder into a text of ROOM bytes. */
static void read_file(const char *folder, const char *name, char *text)
{
    char path[4096];
    FILE *file;
    size_t n;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if ((file = fopen(path, "rb")) == NULL)
        fail("cannot open %s", path);
    n = fread(text, 1, ROOM - 1, file);
    if (ferror(file) || !feof(file))
        fail("cannot read %s", path);
    fclose(file);
    text[n] = '\0';
}

/* Returns what follows a text in the description. */
static const char *after(const char *text)
{
    const char *at = strstr(description, text);
    if (at == NULL)
        fail("the description has no %s", text);
    return at + strlen(text);
}

/* Returns the number of a flag: how many flags the description lists before
 * it. */
static uint32_t flag_number(const char *key)
{
    char entry[128];
    const char *at = after("\"flags\":["), *end;
    uint32_t number = 0;
    snprintf(entry, sizeof entry, "[\"%s\",[", key);
    if ((end = strstr(at, entry)) == NULL)
        fail("the description has no flag %s", key);
    for (; at < end; at++)
        number += at[0] == '[' && at[1] == '"';
    return number;
}

/* Reports whether a flag, or any flag if key is NULL, reads a slot. */
static bool reads(const char *key, unsigned long slot)
{
    char entry[128], *at;
    if (key == NULL)
        return true;
    snprintf(entry, sizeof entry, "[\"%s\",[", key);
    for (at = strstr(description, entry) + strlen(entry); *at != ']'; at += *at == ',')
        if (strtoul(at, &at, 10) == slot)
            return true;
    return false;
}

/* Finds a member of the user by its name, at any depth, and returns its JSON,
 * or NULL. It is a string, a number, a boolean or an array of strings, without
 * escapes. */
static const char *user_value(const char *name, size_t name_length, size_t *length)
{
    char text[128];
    const char *at;
    snprintf(text, sizeof text, "\"%.*s\":", (int)name_length, name);
    if ((at = strstr(user, text)) == NULL)
        return NULL;
    at += strlen(text);
    if (*at == '"')
        *length = strcspn(at + 1, "\"") + 2;
    else if (*at == '[')
        *length = strcspn(at, "]") + 1;
    else
        *length = strcspn(at, ",}");
    return at;
}

/* Writes both contexts: the whole user as an object, and the slots that a flag
 * reads, or all flags if key is NULL, as the array that package usercontext
 * writes. */
static void write_contexts(const char *key)
{
    const char *path = after("\"paths\":[");
    size_t n = 0, value_length = 0;
    snprintf(object, sizeof object, "{\"user\":%s}", user);
    for (unsigned long slot = 0; *path == '['; slot++) {
        const char *end = strstr(path, "\"]"), *name = end, *value;
        while (name[-1] != '"')
            name--;
        value = user_value(name, (size_t)(end - name), &value_length);
        if (value != NULL && reads(key, slot))
            n += (size_t)snprintf(array + n, ROOM - n, "%c%lu,%.*s", n == 0 ? '[' : ',', slot, (int)value_length,
                                  value);
        path = end + 2 + (end[2] == ',');
    }
    snprintf(array + n, ROOM - n, "%s", n == 0 ? "[]" : "]");
}

/* Compiles flags_text into a plan, which replaces the current one, and
 * describes it. */
static xc_plan *new_plan(const char *name)
{
    call c = {.text = flags_text};
    used = 0;
    compile(&c);
    check(name, &c);
    uncounted(name, describe, (call){.plan = c.plan, .out = description});
    return c.plan;
}

/* Evaluates a flag, or all if key is NULL, with both contexts. The evaluations
 * must be equal, and the last outcome must contain a text. */
static void expect(const char *name, xc_plan *plan, const char *key, const char *want)
{
    call c = {.plan = plan, .text = object, .out = other, .count = key != NULL};
    if (key != NULL)
        c.flag = flag_number(key);
    write_contexts(key);
    uncounted(name, evaluate, c);
    c.text = array;
    c.out = evaluation;
    uncounted(name, evaluate, c);
    if (strcmp(evaluation, other) != 0)
        fail("%s: the array %s gives %s, the object %s", name, array, evaluation, other);
    if (strrchr(evaluation, ',') == NULL)
        fail("%s: no flag has a result", name);
    c.flag = (uint32_t)strtoul(strrchr(evaluation, ',') + 1, NULL, 10);
    c.out = outcome;
    uncounted(name, describe_outcome, c);
    if (strstr(outcome, want) == NULL)
        fail("%s: the outcome is %s, which has no %s", name, outcome, want);
}

/* Counts the evaluation of one flag with the array as its context. */
static void count_flag(const char *name, xc_plan *plan, const char *key, const char *want)
{
    expect(name, plan, key, want);
    count(name, evaluate, (call){.plan = plan, .text = array, .flag = flag_number(key), .count = 1, .out = evaluation});
}

/* Writes flags_text from n on, with quotes replaced, and returns its new
 * length. */
__attribute__((format(printf, 2, 3))) static size_t add(size_t n, const char *format, ...)
{
    va_list arguments;
    size_t from = n;
    va_start(arguments, format);
    n += (size_t)vsnprintf(flags_text + n, ROOM - n, format, arguments);
    va_end(arguments);
    if (n >= ROOM)
        fail("the flags take more than %zu bytes", ROOM);
    quotes_replace(flags_text + from);
    return n;
}

/* Writes one flag with one condition, which has this number of values. The user
 * has the last of them; the others are made up. */
static void write_list(const char *op, const char *selector, unsigned values, const char *head, const char *tail,
                       const char *last)
{
    size_t n = add(0, "[{'key':'list','segments':[{'conditions':[[{'op':'%s','selector':%s,'values':[", op, selector);
    for (unsigned i = 1; i < values; i++)
        n = add(n, "'%s%04x%s',", head, i, tail);
    add(n, "'%s']}]],'variant':'on'}],'variants':{'on':{'key':'on','value':'on'}}}]", last);
}

/* Writes this number of flags, with the flag of a document in the middle. */
static void write_many(const char *one, unsigned flags)
{
    size_t n = add(0, "[");
    for (unsigned i = 0; i < flags; i++) {
        if (i == flags / 2)
            n = add(n, "%.*s", (int)strlen(one) - 2, one + 1);
        else
            n = add(n,
                    "{'key':'flag-%u','segments':[{'conditions':[[{'op':'is','selector':['context','user','country'],"
                    "'values':['Country %u']}]],'variant':'on'}],'variants':{'on':{'key':'on','value':'on'}}}",
                    i, i);
        n = add(n, i + 1 < flags ? "," : "]");
    }
}

int main(int count_of_arguments, char **arguments)
{
    static const char flag_0[] = "checkout-redesign-00000", on[] = "\"key\":\"on\"";
    static const char first_segment[] = "\"segmentName\":\"Segment 1\"";
    static char one_flag[ROOM];
    const char *name, *folder = arguments[1];
    xc_plan *plan;
    if (count_of_arguments != 2)
        fail("usage: driver_instructions TESTDATA");
    read_file(folder, "perf/user.json", user);
    read_file(folder, "perf/flags_1.json", one_flag);
    read_file(folder, "instructions/regex_program.json", programs);

    read_file(folder, "perf/flags_100.json", flags_text);
    plan = new_plan("100 flags");
    count_flag("one flag", plan, flag_0, first_segment);
    count_flag("a flag that reads a list", plan, "export-redesign-00008", first_segment);
    expect("all 100 flags", plan, NULL, "\"segmentName\"");
    count("all 100 flags", evaluate, (call){.plan = plan, .text = array, .out = evaluation});
    count("all 100 flags, object context", evaluate, (call){.plan = plan, .text = object, .out = evaluation});
    count("one outcome", describe_outcome, (call){.plan = plan, .flag = 0, .out = outcome});
    count("describe 100 flags", describe, (call){.plan = plan, .out = description});
    used = 0;
    count("compile 100 flags", compile, (call){.text = flags_text});

    write_many(one_flag, 10000);
    name = "one flag of 10,000";
    count_flag(name, new_plan(name), flag_0, first_segment);

    read_file(folder, "perf/flag_regex.json", flags_text);
    plan = new_plan("set patterns");
    count("set patterns", set_patterns, (call){.plan = plan, .text = programs});
    count_flag("regex flag", plan, "regex-flag", first_segment);

    read_file(folder, "instructions/dependency.json", flags_text);
    name = "a dependency";
    count_flag(name, new_plan(name), "child", on);

    write_list("contains", "['context','user','user_properties','email']", 100, "@company-", ".com", "@example.com");
    name = "contains with 100 values";
    count_flag(name, new_plan(name), "list", on);

    write_list("is", "['context','user','user_id']", 10000, "user-7f3a9c21d4e8", "", "user-7f3a9c21d4e8b605");
    name = "is list of 10,000";
    count_flag(name, new_plan(name), "list", on);

    user[strlen(user) - 1] = '\0'; /* cohorts replace the closing brace */
    strcat(user, quotes_replace(strcpy(other, ",'cohort_ids':['c0h0rt2a','c0h0rt7f','c0h0rt1d']}")));
    read_file(folder, "perf/flag_cohort.json", flags_text);
    name = "cohort flag";
    count_flag(name, new_plan(name), "cohort-flag", first_segment);
    return 0;
}
