/* The command lines and the environment of daemon and archon-log, made once. */
#include "keeper.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void prepare_environment(struct keeper *keeper, uint64_t nofile);
static void prepare_daemon(struct keeper *keeper);
static size_t prepare_init(struct keeper *keeper, size_t count);

void arguments_prepare(struct keeper *keeper, uint64_t nofile)
{
    keeper->nofile = nofile;
    prepare_environment(keeper, nofile);
    prepare_daemon(keeper);
    struct settings *settings = &keeper->settings;
    keeper->logger = (struct child){
        .name = "archon-log",
        .own = OWN_LOGGER,
        .ends_by = SIGUSR1, /* it writes what it has taken yet */
        .argv = { settings->logger, settings->fifo_dir, settings->log_dir },
        .due = -1,
    };
}

/* Bare: NODE_OPTIONS, NODE_PATH, LD_* and whatever else somebody's shell holds stays outside. */
static void prepare_environment(struct keeper *keeper, uint64_t nofile)
{
    static const char *const kept[] = { "PATH", "HOME", "USER", "TZ", "TERM" };
    static char text[5][PATH_MAX];
    static char limit[48];
    size_t count = 0;
    /* TERM is for the service that gets our terminal. */
    size_t wanted = sizeof kept / sizeof kept[0] - (keeper->settings.terminal ? 0 : 1);
    for (size_t i = 0; i < wanted; i++) {
        const char *value = getenv(kept[i]);
        if (!value && i == 0) {
            value = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        }
        if (value && snprintf(text[i], PATH_MAX, "%s=%s", kept[i], value) < PATH_MAX) {
            keeper->environment[count++] = text[i];
        }
    }
    static char language[] = "LANG=C.UTF-8";
    keeper->environment[count++] = language;
    (void)snprintf(limit, sizeof limit, "ARCHON_NOFILE=%llu", (unsigned long long)nofile);
    keeper->environment[count] = limit;
}

/*
 * Young objects get 8 MiB, so that a thousand processes that start or end at once are not stopped
 * for dozens of collections; what of it is in use no more goes back when nothing happens
 * (src/native/rest.ts). No other option of V8's: what Node brings compiled is taken only under the
 * options it was compiled with, and to compile that anew takes a start 15 ms (native/addon_engine.h
 * has what is set later).
 */
static void prepare_daemon(struct keeper *keeper)
{
    struct settings *settings = &keeper->settings;
    char *words[] = {
        settings->node,      "--max-semi-space-size=8",
        settings->bundle,    "--socket",
        settings->socket,    "--state-dir",
        settings->state_dir, "--log-dir",
        settings->log_dir,   "--config",
        settings->config,    "--rules",
        settings->rules,     "--sources",
        settings->sources,   "--keeper",
        settings->self,
    };
    keeper->daemon =
        (struct child){ .name = "the daemon", .own = OWN_DAEMON, .ends_by = SIGKILL, .due = -1 };
    memcpy(keeper->daemon.argv, words, sizeof words);
    size_t count = sizeof words / sizeof words[0];
    if (settings->log_level[0]) {
        keeper->daemon.argv[count++] = "--log-level";
        keeper->daemon.argv[count++] = settings->log_level;
    }
    keeper->last_word = settings->init ? prepare_init(keeper, count) : count;
}

/* Returns the new count. */
static size_t prepare_init(struct keeper *keeper, size_t count)
{
    struct settings *settings = &keeper->settings;
    char **argv = keeper->daemon.argv;
    argv[count++] = "--init";
    argv[count++] = settings->machine ? "machine" : "container";
    if (settings->rc[0]) {
        argv[count++] = "--rc";
        argv[count++] = settings->rc;
    }
    if (settings->foreground) {
        argv[count++] = "--foreground";
        argv[count++] = (char *)(uintptr_t)settings->foreground;
        argv[count++] = "--stdin";
        argv[count++] = settings->terminal ? "terminal" : "other";
    }
    return count;
}
