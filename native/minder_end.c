/* How all of it ends: who asks for it, and what is left to do once the daemon has ended for good.
 */
#include "minder_end.h"

#include <signal.h>
#include <unistd.h>

#include "core/wake.h"
#include "minder.h"

/* What archon-log has to take what is in the logs yet, milliseconds. */
enum { LOGGER_GRACE = 5000 };

static enum ending ending_of(const struct minder *minder);

void close_down(struct minder *minder, int exit_code)
{
    minder->keeper->exit_code = exit_code != 0 ? exit_code : minder->end_code;
    minder->keeper->ending = minder->settings.init ? ending_of(minder) : END_NOT;
    minder->closing = true;
    spare_drop(minder);
    minder->daemon.due = minder->logger.due = NEVER;
    (void)unlink(minder->settings.socket);
    ledger_end(minder);
    /* It takes what is in the logs yet, then ends. */
    child_signal(minder, &minder->logger, SIGTERM);
    minder->kill_logger = now() + LOGGER_GRACE;
}

/* A machine has nobody who would want its exit code, unless something went wrong. */
static enum ending ending_of(const struct minder *minder)
{
    bool powers_off =
        minder->ending == END_EXIT && minder->settings.machine && minder->keeper->exit_code == 0;
    return powers_off ? END_POWER_OFF : minder->ending;
}

/* Before the first Hello nothing runs that would need an orderly end. Where all ends already it is
 * known how: a start that failed did. */
void terminate(struct minder *minder, enum ending ending)
{
    if (minder->closing) {
        return;
    }
    pid_t daemon = pid_of(minder, &minder->daemon);
    minder->ending = ending == END_EXIT ? minder->ending : ending;
    minder->terminate = true;
    if (daemon == 0 && !minder->ready) {
        close_down(minder, 0);
        return;
    }
    if (minder->hello || !minder->ready) {
        child_signal(minder, &minder->daemon, SIGTERM);
        (void)wake_write(minder->keeper->wake); /* if it does nothing any more, that shows */
    }
}
