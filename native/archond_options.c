/* The command line: each setting from its option, else its variable, else its default. */
#include "archond.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/paths.h"

#ifndef ARCHON_VERSION
#define ARCHON_VERSION "0.0.0"
#endif

enum option {
    SOCKET,
    STATE_DIR,
    LOG_DIR,
    CONFIG,
    RULES,
    LOG_LEVEL,
    CHECK,
    RC,
    FOREGROUND,
    OPTIONS
};

static const char *const names[OPTIONS] = {
    "--socket",    "--state-dir", "--log-dir", "--config",     "--rules",
    "--log-level", "--check",     "--rc",      "--foreground",
};

/* Of the settings, in the order of the options. */
static const char *const variables[CHECK] = {
    "ARCHON_SOCKET", "ARCHON_STATE_DIR", "ARCHON_LOG_DIR",
    "ARCHON_CONFIG", "ARCHON_RULES",     "ARCHON_LOG_LEVEL",
};

static const char *const levels[] = { "error", "warn", "info", "debug" };

static const char usage[] =
    "usage: archond [--socket PATH] [--state-dir DIR] [--log-dir DIR] [--config FILE]\n"
    "               [--rules DIR] [--log-level LEVEL] [--version] [--help]\n"
    "               [--init [--rc PROGRAM] [--foreground NAME]]\n"
    "       archond --check FILE [--rules DIR]\n"
    "\n"
    "Supervises processes and answers on a Unix socket; archonctl talks to it.\n"
    "--check tells the mistakes of a configuration, and of the rules beside it, a line each, and\n"
    "exits 0 if there are none.\n"
    "LEVEL is error, warn, info or debug.\n"
    "--init: as process 1. PROGRAM (else /etc/rc, if it is one) runs before everything else; NAME\n"
    "is the service of a container that has its terminal and whose exit code is archond's.\n"
    "Each option also has a variable, which the option overrides: ARCHON_SOCKET,\n"
    "ARCHON_STATE_DIR, ARCHON_LOG_DIR, ARCHON_CONFIG, ARCHON_RULES, ARCHON_LOG_LEVEL.\n"
    "ARCHON_NODE names the Node.js to run on.\n";

static bool option_at(char **argv, int *index, const char **given, bool *known);
static bool settle(struct settings *settings, const char *const *given);
static bool settle_init(struct settings *settings, const char *const *given);
static bool settle_rules(struct settings *settings, const char *const *given);
static const char *source_of(enum option which, const char *const *given);
static void settle_sources(struct settings *settings, const char *const *given);
static bool settle_level(struct settings *settings, const char *const *given);
static const char *level_of(const char *word);
static void say_wrong_level(const char *source, const char *word);
static bool settle_path(char *out, enum option which, const char *const *given,
                        int (*fallback)(char *, size_t));
static bool path_problem(enum option which, int failed);

bool options_read(int argc, char **argv, struct settings *settings, const char **check,
                  int *exit_code)
{
    const char *given[OPTIONS] = { NULL };
    for (int i = 1; i < argc; i++) {
        bool known;
        if (strcmp(argv[i], "--help") == 0) {
            *exit_code = fputs(usage, stdout) < 0 || fflush(stdout) != 0;
            return false;
        }
        if (strcmp(argv[i], "--version") == 0) {
            *exit_code = puts("archond " ARCHON_VERSION) < 0 || fflush(stdout) != 0;
            return false;
        }
        const char *word = argv[i];
        if (strcmp(word, "--init") == 0) {
            settings->init = true;
            continue;
        }
        if (!option_at(argv, &i, given, &known)) {
            *exit_code = 2;
            say(known ? "%s needs a value" : "unknown option \"%s\"; --help lists them", word);
            return false;
        }
    }
    const char *alone = given[RC] ? names[RC] : given[FOREGROUND] ? names[FOREGROUND] : NULL;
    if (alone && !settings->init) {
        *exit_code = 2;
        say("%s is for archond --init", alone);
        return false;
    }
    if (given[LOG_LEVEL] && !level_of(given[LOG_LEVEL])) {
        *exit_code = 2;
        say_wrong_level(names[LOG_LEVEL], given[LOG_LEVEL]);
        return false;
    }
    *exit_code = 1;
    *check = given[CHECK];
    return settle(settings, given);
}

/* Takes the option at argv[*index] and its value, in the same word behind '=' or in the next. */
static bool option_at(char **argv, int *index, const char **given, bool *known)
{
    const char *word = argv[*index];
    *known = false;
    for (int which = 0; which < OPTIONS; which++) {
        size_t length = strlen(names[which]);
        if (strncmp(word, names[which], length) != 0 || (word[length] && word[length] != '=')) {
            continue;
        }
        *known = true;
        const char *value = word[length] ? word + length + 1 : argv[++*index];
        given[which] = value;
        return value && value[0];
    }
    return false;
}

static bool settle(struct settings *settings, const char *const *given)
{
    settings->rules_named = source_of(RULES, given) != NULL;
    if (given[CHECK]) {
        /* Unless they are named, whoever checks the file looks for them beside it. */
        return !settings->rules_named || settle_rules(settings, given);
    }
    settle_sources(settings, given);
    settings->config_named = source_of(CONFIG, given) != NULL;
    if (!settle_level(settings, given) ||
        !settle_path(settings->socket, SOCKET, given, path_socket) ||
        !settle_path(settings->state_dir, STATE_DIR, given, path_state_dir) ||
        !settle_path(settings->log_dir, LOG_DIR, given, path_log_dir) ||
        !settle_path(settings->config, CONFIG, given, path_config)) {
        return false;
    }
    return settle_rules(settings, given) && settle_init(settings, given);
}

static bool settle_init(struct settings *settings, const char *const *given)
{
    const char *foreground = given[FOREGROUND] ? given[FOREGROUND] : "";
    if (snprintf(settings->foreground, PATH_MAX, "%s", foreground) >= PATH_MAX) {
        return path_problem(FOREGROUND, -ENAMETOOLONG);
    }
    settings->rc_named = given[RC] != NULL;
    return !given[RC] || settle_path(settings->rc, RC, given, NULL);
}

static bool settle_rules(struct settings *settings, const char *const *given)
{
    if (given[RULES]) {
        return settle_path(settings->rules, RULES, given, NULL);
    }
    int failed = path_rules(settings->rules, PATH_MAX, settings->config);
    return failed == 0 || path_problem(RULES, failed);
}

/* The option or the variable that says it, NULL when nobody does. An empty variable says nothing.
 */
static const char *source_of(enum option which, const char *const *given)
{
    const char *value = getenv(variables[which]);
    return given[which] ? names[which] : value && value[0] ? variables[which] : NULL;
}

static void settle_sources(struct settings *settings, const char *const *given)
{
    size_t length = 0;
    for (int which = 0; which < CHECK; which++) {
        const char *source = source_of((enum option)which, given);
        if (source) {
            int more = snprintf(settings->sources + length, sizeof settings->sources - length,
                                "%s%s=%s", length > 0 ? "," : "", names[which] + 2, source);
            length += (size_t)more;
        }
    }
    if (given[RC]) {
        (void)snprintf(settings->sources + length, sizeof settings->sources - length, "%src=--rc",
                       length > 0 ? "," : "");
    }
}

static bool settle_level(struct settings *settings, const char *const *given)
{
    const char *source = source_of(LOG_LEVEL, given);
    if (!source) {
        return true;
    }
    const char *wanted = given[LOG_LEVEL] ? given[LOG_LEVEL] : getenv(source);
    const char *level = level_of(wanted);
    if (!level) {
        say_wrong_level(source, wanted);
        return false;
    }
    strcpy(settings->log_level, level);
    return true;
}

static const char *level_of(const char *word)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(word, levels[i]) == 0) {
            return levels[i];
        }
    }
    return NULL;
}

static void say_wrong_level(const char *source, const char *word)
{
    say("%s: \"%s\" is not one of error, warn, info, debug", source, word);
}

static bool settle_path(char *out, enum option which, const char *const *given,
                        int (*fallback)(char *, size_t))
{
    int failed =
        given[which] ? path_absolute(out, PATH_MAX, given[which]) : fallback(out, PATH_MAX);
    return failed == 0 || path_problem(which, failed);
}

/* Always false, for the caller to hand on. */
static bool path_problem(enum option which, int failed)
{
    if (failed == -ENOENT) {
        say("HOME is not set: say where by %s", names[which]);
    }
    else if (failed == -EPERM) {
        char directory[64];
        (void)path_fallback_runtime(directory, sizeof directory);
        say("%s is not ours alone: set XDG_RUNTIME_DIR or %s", directory, names[which]);
    }
    else {
        say("%s: %s", names[which], strerror(-failed));
    }
    return false;
}
