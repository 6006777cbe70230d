/* What another system does otherwise: clone, /proc. */
#include "minder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clone_linux.h"

static char state_of(pid_t pid);
static struct shares shares_of(pid_t pid);
static void read_of(pid_t pid, const char *what, char *text, size_t size);

int os_start(struct minder *minder, struct own *own, void (*body)(void *), void *arg)
{
    const struct clone_request want = {
        .copy = true, .parent_tid = &own->pid, .body = body, .arg = arg
    };
    (void)minder;
    pid_t pid = clone_child(&want, NULL);
    if (pid < 0) {
        own->pid = 0;
        return pid;
    }
    return 0;
}

bool os_ends_with_minder(void)
{
    return false;
}

void os_look(struct minder *minder)
{
    (void)minder; /* they are children of the keeper like all others */
}

/* Of its first thread, which is that of Node that does the work. What it waits for a processor is
 * counted when it has one: of one that still waits it counts what it had. */
int64_t os_could_act(pid_t pid, struct shares *last)
{
    struct shares before = *last;
    *last = shares_of(pid);
    int64_t waited = last->waited - before.waited;
    if (state_of(pid) == 'R' && last->ran > 0) {
        return last->ran - before.ran;
    }
    return waited < SECOND ? SECOND - waited : 0;
}

/* None of these files waits for the process or its memory. */
void os_doing(pid_t pid, char *out, size_t size)
{
    char place[64];
    read_of(pid, "wchan", place, sizeof place);
    (void)snprintf(out, size, "state %c in %s, has run for %lld ms", state_of(pid),
                   place[0] > '0' ? place : "user space", (long long)shares_of(pid).ran);
}

/* proc_pid_stat(5) */
static char state_of(pid_t pid)
{
    char stat[512];
    read_of(pid, "stat", stat, sizeof stat);
    const char *name = strrchr(stat, ')');
    return name && name[1] == ' ' ? name[2] : '?';
}

/* proc_pid_schedstat(5), in nanoseconds; zero where there is none. */
static struct shares shares_of(pid_t pid)
{
    char times[96], *next;
    read_of(pid, "schedstat", times, sizeof times);
    int64_t ran = strtoll(times, &next, 10) / 1000000;
    return (struct shares){ ran, strtoll(next, NULL, 10) / 1000000 };
}

/* Empty when there is none. */
static void read_of(pid_t pid, const char *what, char *text, size_t size)
{
    char path[48];
    (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, what);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, size - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[length > 0 ? length : 0] = '\0';
}
