/* The command line of the daemon, and the environment that it and archon-log get. */
#include "archond.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 32 };

static size_t init_arguments(const struct settings *settings, const char **argv, size_t count);

/* Bare: NODE_OPTIONS, NODE_PATH, LD_* and whatever else somebody's shell holds stays outside. */
char **child_environment(const struct settings *settings, uint64_t nofile)
{
    static const char *const kept[] = { "PATH", "HOME", "USER", "TZ", "TERM" };
    static char text[5][PATH_MAX];
    static char limit[48];
    static char *environment[8];
    size_t count = 0;
    /* TERM is for the service that gets our terminal. */
    size_t wanted = sizeof kept / sizeof kept[0] - (settings->terminal ? 0 : 1);
    for (size_t i = 0; i < wanted; i++) {
        const char *value = getenv(kept[i]);
        if (!value && i == 0) {
            value = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        }
        if (value && snprintf(text[i], PATH_MAX, "%s=%s", kept[i], value) < PATH_MAX) {
            environment[count++] = text[i];
        }
    }
    static char language[] = "LANG=C.UTF-8";
    environment[count++] = language;
    (void)snprintf(limit, sizeof limit, "ARCHON_NOFILE=%llu", (unsigned long long)nofile);
    environment[count] = limit;
    return environment;
}

/*
 * Young objects get 8 MiB, so that a thousand processes that start or end at once are not stopped
 * for dozens of collections, and 4 of them from the beginning, so that nothing is collected while
 * nobody is answered; what of it is in use no more goes back when nothing happens
 * (src/native/rest.ts). No other option of V8's: what Node brings compiled is taken only under the
 * options it was compiled with, of which these are none, and to compile that anew takes a start
 * 15 ms (native/addon_engine.h has what is set later). The third is Node's own and costs nothing of
 * that: without it whoever may send the daemon USR1 opens Node's inspector, and with it a port on
 * which any user of the machine may have the daemon do anything.
 */
const char *const *child_arguments(const struct minder *minder, const char *as)
{
    const struct settings *settings = &minder->settings;
    const char *words[] = {
        settings->node,
        "--min-semi-space-size=4",
        "--max-semi-space-size=8",
        "--disable-sigusr1",
        settings->bundle,
        "--socket",
        settings->socket,
        "--state-dir",
        settings->state_dir,
        "--log-dir",
        settings->log_dir,
        "--config",
        settings->config,
        "--rules",
        settings->rules,
        "--sources",
        settings->sources,
        "--keeper",
        minder->keeper->archond,
    };
    static const char *argv[MOST_WORDS];
    memcpy(argv, words, sizeof words);
    size_t count = sizeof words / sizeof words[0];
    if (settings->log_level[0]) {
        argv[count++] = "--log-level";
        argv[count++] = settings->log_level;
    }
    if (settings->init) {
        count = init_arguments(settings, argv, count);
    }
    argv[count++] = strcmp(as, "safe") == 0    ? "--safe"
                    : strcmp(as, "spare") == 0 ? "--stand-by"
                                               : NULL;
    return argv;
}

/* Returns the new count. */
static size_t init_arguments(const struct settings *settings, const char **argv, size_t count)
{
    argv[count++] = "--init";
    argv[count++] = settings->machine ? "machine" : "container";
    if (settings->rc[0]) {
        argv[count++] = "--rc";
        argv[count++] = settings->rc;
    }
    if (settings->foreground[0]) {
        argv[count++] = "--foreground";
        argv[count++] = settings->foreground;
        argv[count++] = "--stdin";
        argv[count++] = settings->terminal ? "terminal" : "other";
    }
    return count;
}
