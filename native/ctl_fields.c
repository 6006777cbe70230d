/*
 * The words of a plain request are its fields. What its synopsis calls <key> may be written
 * --key VALUE as well, wherever it stands; so may `[,key=...]`, and `[,word]` is --word. A
 * <request> is a verb here.
 */
#include "ctl.h"

#include <string.h>

enum { MOST_NAMED = 8 };

struct given {
    struct list words, settings;
    char *named[MOST_NAMED]; /* by their place among the fields */
};

static int word_read(char ***at, struct ask *ask, struct given *given);
static int option_read(char ***at, const struct ask *ask, struct given *given);
static int fields_join(struct ask *ask, const struct given *given);
static const char *key_end(const char *synopsis, const char *key, size_t len);
static int place_of(const char *synopsis, const char *key, size_t len);

int fields_read(char **at, struct ask *ask)
{
    static struct given given;
    while (*at) {
        if (strcmp(*at, "--") == 0) {
            while (*++at) {
                list_add(&given.words, *at);
            }
            break;
        }
        int done = word_read(&at, ask, &given);
        if (done != CTL_GO_ON) {
            return done;
        }
    }
    return fields_join(ask, &given);
}

static int word_read(char ***at, struct ask *ask, struct given *given)
{
    if (***at != '-' || !(**at)[1]) {
        list_add(&given->words, *(*at)++);
        return CTL_GO_ON;
    }
    int done = option_common(at, ask);
    return done == CTL_NO_OPTION ? option_read(at, ask, given) : done;
}

static int option_read(char ***at, const struct ask *ask, struct given *given)
{
    const char *word = **at, *key = word + 2;
    size_t len = word[1] == '-' ? strcspn(key, "=") : 0;
    const char *behind = len > 0 ? key_end(ask->verb->synopsis, key, len) : NULL;
    int place = len > 0 && !behind ? place_of(ask->verb->synopsis, key, len) : -1;
    if ((!behind && place < 0) || (behind && *behind == ']' && key[len])) {
        return usage_wrong(ask->verb, "unknown option \"%s\"", word);
    }
    if (behind && *behind == ']') {
        list_add(&given->settings, key);
        *at += 1;
        return CTL_GO_ON;
    }
    const char *value = key[len] ? key + len + 1 : (*at)[1];
    if (!value) {
        return usage_wrong(ask->verb, "%s needs a value", word);
    }
    if (place >= 0) {
        given->named[place] = (char *)value;
    }
    else {
        list_add(&given->settings, text_of("%.*s=%s", (int)len, key, value));
    }
    *at += key[len] ? 1 : 2;
    return CTL_GO_ON;
}

/* Words take the places that no option has taken, settings come behind. */
static int fields_join(struct ask *ask, const struct given *given)
{
    const struct verb *verb = ask->verb;
    size_t used = 0, named = 0;
    for (size_t i = 0; i < MOST_NAMED; i++) {
        named += given->named[i] != NULL;
    }
    for (size_t i = 0; named > 0 || used < given->words.count; i++) {
        if (i < MOST_NAMED && given->named[i]) {
            list_add(&ask->fields, given->named[i]);
            named--;
        }
        else if (used < given->words.count) {
            list_add(&ask->fields, given->words.at[used++]);
        }
        else {
            return usage_wrong(verb, "an argument is missing");
        }
    }
    if (ask->fields.count < (size_t)verb->min) {
        return usage_wrong(verb, "an argument is missing");
    }
    int request = place_of(verb->synopsis, "request", strlen("request"));
    if (request >= 0 && (size_t)request < ask->fields.count) {
        const struct verb *meant = verb_called(ask->fields.at[request]);
        ask->fields.at[request] = (char *)(meant ? meant->request : ask->fields.at[request]);
    }
    for (size_t i = 0; i < given->settings.count; i++) {
        list_add(&ask->fields, given->settings.at[i]);
    }
    if (verb->max >= 0 && ask->fields.count > (size_t)verb->max) {
        return usage_wrong(verb, "an argument too many: \"%s\"", ask->fields.at[verb->max]);
    }
    return CTL_GO_ON;
}

/* What stands behind the key in the synopsis, `=` or `]`; NULL where the request has no such key.
 */
static const char *key_end(const char *synopsis, const char *key, size_t len)
{
    for (const char *at = synopsis; (at = strstr(at, "[,")); at++) {
        const char *end = at + 2 + len;
        if (strncmp(at + 2, key, len) == 0 && (*end == '=' || *end == ']')) {
            return end;
        }
    }
    return NULL;
}

/* Which of the fields the synopsis calls <key>, from 0; -1 for none. */
static int place_of(const char *synopsis, const char *key, size_t len)
{
    int place = 0;
    for (const char *at = synopsis; place < MOST_NAMED && (at = strstr(at, ",<")); at += 2) {
        if (strncmp(at + 2, key, len) == 0 && at[2 + len] == '>') {
            return place;
        }
        place++;
    }
    return -1;
}
