/*
 * archon-binder: answers for archon when a service of `bind = "seccomp"` calls bind(2), one of
 * these for each start of such a service, for as long as one of its processes lives. What the shim
 * (bind.c) is inside a program this is from outside, for programs that no preload reaches: the
 * kernel stops the call and tells us (seccomp_unotify(2)), we ask the daemon, and what it gives
 * takes the place of the program's own socket, at the same number.
 *
 * Restraint as there: whatever is not as expected, and no answer within 2 s, is left to the real
 * bind(2). It is a program of its own so that this holds when the daemon hangs, is stopped or is
 * being started again. The daemon and the keeper hold the listener as well: when we are killed no
 * call fails with ENOSYS, and the one that we had taken up is in memory that is shared with whoever
 * comes after us (struct mind). When the daemon is replaced its successor kills us and starts
 * another with the same memory; a lock on that says that we are gone. Nobody is trusted by what he
 * says: we ask over a pair that only the daemon has the other end of, and send along a pidfd.
 *
 * When the keeper was killed we live on, and the daemon of the next takes listener and memory from
 * us (pidfd_getfd(2)), for nobody else has them then.
 *
 * The descriptors we are born with: 3 the listener, 4 the pair to the daemon, 5 the memory.
 * Exit codes: 0 nobody is left who could call; 111 what we were given is no good.
 */
#include "binder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LISTENER = 3, LINE = 4, MEMORY = 5, PAGE = 4096, UNFIT = 111 };

static struct mind *mind;
static int listener;
static struct line line;

static void begin(void);
static int move(int fd, int least);
static void wait_for_call(void);
static void take_up(void);
static bool serve(void);
static void answer(bool is_given);

int main(void)
{
    bool is_late = false;
    begin();
    if (mind->at.id != 0) {
        is_late = serve();
    }
    for (;;) {
        struct pollfd more = { .fd = listener, .events = POLLIN };
        /* Who came while nobody answered another has waited as long by now. */
        if (!is_late || poll(&more, 1, 0) != 1 || (more.revents & POLLIN) == 0) {
            wait_for_call();
            mind->since = now_ms();
        }
        take_up();
        is_late = mind->at.id != 0 && serve();
    }
}

/* Whoever had this memory before is gone when we have the lock: it goes with a process. */
static void begin(void)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    listener = move(LISTENER, OWN_LISTENER);
    int memory = move(MEMORY, OWN_MEMORY);
    line.fd = move_up(LINE);
    while (fcntl(memory, F_SETLKW, &lock) != 0) {
        if (errno != EINTR) {
            exit(UNFIT);
        }
    }
    mind = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (mind == MAP_FAILED) {
        exit(UNFIT);
    }
}

static void wait_for_call(void)
{
    for (;;) {
        struct pollfd both[] = { { .fd = listener, .events = POLLIN },
                                 { .fd = line.fd, .events = POLLIN } };
        poll(both, 2, -1);
        if (both[1].revents != 0) {
            line_drain(&line);
        }
        if ((both[0].revents & POLLIN) != 0) {
            return;
        }
        if ((both[0].revents & (POLLHUP | POLLERR)) != 0) {
            exit(0);
        }
        if ((both[0].revents & POLLNVAL) != 0) {
            exit(UNFIT);
        }
    }
}

/* The kernel wants the room empty. What was interrupted meanwhile is not there any more. */
static void take_up(void)
{
    memset(&mind->at, 0, PAGE - offsetof(struct mind, at));
    mind->is_placing = 0;
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &mind->at) != 0) {
        mind->at.id = 0;
    }
}

/* True when nobody answered in time. */
static bool serve(void)
{
    struct asker asker;
    bool is_late = false, is_given = false;
    int64_t due = mind->since + WAIT_MS;
    if (line.gone > 0 && line.gone + WAIT_MS < due) {
        due = line.gone + WAIT_MS;
    }
    if (asker_look(listener, &mind->at, &asker)) {
        /* Whoever was before us may have been killed just after he had put it there. */
        is_given = mind->is_placing && is_bound(asker.socket);
        int given = is_given ? -1 : line_ask(&line, &asker, due, &is_late);
        if (given >= 0) {
            is_given = place(listener, mind, &asker, given);
            close(given);
        }
    }
    asker_close(&asker);
    answer(is_given);
    return is_late;
}

static void answer(bool is_given)
{
    struct seccomp_notif_resp response = {
        .id = mind->at.id,
        .flags = is_given ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE,
    };
    /* ENOENT: it was killed. */
    while (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response) != 0 && errno == EINTR) {
    }
    mind->at.id = 0;
}

int move_up(int fd)
{
    return fd < 0 || fd >= OWN_LEAST ? fd : move(fd, OWN_LEAST);
}

static int move(int fd, int least)
{
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, least);
    if (moved < 0) {
        return fd;
    }
    close(fd);
    return moved;
}
