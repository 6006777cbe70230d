/* archond: main, the loop, signals. See keeper.h for the whole. */
#include "keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int take_over(struct keeper *keeper, const char *fd);
static void own_descriptors(void);
static uint64_t raise_descriptor_limit(void);
static void loop(struct keeper *keeper);
static void signals_read(struct keeper *keeper);
static void terminate(struct keeper *keeper);

int main(int argc, char **argv)
{
    static struct keeper keeper; /* large and zeroed; nothing is allocated later */
    int exit_code;
    if (argc == 4 && strcmp(argv[1], "--fits") == 0) {
        return upgrade_fits(argv[2], argv[3]);
    }
    if (argc == 3 && strcmp(argv[1], "--take-over") == 0) {
        return take_over(&keeper, argv[2]);
    }
    own_descriptors();
    if (!options_read(argc, argv, &keeper.settings, &exit_code)) {
        return exit_code;
    }
    uint64_t nofile = raise_descriptor_limit();
    if (nofile == 0) {
        return 1;
    }
    exit_code = keeper.settings.init ? init_check(&keeper.settings) : 0;
    if (exit_code == 0) {
        exit_code = programs_find(&keeper.settings);
    }
    if (exit_code == 0 && keeper.settings.check) {
        arguments_prepare(&keeper, nofile);
        return check(&keeper);
    }
    if (exit_code == 0) {
        exit_code = setup(&keeper);
    }
    if (exit_code != 0) {
        return exit_code;
    }
    arguments_prepare(&keeper, nofile);
    upgrade_note(&keeper);
    if (keeper.settings.init) {
        init_begin(&keeper);
    }
    say_never_waits();
    daemon_start(&keeper);
    logger_start(&keeper);
    loop(&keeper);
    return keeper.settings.init ? init_end(&keeper) : keeper.exit_code;
}

/* From a keeper that has become this program. What ended meanwhile has told nobody. */
static int take_over(struct keeper *keeper, const char *fd)
{
    int exit_code = upgrade_take_over(keeper, fd);
    if (exit_code != 0) {
        return exit_code;
    }
    upgrade_note(keeper);
    say_never_waits();
    reap(keeper);
    daemon_start(keeper);
    loop(keeper);
    return keeper->exit_code;
}

/* 0 to 2 are open, so that nothing of ours lands there, and nothing else is inherited. */
static void own_descriptors(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= 2);
    os_close_from(3);
    umask(022);
}

/* With fewer the daemon does not come up. */
#define LEAST_DESCRIPTORS 256

/* Returns the soft limit that was; 0, after a message, when the hard one is too low. */
static uint64_t raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) {
        return 1024;
    }
    if (limit.rlim_max < LEAST_DESCRIPTORS) {
        say("%d descriptors are needed, the hard limit is %llu: raise it (ulimit -Hn)",
            LEAST_DESCRIPTORS, (unsigned long long)limit.rlim_max);
        return 0;
    }
    uint64_t soft = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return soft;
}

static void loop(struct keeper *keeper)
{
    uint32_t tokens[64];
    while (!keeper->closed) {
        int timeout = children_due(keeper);
        if (keeper->closed) {
            return;
        }
        int count = os_wait(keeper->events, tokens, 64, keeper->unreaped ? 0 : timeout);
        for (int i = 0; i < count; i++) {
            if (tokens[i] == TOKEN_SIGNALS) {
                signals_read(keeper);
            }
            else if (tokens[i] == TOKEN_CHANNEL) {
                channel_drain(keeper);
            }
            else if (tokens[i] == TOKEN_QUEUE) {
                watch_fired(keeper);
            }
            else if (tokens[i] == TOKEN_THREADS) {
                spare_start(keeper);
            }
            else if (tokens[i] == TOKEN_CHILD) {
                reap(keeper);
            }
            else {
                connection_writable(keeper, tokens[i] - TOKEN_CONNECTION);
            }
        }
        if (keeper->unreaped) {
            reap(keeper);
        }
    }
}

static void signals_read(struct keeper *keeper)
{
    for (int number; (number = os_next_signal(keeper->signals)) != 0;) {
        if (keeper->settings.init && init_ending(keeper, number, &keeper->ending)) {
            number = SIGTERM;
        }
        switch (number) {
        case SIGCHLD:
            reap(keeper);
            break;
        case SIGTERM:
        case SIGINT:
            terminate(keeper);
            break;
        case SIGHUP: /* a daemon that has not said Hello reads everything anew in any case */
            if (keeper->hello && keeper->daemon.pid > 0) {
                (void)kill(keeper->daemon.pid, SIGHUP);
            }
            break;
        default: /* blocked, so it does nothing: whoever holds this much ends only when asked to */
            break;
        }
    }
}

/* Remembered, so that a daemon started later is told too, after its Hello. Before the first Hello
 * nothing runs that would need an orderly end. */
static void terminate(struct keeper *keeper)
{
    keeper->terminate = true;
    if (keeper->daemon.pid == 0 && !keeper->ready) {
        close_down(keeper, 0);
        return;
    }
    if (keeper->daemon.pid > 0 && (keeper->hello || !keeper->ready)) {
        (void)kill(keeper->daemon.pid, SIGTERM);
        watch_poke(keeper);
    }
}
