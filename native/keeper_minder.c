/* The life of the minder, which judges everything that has to be judged: it is started again until
 * it says that it has come to an end. */
#include "keeper.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/become.h"
#include "core/now.h"
#include "core/sealed.h"
#include "minder_end.h"

static void upgrade(struct keeper *keeper);

/* One that ends at once is not started more often than so. fork is cheap here, the keeper being
 * small, and safe, it having one thread. */
int minder_due(struct keeper *keeper)
{
    int64_t left = keeper->due - now();
    if (keeper->minder == 0 && left <= 0) {
        left = SECOND / 4;
        keeper->due = now() + left;
        pid_t pid = fork();
        if (pid == 0) {
            static char *argv[] = { "archon-minder", "--child", "minder", "-1", NULL };
            become_opened(keeper->program, keeper->archond, argv);
            _exit(126);
        }
        keeper->minder = pid > 0 ? pid : 0;
        if (pid < 0) {
            say("archon-minder cannot be started: trying again");
        }
    }
    return keeper->minder != 0 ? -1 : (int)left;
}

void minder_ended(struct keeper *keeper, int status)
{
    keeper->minder = keeper->ledger->head.minder = 0;
    if (keeper->verdict == MINDER_UPGRADES) {
        keeper->verdict = 0;
        upgrade(keeper);
    }
    else if (keeper->verdict != MINDER_DONE) {
        say("archon-minder ended with %s %d: starting it again",
            WIFSIGNALED(status) ? "signal" : "code",
            WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
}

/* Whatever the programs are by now is started, the keeper itself among them. */
static void upgrade(struct keeper *keeper)
{
    int archond = sealed_program(open(keeper->archond, O_RDONLY));
    if (archond >= 0) {
        (void)dup2(archond, keeper->program);
        close(archond);
    }
    keeper->due = 0;
    if (!keeper->init) { /* process 1 is not put at risk */
        become(keeper->self, keeper->argv);
    }
    say("archond itself stays as it is");
}
