#include "job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* One mapping: a page that faults, the stack, the job, and room for a block of usual size. */
#define GUARD 4096u
#define STACK (64u * 1024)
#define ROOM (48u * 1024)
#define MAPPED (GUARD + STACK + ROOM)
#define MOST_KEPT 64

static struct job *job_new(void);
static bool well_formed(const struct spawn_request *want);
static size_t pointers_size(const struct spawn_request *want);
static int fill(struct job *job, const struct spawn_request *want, char *memory);
static const char **list(const char ***slots, const char **at, const char *end, uint32_t count);
static const char *after(const char *string, const char *end);

int job_take(struct job_pool *pool, const struct spawn_request *want, struct job **out)
{
    if (!well_formed(want)) {
        return -EINVAL;
    }
    struct job *job = pool->free != NULL ? pool->free : job_new();
    if (job == NULL) {
        return -ENOMEM;
    }
    if (job == pool->free) {
        pool->free = job->next;
        pool->count--;
    }
    char *memory = (char *)(job + 1);
    size_t needed = pointers_size(want) + want->size;
    if (needed > ROOM - sizeof *job) {
        memory = job->extra = malloc(needed);
    }
    int err = memory == NULL ? -ENOMEM : fill(job, want, memory);
    if (err != 0) {
        job_give_back(pool, job);
        return err;
    }
    *out = job;
    return 0;
}

void job_give_back(struct job_pool *pool, struct job *job)
{
    free(job->extra);
    job->extra = NULL;
    if (pool->count == MOST_KEPT) {
        munmap((char *)job->stack - GUARD, MAPPED);
        return;
    }
    job->next = pool->free;
    pool->free = job;
    pool->count++;
}

void job_pool_end(struct job_pool *pool)
{
    while (pool->free != NULL) {
        struct job *job = pool->free;
        pool->free = job->next;
        munmap((char *)job->stack - GUARD, MAPPED);
    }
    pool->count = 0;
}

static struct job *job_new(void)
{
    char *memory = mmap(NULL, MAPPED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    mprotect(memory, GUARD, PROT_NONE);
    struct job *job = (struct job *)(void *)(memory + GUARD + STACK);
    job->stack = memory + GUARD;
    job->stack_size = STACK;
    return job;
}

/* Ends with NUL, and is not too short for the strings it is said to hold. */
static bool well_formed(const struct spawn_request *want)
{
    size_t strings = (size_t)want->candidates + want->argc + want->envc + 3;
    return want->size >= strings && want->block[want->size - 1] == '\0';
}

static size_t pointers_size(const struct spawn_request *want)
{
    return ((size_t)want->candidates + want->argc + want->envc + 3) * sizeof(char *);
}

static int fill(struct job *job, const struct spawn_request *want, char *memory)
{
    const char **slots = (const char **)(void *)memory;
    char *block = memory + pointers_size(want);
    const char *at = block, *end = block + want->size;
    memcpy(block, want->block, want->size);
    job->candidates = list(&slots, &at, end, want->candidates);
    job->argv = list(&slots, &at, end, want->argc);
    job->envp = list(&slots, &at, end, want->envc);
    const char **paths[] = { &job->directory, &job->output[0], &job->output[1] };
    for (size_t i = 0; i < 3; i++) {
        *paths[i] = at;
        at = after(at, end);
    }
    return at == end ? 0 : -EINVAL;
}

/* The next `count` strings as a list; *at becomes NULL when there are not so many. */
static const char **list(const char ***slots, const char **at, const char *end, uint32_t count)
{
    const char **first = *slots;
    for (uint32_t i = 0; i < count; i++) {
        *(*slots)++ = *at;
        *at = after(*at, end);
    }
    *(*slots)++ = NULL;
    return first;
}

static const char *after(const char *string, const char *end)
{
    return string != NULL && string < end ? string + strlen(string) + 1 : NULL;
}
