/*
 * What the tests of spawn share: a ledger of their own, and a start whose output is read. The
 * program that is started is the test itself: with the argument `tell` it says how it was born.
 */
#ifndef ARCHON_TEST_STARTING_H
#define ARCHON_TEST_STARTING_H

#include "check.h"
#include "closer.h"
#include "open_count.h"
#include "poller.h"
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct ledger *ledger;
static struct poller poller;
static int32_t ready[2 * POLLER_BATCH];
static struct closer *closer;
static struct starter *starter;
static unsigned how = SPAWN_OWN;

/* One start: what is wanted, and what came of it. */
struct start {
    const char *candidates[4], *argv[8], *envp[4];
    const char *directory, *output, *error;
    int stdin_fd, stdout_fd, stderr_fd, directory_fd; /* 0: none */
    uint64_t nofile;
    uint32_t slot, passed_count, pid_setting;
    const struct spawn_passed *passed;
    const struct identity *identity;
    const int *cgroup, *listens;
    char *block; /* instead of the lists, with `more` settings */
    size_t more;

    int result;
    struct spawned child;
    struct ledger_slot *at;
    int status, done;
    char said[16384];
    int reader; /* of the pipe that is standard output and error unless given otherwise */
};

static inline void set_up(void)
{
    int fd = memfd_create("ledger", MFD_CLOEXEC);
    need(fd >= 0 && ftruncate(fd, sizeof *ledger) == 0, "memfd_create");
    ledger = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    need(ledger != MAP_FAILED, "mmap");
    close(fd);
    ledger->head.nonce = 0x1234567800000000;
    closer = closer_new();
    need(poller_open(&poller, ready) == 0 && starter_open(&starter, closer, &poller) == 0,
         "starter_open");
}

static inline uint32_t strings(char **at, const char *const *list)
{
    uint32_t count = 0;
    while (list[count] != NULL) {
        *at = stpcpy(*at, list[count++]) + 1;
    }
    return count;
}

/* Claims the slot, as the daemon does, and starts. */
static inline void begin(struct start *s)
{
    static double number = 100;
    size_t room = 65536 + s->more;
    char *block = malloc(room), *at = block;
    int out[2];
    struct spawn_request want = { .ledger = ledger,
                                  .slot = s->slot,
                                  .how = how,
                                  .nofile = s->nofile,
                                  .passed = s->passed,
                                  .passed_count = s->passed_count,
                                  .pid_setting = s->pid_setting,
                                  .identity = s->identity,
                                  .cgroup = s->cgroup,
                                  .listens = s->listens };
    need(pipe2(out, O_CLOEXEC) == 0, "pipe2");
    s->at = &ledger->at[s->slot];
    *s->at = (struct ledger_slot){ .state = SLOT_INTENT, .start = number++, .conn = -1 };
    ledger->pids[s->slot] = 0;
    want.token = (int32_t)s->slot + 1;
    want.candidates = strings(&at, s->candidates);
    want.argc = strings(&at, s->argv);
    want.envc = strings(&at, s->envp);
    if (s->more > 0) {
        memset(at, 'x', s->more);
        memcpy(at, "M=", 2);
        at[s->more - 1] = '\0';
        at += s->more;
        want.envc++;
    }
    at = stpcpy(at, s->directory != NULL ? s->directory : "/") + 1;
    at = stpcpy(at, s->output != NULL ? s->output : "") + 1;
    at = stpcpy(at, s->error != NULL ? s->error : "") + 1;
    want.block = block;
    want.size = (size_t)(at - block);
    want.given[0] = s->stdin_fd > 0 ? s->stdin_fd : -1;
    want.given[1] = s->stdout_fd > 0 ? s->stdout_fd : s->output != NULL ? -1 : out[1];
    want.given[2] = s->stderr_fd > 0 ? s->stderr_fd : s->error != NULL ? -1 : out[1];
    want.directory = s->directory_fd > 0 ? s->directory_fd : -1;
    s->result = spawn(starter, &want, &s->child);
    close(out[1]);
    s->reader = out[0];
    free(block);
}

/* Looks after the starts that are ready: what they held is given back. */
static inline void see_ready(void)
{
    need(poller_take(&poller) >= 0, "poller_take");
    starter_sift(starter);
    for (int i = 0; i < poller.count; i++) {
        need(spawn_done(starter, (uint32_t)ready[2 * i] - 1) == 0, "spawn_done");
    }
    poller_taken(&poller);
}

/* Waits until the start's exec succeeded. */
static inline void await_exec(const struct start *s)
{
    struct pollfd more = { .fd = poller.fd, .events = POLLIN };
    while (spawn_done(starter, s->slot) == -EAGAIN) {
        poll(&more, 1, -1);
        see_ready();
    }
}

/* Reads what it says until it ends, and reaps it as the keeper does. */
static inline void finish(struct start *s)
{
    size_t length = 0;
    ssize_t more = 1;
    while (s->result == 0 && (more > 0 || s->child.pidfd >= 0)) {
        struct pollfd ends[] = { { .fd = more > 0 ? s->reader : -1, .events = POLLIN },
                                 { .fd = s->child.pidfd, .events = POLLIN },
                                 { .fd = poller.fd, .events = POLLIN } };
        poll(ends, 3, -1);
        if (ends[0].revents != 0) {
            more = read(s->reader, s->said + length, sizeof s->said - 1 - length);
            length += more > 0 ? (size_t)more : 0;
        }
        if (ends[1].revents != 0) {
            need(waitpid(s->child.pid, &s->status, 0) == s->child.pid, "waitpid");
            close(s->child.pidfd);
            s->child.pidfd = -1;
            s->at->state = SLOT_EXITED;
            s->done = spawn_done(starter, s->slot);
        }
        if (ends[2].revents != 0) {
            see_ready();
        }
    }
    s->said[length] = '\0';
    close(s->reader);
}

static inline void run(struct start *s)
{
    begin(s);
    finish(s);
}

static inline bool exited(const struct start *s, int code)
{
    return s->result == 0 && WIFEXITED(s->status) && WEXITSTATUS(s->status) == code;
}

/* It came to that step, of which only exec says anything. */
static inline bool failed(const struct start *s, uint32_t stage, int err)
{
    bool good = s->at->stage == stage && s->at->err == (uint32_t)err;
    good = good && (stage == STAGE_EXEC || s->said[0] == '\0');
    if (!good) {
        printf("#   stage %u, errno %u\n#   %s\n", s->at->stage, s->at->err, s->said);
    }
    return good;
}

static inline bool says(const struct start *s, const char *text)
{
    bool found = strstr(s->said, text) != NULL;
    if (!found) {
        printf("#   no \"%s\" in:\n#   %s\n", text, s->said);
    }
    return found;
}

/* Does it with children that share our memory, and with those that have a copy of it. */
static inline void both_ways(void (*act)(void))
{
    for (int copies = 0; copies < 2; copies++) {
        how = SPAWN_OWN | (copies != 0 ? SPAWN_COPY | SPAWN_OWN_TABLE : 0);
        printf("# %s\n", copies != 0 ? "a copy of the memory" : "shared memory");
        act();
    }
}

#endif
