/*
 * run and start-daemon: options end at the first other word. That word is <args> as it is, the
 * rest settings; behind `--` each word is an argument, quoted into <args> with its bytes unchanged.
 */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

#define BOTH 3u
#define ONLY_RUN 1u
#define ONLY_DAEMON 2u

/* An option that is a setting to archon. */
static const struct {
    const char *name;
    char letter;
    const char *setting;
    unsigned whose;
} options[] = {
    { "name", 0, "ARCHON_NAME", BOTH },
    { "key", 0, "ARCHON_KEY", BOTH },
    { "directory", 'C', "ARCHON_DIRECTORY", BOTH },
    { "restart", 0, "ARCHON_RESTART", ONLY_DAEMON },
    { "user", 0, "ARCHON_USER", ONLY_DAEMON },
    { "ready", 0, "ARCHON_READY", ONLY_DAEMON },
};

static int option_read(char ***at, struct ask *ask, unsigned who);
static int words_read(char **at, struct ask *ask);

/* Fills args, folder, environment, and fields with the settings in the order they were given. */
int args_read(char **at, struct ask *ask)
{
    unsigned who = strcmp(ask->verb->request, "Run") == 0 ? ONLY_RUN : ONLY_DAEMON;
    while (*at && **at == '-' && strcmp(*at, "--") != 0) {
        int done = option_common(&at, ask);
        if (done == CTL_NO_OPTION) {
            done = option_read(&at, ask, who);
        }
        if (done != CTL_GO_ON) {
            return done;
        }
    }
    return words_read(at, ask);
}

static int option_read(char ***at, struct ask *ask, unsigned who)
{
    const char *word = **at, *value;
    if (who == ONLY_RUN && option_value(at, "environment", 'E', NULL) == 1) {
        ask->environment = 1;
        return CTL_GO_ON;
    }
    int found = option_value(at, "env", 'e', &value);
    if (found) {
        if (found < 0 || *value == '=' || !strchr(value, '=')) {
            return usage_wrong(ask->verb, "-e needs KEY=VALUE");
        }
        list_add(&ask->fields, value);
        return CTL_GO_ON;
    }
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        found = options[i].whose & who
                    ? option_value(at, options[i].name, options[i].letter, &value)
                    : 0;
        if (found < 0 || (found && !*value)) {
            return usage_wrong(ask->verb, "%s needs a value", word);
        }
        if (found && options[i].letter == 'C') {
            ask->folder = value;
            return CTL_GO_ON;
        }
        if (found) {
            list_add(&ask->fields, text_of("%s=%s", options[i].setting, value));
            return CTL_GO_ON;
        }
    }
    return usage_wrong(ask->verb, "unknown option \"%s\"", word);
}

static int words_read(char **at, struct ask *ask)
{
    if (*at && strcmp(*at, "--") == 0) {
        struct list words = { 0 };
        struct bytes record = { 0 };
        while (*++at) {
            list_add(&words, *at);
        }
        if (words.count > 0) {
            csv_record(&record, &words);
            ask->args = record.at;
        }
        free(words.at);
    }
    else if (*at) {
        ask->args = *at++;
        for (; *at; at++) {
            if (!strchr(*at, '=')) {
                return usage_wrong(ask->verb,
                                   "\"%s\" is not key=value; arguments stand behind --: "
                                   "archonctl %s -- %s %s",
                                   *at, ask->verb->verb, ask->args, *at);
            }
            list_add(&ask->fields, *at);
        }
    }
    return ask->args ? CTL_GO_ON : usage_wrong(ask->verb, "a program is missing");
}
