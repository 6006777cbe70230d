/* Whether an upgrade may be: asked of the archond that is installed by then, by the daemon that is
 * to end for it. */
#include "archond.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/become.h"

static int keeper_fits(struct keeper *keeper);

/* Whoever asks may be gone before it is answered: nobody is left behind then. */
int upgrade_fits(const char *ledger, const char *handover)
{
    os_die_with(getppid(), SIGKILL);
    static const char advice[] = "stop archond, then start it again";
    if (strtoul(ledger, NULL, 10) != LEDGER_VERSION) {
        say("the ledger is of version %s, this archond knows %u: %s", ledger, LEDGER_VERSION,
            advice);
        return 1;
    }
    if (strtoul(handover, NULL, 10) != HANDOVER_VERSION) {
        say("the archond that runs hands over version %s, this one knows %u: %s", handover,
            HANDOVER_VERSION, advice);
        return 1;
    }
    struct minder *minder = state_make();
    if (!minder || programs_beside(minder) != 0) {
        return 1;
    }
    int exit_code = keeper_fits(minder->keeper);
    if (exit_code == 0) {
        announce("takes over %s %s", ledger, handover); /* as another program would not */
    }
    return exit_code;
}

/* It takes the question back, which only an archon-keeper of our own version knows to do. */
static int keeper_fits(struct keeper *keeper)
{
    char *argv[] = { keeper->self, NULL };
    int status = 0;
    keeper->asks = true;
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        os_die_with(parent, SIGKILL);
        become(keeper->self, argv);
        _exit(1);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0) {
        say("cannot try %s: %s", keeper->self, strerror(errno));
        return 1;
    }
    if (status == 0 && !keeper->asks) {
        return 0;
    }
    say("%s is not the archon-keeper of this archond", keeper->self);
    return 1;
}
