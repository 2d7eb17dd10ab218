/* What tests of hostile input run in: memory between unreadable pages, and a
 * small stack. */
#ifndef HOSTILE_H
#define HOSTILE_H

#ifndef _GNU_SOURCE
#error "define _GNU_SOURCE before the first include"
#endif

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Memory between two pages that cannot be accessed: an access of one byte
 * before its start or after its end ends the program. */
typedef struct {
    char *start, *end;
} fence;

/* Returns a fence around at least this many bytes; fence_free releases it. */
static inline fence fence_new(size_t room)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), n = (room + page - 1) / page * page;
    char *pages = mmap(NULL, n + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    fence f = {pages + page, pages + page + n};
    if (pages == MAP_FAILED || (n > 0 && mprotect(f.start, n, PROT_READ | PROT_WRITE) != 0))
        abort();
    return f;
}

static inline void fence_free(fence f)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    munmap(f.start - page, (size_t)(f.end - f.start) + 2 * page);
}

/* Runs a function on a thread with 128 KiB of stack, of which the C library and
 * the frames of a sanitizer take a part. */
static inline void run_on_small_stack(void *(*function)(void *))
{
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstacksize(&attributes, 128 * 1024) != 0 ||
        pthread_create(&thread, &attributes, function, NULL) != 0 || pthread_join(thread, NULL) != 0)
        abort();
}

#endif
