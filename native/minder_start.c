/* What it takes to start one of the three: a child of the keeper that is archond for a moment, and
 * for a daemon the channel to the keeper. */
#include "minder.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/become.h"
#include "core/fdpass.h"
#include "core/pidfd.h"

enum { CHANNEL_BUFFER = 4 << 20 };

struct start {
    const struct keeper *keeper;
    const char *as;
    int channel;
};

static void begin(void *arg);

struct own *place_of(const struct minder *minder, const struct child *child)
{
    int place = child == &minder->daemon  ? minder->daemon_place
                : child == &minder->spare ? 2 - minder->daemon_place
                                          : LOGGER;
    return &minder->keeper->own[place];
}

pid_t pid_of(const struct minder *minder, const struct child *child)
{
    const struct own *own = place_of(minder, child);
    pid_t pid = __atomic_load_n(&own->pid, __ATOMIC_SEQ_CST);
    return __atomic_load_n(&own->ended, __ATOMIC_SEQ_CST) == pid ? 0 : pid;
}

/* By a descriptor: the keeper may reap it at any moment, and then its number may be another's. An
 * end is written before that, so where there is none yet what was opened is the child. */
void child_signal(const struct minder *minder, const struct child *child, int number)
{
    pid_t pid = pid_of(minder, child);
    int process = pid > 0 ? pidfd_of(pid) : -ESRCH;
    int failed = process;
    if (pid_of(minder, child) != pid) {
        failed = -ESRCH; /* it was reaped maybe before it was opened */
    }
    else if (process >= 0) {
        failed = pidfd_signal(process, number);
    }
    if (process >= 0) {
        close(process);
    }
    if (failed < 0 && failed != -ESRCH) { /* rather so than not at all */
        (void)kill(pid, number);
    }
}

int child_start(struct minder *minder, struct child *child, const char *as, int channel)
{
    struct own *own = place_of(minder, child);
    struct start start = { minder->keeper, as, channel };
    child->since = now();
    child->due = NEVER;
    /* In this order: else there would be a moment in which a pid that is nobody's runs. */
    __atomic_store_n(&own->pid, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&own->ended, 0, __ATOMIC_SEQ_CST);
    return os_start(minder, own, begin, &start);
}

/* Nothing that is here is closed by execve(2): archond, which each is first, closes what is not for
 * it. */
static void begin(void *arg)
{
    const struct start *start = arg;
    const struct keeper *keeper = start->keeper;
    char number[16];
    (void)snprintf(number, sizeof number, "%d", start->channel);
    const char *const argv[] = { "archond", "--child", start->as, number, NULL };
    become_opened(keeper->program, keeper->archond, (char *const *)(uintptr_t)argv);
    _exit(126);
}

int channel_make(int pair[2])
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0) {
        return -errno;
    }
    (void)fdpass_room(pair[1], CHANNEL_BUFFER);
    return 0;
}

/* Once more where memory was short for a moment. */
int channel_hand(const struct minder *minder, int channel, pid_t daemon)
{
    char text[16];
    size_t length = (size_t)snprintf(text, sizeof text, "%d", (int)daemon);
    int failed = fdpass_send_one(minder->keeper->from_keeper, text, length, channel);
    return failed ? fdpass_send_one(minder->keeper->from_keeper, text, length, channel) : 0;
}
