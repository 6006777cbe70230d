#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

#include <sys/event.h>
#include <time.h>

/* All but those that a fault of our own raises: blocked, they would still kill. The queue notes a
 * signal when it is sent, blocked or not, but SIGCHLD not while it is ignored, as a parent may have
 * left it. fork does not hand a kqueue on. */
int signals_open(void)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };
    static const int read_here[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };
    sigset_t all;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        sigdelset(&all, faults[i]);
    }
    int queue = kqueue();
    if (queue < 0 || sigprocmask(SIG_SETMASK, &all, NULL) < 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof read_here / sizeof read_here[0]; i++) {
        const struct kevent change = { .ident = (uintptr_t)read_here[i],
                                       .filter = EVFILT_SIGNAL,
                                       .flags = EV_ADD };
        (void)signal(read_here[i], SIG_DFL);
        if (kevent(queue, &change, 1, NULL, 0, NULL) < 0) {
            return -1;
        }
    }
    return queue;
}

int signals_next(int signals)
{
    const struct timespec none = { 0 };
    struct kevent event;
    return kevent(signals, NULL, 0, &event, 1, &none) == 1 ? (int)event.ident : 0;
}
