#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* All but those that a fault of our own raises: blocked, they would still kill. What a parent made
 * us ignore (nohup) would not be readable, and an ignored SIGCHLD would lose every status. */
int signals_open(void)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };
    sigset_t all;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        sigdelset(&all, faults[i]);
    }
    if (sigprocmask(SIG_SETMASK, &all, NULL) < 0) {
        return -1;
    }
    for (int number = 1; number < NSIG; number++) {
        if (sigismember(&all, number) == 1) {
            (void)signal(number, SIG_DFL);
        }
    }
    return signalfd(-1, &all, SFD_NONBLOCK);
}

int signals_next(int signals)
{
    struct signalfd_siginfo info;
    return read(signals, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}
