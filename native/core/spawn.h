/*
 * Starts a process in a slot of the ledger (ledger.h). The kernel writes its pid there before its
 * first instruction, the child writes how far it came, so a crash of the caller at any point leaves
 * nothing unknown.
 *
 * The child shares the caller's memory until exec and its descriptor table until its first act, so
 * that a start costs the same however large the caller is. Yet the caller waits for neither: a
 * child may be stopped, frozen or at a program on a hung mount. What it still needs of the caller
 * is given back when it is known to have gone on, or to be dead.
 */
#ifndef ARCHON_SPAWN_H
#define ARCHON_SPAWN_H

#include "identity.h"
#include "ledger.h"

#include <stddef.h>
#include <sys/types.h>

struct poller;
struct closer;
struct starter;

enum { SPAWN_PASSED_MOST = 1024, SPAWN_PID_ROOM = 10 };

enum spawn_how {
    SPAWN_OWN = 1,  /* the child is the caller's, who reaps it; else it is the caller's parent's */
    SPAWN_COPY = 2, /* a child with a copy of the memory, which is all that other machines have */
    SPAWN_OWN_TABLE = 4, /* and with one of the descriptor table, even where it can be shared */
    SPAWN_TERMINAL = 8, /* what is given as 0 becomes the child's controlling terminal, if it may */
};

struct spawn_passed {
    int from; /* a descriptor of the caller */
    int to;   /* the number it gets in the child, 3 or more, each number once */
};

struct spawn_request {
    struct ledger *ledger;
    uint32_t slot; /* claimed: start is written, state is INTENT, pid, err and stage are 0 */
    unsigned how;  /* of enum spawn_how */

    /* NUL-terminated strings: paths of the program to try in turn, arguments, environment settings;
     * the directory to start in, and the paths to open as stdout and stderr. */
    const char *block;
    size_t size;
    uint32_t candidates, argc, envc;

    int given[3];  /* what becomes descriptors 0 to 2; -1: /dev/null for 0, the path for 1 and 2 */
    int directory; /* an open directory to start in; -1: the path */
    uint64_t nofile; /* soft limit on open files; 0: as the caller's */
    int32_t token;   /* comes up in the poller when the child has left the caller's memory */

    /* From here on all may be 0. */
    uint32_t passed_count;             /* at most SPAWN_PASSED_MOST */
    const struct spawn_passed *passed; /* what it gets besides 0 to 2; other numbers are closed */
    uint32_t pid_setting; /* which setting, counted from 1, gets the child's pid as its value: there
                             it has SPAWN_PID_ROOM characters at least */
    const struct identity *identity; /* NULL: the caller's, with umask 022 */
    const int *listens; /* a socket that is sent who listens to its bind(2): unotify_linux.h; or
                           NULL. Linux alone */
    const int
        *cgroup; /* an open directory of cgroup v2 where the child is born; NULL: the caller's */
};

struct spawned {
    pid_t pid;
    int pidfd; /* close-on-exec; -1: it has ended, or will at once */
};

/*
 * Reserves the low descriptors (low.h), and notes which signals a child is to reset: those that
 * are ignored now, all where there is only clone(2). `poller` may be NULL in a test; then
 * spawn_done is to be asked until it is ready. Returns 0 or -errno.
 */
int starter_open(struct starter **out, struct closer *closer, struct poller *poller);
/* For tests: every start must be done. */
void starter_close(struct starter *starter);

/*
 * Returns 0, or -errno when there is no child: -EINVAL for a malformed block, else of pipe2, dup3,
 * epoll_ctl, clone3 or clone. What fails in the child is told by stage and err of the slot, and by
 * its end.
 */
int spawn(struct starter *starter, const struct spawn_request *want, struct spawned *out);

/*
 * Frees what a start held, once exec succeeded or the child ended. Returns 0, -EAGAIN when that has
 * not happened yet, -ENOENT when nothing is held there. For a slot that is EXITED it always is 0.
 */
int spawn_done(struct starter *starter, uint32_t slot);

/*
 * To be called after poller_take: looks after the starts that became ready, and leaves in the batch
 * only those whose child has left the caller's memory. Returns how many entries remain.
 */
int starter_sift(struct starter *starter);

#endif
