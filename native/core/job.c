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
static bool is_allowed(const struct identity *identity);
static size_t lists_size(const struct spawn_request *want);
static char *copy_identity(struct job *job, const struct spawn_request *want, char *memory);
static char *copy_descriptors(struct job *job, const struct spawn_request *want, char *memory);
static void *copy(char **memory, const void *from, size_t size);
static int place_of_pid(struct job *job, const struct spawn_request *want);
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
    size_t needed = lists_size(want) + want->size;
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
    if (want->passed_count > SPAWN_PASSED_MOST || want->pid_setting > want->envc) {
        return false;
    }
    for (uint32_t i = 0; i < want->passed_count; i++) {
        if (want->passed[i].from < 0 || want->passed[i].to < 3) {
            return false;
        }
    }
    return want->size >= strings && want->block[want->size - 1] == '\0' &&
           (want->identity == NULL || is_allowed(want->identity));
}

/* To setresuid(2) the highest number says "leave it": that would be the caller's. */
static bool is_allowed(const struct identity *identity)
{
    if ((identity->set & IDENTITY_USER) == 0) {
        return true;
    }
    return identity->uid != UINT32_MAX && identity->gid != UINT32_MAX;
}

/* Each list ends where the next one, of a smaller or equal alignment, can begin. */
static size_t lists_size(const struct spawn_request *want)
{
    size_t size = ((size_t)want->candidates + want->argc + want->envc + 3) * sizeof(char *) +
                  (3 + (size_t)want->passed_count) * sizeof(struct spawn_passed);
    const struct identity *identity = want->identity;
    return identity == NULL ? size
                            : size + identity->limit_count * sizeof *identity->limits +
                                  identity->group_count * sizeof *identity->groups;
}

static int fill(struct job *job, const struct spawn_request *want, char *memory)
{
    const char **slots = (const char **)(void *)memory;
    char *block = memory + lists_size(want);
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
    if (at != end) {
        return -EINVAL;
    }
    memory = copy_identity(job, want, (char *)slots);
    copy_descriptors(job, want, memory);
    return place_of_pid(job, want);
}

static char *copy_identity(struct job *job, const struct spawn_request *want, char *memory)
{
    struct identity *identity = &job->identity;
    if (want->identity == NULL) {
        *identity = (struct identity){ .umask = 022 };
        return memory;
    }
    *identity = *want->identity;
    identity->limits =
        copy(&memory, identity->limits, identity->limit_count * sizeof *identity->limits);
    identity->groups =
        copy(&memory, identity->groups, identity->group_count * sizeof *identity->groups);
    return memory;
}

static char *copy_descriptors(struct job *job, const struct spawn_request *want, char *memory)
{
    struct spawn_passed given[3];
    for (int i = 0; i < 3; i++) {
        given[i] = (struct spawn_passed){ want->given[i], i };
    }
    job->fds = copy(&memory, given, sizeof given);
    job->fd_count = 3 + want->passed_count;
    copy(&memory, want->passed, want->passed_count * sizeof *want->passed);
    job->directory_fd = want->directory;
    job->listens = want->listens == NULL ? -1 : *want->listens;
    job->takes_terminal = (want->how & SPAWN_TERMINAL) != 0;
    return memory;
}

static void *copy(char **memory, const void *from, size_t size)
{
    char *to = *memory;
    if (size > 0) {
        memcpy(to, from, size);
    }
    *memory += size;
    return to;
}

static int place_of_pid(struct job *job, const struct spawn_request *want)
{
    job->pid_setting = NULL;
    if (want->pid_setting == 0) {
        return 0;
    }
    char *value = strchr(job->envp[want->pid_setting - 1], '=');
    if (value == NULL || strlen(value + 1) < SPAWN_PID_ROOM) {
        return -EINVAL;
    }
    job->pid_setting = value + 1;
    return 0;
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
