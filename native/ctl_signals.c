/* The signals that `archonctl run` passes on, by the names the wire knows. */
#include "ctl.h"

static struct {
    int signo;
    const char *name;
    int ignored; /* by whoever started us: nohup, or a shell for what it puts in the background */
} passed[] = {
    { SIGHUP, "HUP", 0 },     { SIGINT, "INT", 0 },   { SIGQUIT, "QUIT", 0 },
    { SIGTERM, "TERM", 0 },   { SIGUSR1, "USR1", 0 }, { SIGUSR2, "USR2", 0 },
    { SIGWINCH, "WINCH", 0 },
};

/* The set to block and read. A blocked signal is kept even where it is ignored (sigaction(2)). */
void signals_caught(sigset_t *caught)
{
    sigemptyset(caught);
    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) {
        struct sigaction action;
        sigaction(passed[i].signo, NULL, &action);
        passed[i].ignored = action.sa_handler == SIG_IGN;
        sigaddset(caught, passed[i].signo);
    }
}

/*
 * Is it to be passed on? What the caller ignores is, when somebody sent it on purpose, not when the
 * terminal sends it to all in front of it; HUP is not even then, as a shell that leaves sends it.
 */
int signal_wanted(int signo, int code)
{
    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) {
        if (passed[i].signo == signo) {
            return !passed[i].ignored || (code != SI_KERNEL && signo != SIGHUP);
        }
    }
    return 0;
}

const char *signal_name(int signo)
{
    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) {
        if (passed[i].signo == signo) {
            return passed[i].name;
        }
    }
    return "";
}
