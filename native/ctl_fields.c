/*
 * The words of a plain request are its fields. What its synopsis calls `[,key=...]` may be written
 * --key VALUE as well, what it calls `[,word]` --word.
 */
#include "ctl.h"

#include <string.h>

static int option_read(char ***at, struct ask *ask);
static const char *key_end(const char *synopsis, const char *key, size_t len);

int fields_read(char **at, struct ask *ask)
{
    int only_words = 0;
    while (*at) {
        if (only_words || **at != '-' || !(*at)[1]) {
            list_add(&ask->fields, *at++);
            continue;
        }
        if (strcmp(*at, "--") == 0) {
            only_words = 1;
            at++;
            continue;
        }
        int done = option_common(&at, ask);
        if (done == CTL_NO_OPTION) {
            done = option_read(&at, ask);
        }
        if (done != CTL_GO_ON) {
            return done;
        }
    }
    const struct verb *verb = ask->verb;
    if (ask->fields.count < (size_t)verb->min) {
        return usage_wrong(verb, "an argument is missing");
    }
    if (verb->max >= 0 && ask->fields.count > (size_t)verb->max) {
        return usage_wrong(verb, "an argument too many: \"%s\"", ask->fields.at[verb->max]);
    }
    return CTL_GO_ON;
}

static int option_read(char ***at, struct ask *ask)
{
    const char *word = **at;
    const char *key = word + 2;
    size_t len = strcspn(key, "=");
    const char *behind = word[1] == '-' && len > 0 ? key_end(ask->verb->synopsis, key, len) : NULL;
    if (!behind || (*behind == ']' && key[len])) {
        return usage_wrong(ask->verb, "unknown option \"%s\"", word);
    }
    if (key[len] || *behind == ']') {
        list_add(&ask->fields, key);
        *at += 1;
        return CTL_GO_ON;
    }
    if (!(*at)[1]) {
        return usage_wrong(ask->verb, "%s needs a value", word);
    }
    list_add(&ask->fields, text_of("%s=%s", key, (*at)[1]));
    *at += 2;
    return CTL_GO_ON;
}

/* What stands behind the key in the synopsis, `=` or `]`; NULL where the request has no such key.
 */
static const char *key_end(const char *synopsis, const char *key, size_t len)
{
    if (strstr(synopsis, "[,key=value")) {
        return "=";
    }
    for (const char *at = synopsis; (at = strstr(at, "[,")); at++) {
        const char *end = at + 2 + len;
        if (strncmp(at + 2, key, len) == 0 && (*end == '=' || *end == ']')) {
            return end;
        }
    }
    return NULL;
}
