/* What FreeBSD does its own way: pdfork, procdescs in a kqueue, sysctl instead of /proc. */
#include "minder.h"

#include <errno.h>
#include <stdio.h>

#include <sys/event.h>
#include <sys/procdesc.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of what was last started in each place. Without PD_DAEMON it is killed when its descriptor is
 * closed for the last time: with us, or when the next one is started. */
static int descriptors[OWN];

int os_start(struct minder *minder, struct own *own, void (*body)(void *), void *arg)
{
    int *descriptor = &descriptors[own - minder->keeper->own];
    if (*descriptor > 0) {
        close(*descriptor);
    }
    pid_t pid = pdfork(descriptor, 0);
    if (pid < 0) {
        return -errno;
    }
    if (pid == 0) {
        body(arg);
    }
    __atomic_store_n(&own->pid, pid, __ATOMIC_SEQ_CST);
    const struct kevent change = { .ident = (uintptr_t)*descriptor,
                                   .filter = EVFILT_PROCDESC,
                                   .flags = EV_ADD | EV_ONESHOT,
                                   .fflags = NOTE_EXIT,
                                   .udata = (void *)(uintptr_t)TOKEN_LOOK };
    return kevent(minder->events, &change, 1, NULL, 0, NULL) < 0 ? -errno : 0;
}

bool os_ends_with_minder(void)
{
    return true;
}

/* What has a descriptor is not found by P_ALL. */
void os_look(struct minder *minder)
{
    for (struct own *own = minder->keeper->own; own < minder->keeper->own + OWN; own++) {
        int status;
        if (own->pid > 0 && own->ended != own->pid &&
            waitpid(own->pid, &status, WNOHANG) == own->pid) {
            own->status = status;
            __atomic_store_n(&own->ended, own->pid, __ATOMIC_SEQ_CST);
        }
    }
}

/* Seconds count as they are. */
int64_t os_could_act(pid_t pid, struct shares *last)
{
    (void)pid, (void)last;
    return SECOND;
}

void os_doing(pid_t pid, char *out, size_t size)
{
    (void)snprintf(out, size, "procstat -k %d says what it waits for", (int)pid);
}
