/* What the keeper is to hold beside ledger, locks and listener. It is not closed when we become it;
 * the minder has what is numbered up to `last`. */
#include "archond.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/events.h"
#include "core/signals.h"
#include "keeper.h"

static int last_of(const struct keeper *keeper);
static uint32_t most_connections(void);

int descriptors_make(struct minder *minder)
{
    struct keeper *keeper = minder->keeper;
    int mind[2] = { -1, -1 };
    for (uint32_t i = 0; i < LEDGER_SLOTS; i++) {
        keeper->connections[i].fd = -1;
    }
    memset(keeper->kept, -1, sizeof keeper->kept);
    keeper->channel = -1;
    keeper->most = most_connections();
    keeper->init = minder->settings.init;
    minder->kill_logger = NEVER;
    keeper->null = open("/dev/null", O_RDWR);
    if (keeper->null < 0) {
        say("cannot open /dev/null: %s", strerror(errno));
        return 1;
    }
    keeper->program = program_own();
    keeper->wake = os_counter();
    keeper->log_wake = os_counter();
    keeper->look = os_counter();
    keeper->held = ledger_held(minder);
    keeper->taken = signals_open();
    keeper->events = events_make();
    if (keeper->program < 0 || keeper->wake < 0 || keeper->log_wake < 0 || keeper->look < 0 ||
        keeper->taken < 0 || pipe2(keeper->flight, O_NONBLOCK) < 0 || keeper->held < 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET, 0, mind) < 0 ||
        events_input(keeper->events, keeper->taken, TOKEN_SIGNALS) < 0 ||
        events_input(keeper->events, mind[0], TOKEN_MINDER) < 0) {
        say("cannot make the keeper's descriptors: %s", strerror(errno));
        return 1;
    }
    keeper->to_minder = mind[0];
    keeper->from_keeper = mind[1];
    keeper->last = last_of(keeper);
    int failed = os_adopt_orphans();
    if (failed) {
        say("cannot adopt orphans: %s", strerror(-failed));
    }
    return failed ? 1 : 0;
}

/* The highest number of what the minder is to have too. */
static int last_of(const struct keeper *keeper)
{
    const int made[] = { keeper->ledger_fd,   keeper->listener,  keeper->wake,
                         keeper->log_wake,    keeper->null,      keeper->program,
                         keeper->flight[0],   keeper->flight[1], keeper->held,
                         keeper->from_keeper, keeper->look };
    int last = 0;
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        last = made[i] > last ? made[i] : last;
    }
    return last;
}

/* Those that are kept from their beginning: the rest is for other descriptors, and for connections
 * of a Run. */
static uint32_t most_connections(void)
{
    struct rlimit files;
    rlim_t most = LEDGER_SLOTS - 1024;
    bool few = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur / 2 < most;
    return (uint32_t)(few ? files.rlim_cur / 2 : most);
}
