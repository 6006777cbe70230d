/* Each in a PID namespace of its own, which it ends. */
#include "ending.h"

#include "check.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* The signal that whoever waits for process 1 of the namespace sees, or minus its exit code. */
static int seen(enum ending ending)
{
    int status = 0;
    pid_t outer = fork();
    if (outer == 0) {
        if (unshare(CLONE_NEWPID) < 0) {
            _exit(77);
        }
        pid_t inner = fork();
        if (inner == 0) {
            _exit(ending_do(ending) == 0 ? 5 : 6);
        }
        (void)waitpid(inner, &status, 0);
        _exit(WIFSIGNALED(status) ? 100 + WTERMSIG(status) : WEXITSTATUS(status));
    }
    need(waitpid(outer, &status, 0) == outer && WIFEXITED(status), "fork");
    int code = WEXITSTATUS(status);
    return code > 100 ? code - 100 : -code;
}

int main(void)
{
    check(ending_do(END_NOT) == 0, "who is not process 1 has nothing to end");
    if (seen(END_EXIT) == -77) {
        printf("ok - the rest # SKIP no PID namespaces here\n");
        return result();
    }
    check(seen(END_EXIT) == -5, "an exit is left to the caller");
    check(seen(END_REBOOT) == SIGHUP, "a reboot ends a PID namespace by HUP");
    check(seen(END_POWER_OFF) == SIGINT, "power-off by INT");
    check(seen(END_HALT) == SIGINT, "and so does halt");
    return result();
}
