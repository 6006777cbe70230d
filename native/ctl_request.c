/*
 * The record that is sent: the request's name, and for run and start-daemon the program and its
 * settings. The last of equal keys wins, so what archonctl adds by itself comes first.
 */
#include "ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static int run_settings(struct ask *ask, struct list *to);
static int daemon_settings(struct ask *ask, struct list *to);
static void own_environment(struct list *to);
static int is_for_archon(const char *setting);

/* Appends the record, its line break included. 0, or the exit code when that is said already. */
int request_write(struct ask *ask, struct bytes *record)
{
    static struct list all;
    int code = 0;
    list_add(&all, ask->verb->request);
    if (ask->verb->flags & VERB_ARGS) {
        list_add(&all, ask->args);
        code = is_run(ask) ? run_settings(ask, &all) : daemon_settings(ask, &all);
    }
    for (size_t i = 0; i < ask->fields.count; i++) {
        list_add(&all, ask->fields.at[i]);
    }
    csv_record(record, &all);
    bytes_char(record, '\n');
    return code;
}

int is_run(const struct ask *ask)
{
    return strcmp(ask->verb->request, "Run") == 0;
}

/* Whether it is answered once, however often it is asked. */
int has_key(const struct ask *ask)
{
    static const char key[] = "ARCHON_KEY=";
    for (size_t i = 0; i < ask->fields.count; i++) {
        if (strncmp(ask->fields.at[i], key, strlen(key)) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A name that this process alone has, so that signals can be passed on; a chosen one goes before.
 */
static int run_settings(struct ask *ask, struct list *to)
{
    static const char key[] = "ARCHON_NAME=";
    char *name = run_name(ask->args);
    char *setting = text_of("%s%s", key, name);
    free(name);
    list_add(to, setting);
    ask->name = setting + strlen(key);
    for (size_t i = 0; i < ask->fields.count; i++) {
        if (strncmp(ask->fields.at[i], key, strlen(key)) == 0) {
            ask->name = ask->fields.at[i] + strlen(key);
        }
    }
    /* Who asks again may do so from another terminal: it is the same request. */
    const char *term = has_key(ask) ? NULL : getenv("TERM");
    if (term) {
        list_add(to, text_of("TERM=%s", term));
    }
    if (ask->environment) {
        own_environment(to);
    }
    return 0;
}

static int daemon_settings(struct ask *ask, struct list *to)
{
    if (ask->folder && *ask->folder == '/') {
        list_add(to, text_of("ARCHON_DIRECTORY=%s", ask->folder));
        return 0;
    }
    char *here = getcwd(NULL, 0);
    if (!here) {
        complain("cannot tell the current directory: %s", strerror(errno));
        return CTL_ERROR;
    }
    list_add(to, ask->folder ? text_of("ARCHON_DIRECTORY=%s/%s", here, ask->folder)
                             : text_of("ARCHON_DIRECTORY=%s", here));
    free(here);
    return 0;
}

/* The caller's environment, but for what would be a setting to archon or is archon's to set. */
static void own_environment(struct list *to)
{
    for (char **at = environ; *at; at++) {
        if (**at != '=' && strchr(*at, '=') && !is_for_archon(*at)) {
            list_add(to, *at);
        }
    }
}

static int is_for_archon(const char *setting)
{
    static const char *const heads[] = {
        "ARCHON_NAME=",  "ARCHON_KEY=",     "ARCHON_DIRECTORY=", "ARCHON_RESTART=", "ARCHON_USER=",
        "ARCHON_READY=", "ARCHON_SERVICE=", "NOTIFY_",           "WATCHDOG_",       "LISTEN_",
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (strncmp(setting, heads[i], strlen(heads[i])) == 0) {
            return 1;
        }
    }
    return 0;
}
