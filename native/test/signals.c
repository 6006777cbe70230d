/* Signals that are blocked, and read from a descriptor; all that follows is after signals_open. */
#include "signals.h"

#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int signals;
static volatile sig_atomic_t handled;

static void handle(int number)
{
    handled = number;
}

static void reads(void)
{
    check(signals_next(signals) == 0, "none is 0, and not waited for");
    raise(SIGTERM);
    check(handled == 0, "a signal is not handled");
    struct pollfd waiting = { .fd = signals, .events = POLLIN };
    check(poll(&waiting, 1, 0) == 1 && waiting.revents == POLLIN, "the descriptor tells of it");
    check(signals_next(signals) == SIGTERM, "it is read by its number");
    check(signals_next(signals) == 0 && poll(&waiting, 1, 0) == 0, "and is gone then");

    raise(SIGUSR1);
    raise(SIGINT);
    raise(SIGUSR1);
    int first = signals_next(signals), second = signals_next(signals);
    check((first == SIGUSR1 && second == SIGINT) || (first == SIGINT && second == SIGUSR1),
          "two different ones both come");
    check(signals_next(signals) == 0, "one that is sent twice comes once");
}

/* As nohup and some parents leave it. */
static void was_ignored(void)
{
    struct sigaction hang_up, child;
    need(sigaction(SIGHUP, NULL, &hang_up) == 0 && sigaction(SIGCHLD, NULL, &child) == 0,
         "sigaction");
    check(hang_up.sa_handler == SIG_DFL && child.sa_handler == SIG_DFL,
          "what was ignored before is not any more");
    raise(SIGHUP);
    check(signals_next(signals) == SIGHUP, "it is read as any other");
}

/* SIGCHLD was ignored, too: then there would be neither signal nor status. */
static void child_ends(void)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(3);
    }
    struct pollfd waiting = { .fd = signals, .events = POLLIN };
    bool came = poll(&waiting, 1, 30000) == 1 && signals_next(signals) == SIGCHLD;
    check(came, "the end of a child is read");
    check(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 3,
          "and its status is there");
}

static void faults_come(void)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };
    bool all = true;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct sigaction ours = { .sa_handler = handle }, before;
        handled = 0;
        need(sigaction(faults[i], &ours, &before) == 0, "sigaction");
        raise(faults[i]);
        all = all && handled == faults[i];
        need(sigaction(faults[i], &before, NULL) == 0, "sigaction");
    }
    check(all, "a fault is delivered at once");
    check(signals_next(signals) == 0, "and not read");
}

/* alarm(2) would only be read. */
static void end_in_a_minute(void)
{
    struct sigevent fault = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGABRT };
    const struct itimerspec minute = { .it_value = { .tv_sec = 60 } };
    timer_t timer;
    need(timer_create(CLOCK_MONOTONIC, &fault, &timer) == 0 &&
             timer_settime(timer, 0, &minute, NULL) == 0,
         "timer_create");
}

int main(void)
{
    end_in_a_minute(); /* what waits where it is not to */
    (void)signal(SIGTERM, handle);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGCHLD, SIG_IGN);
    signals = signals_open();
    need(signals >= 0, "signals_open");
    check(fcntl(signals, F_GETFD) == 0, "it stays over exec");
    reads();
    was_ignored();
    child_ends();
    faults_come();
    close(signals);
    return result();
}
