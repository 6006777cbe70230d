/* One option of a command line: --name VALUE, --name=VALUE, -l VALUE, -lVALUE, or a bare flag. */
#include "ctl.h"

#include <string.h>

static int colour_read(const char *when, struct ask *ask);
static int wrong_colour(const struct ask *ask);

/*
 * Is the word at the cursor this option? 1: yes, the cursor stands behind it and its value.
 * 0: no. -1: yes, but its value is missing. `letter` 0: no short form. `value` NULL: a flag.
 */
int option_value(char ***at, const char *name, char letter, const char **value)
{
    const char *word = **at;
    const char *attached = NULL;
    size_t len = strlen(name);
    if (letter && word[0] == '-' && word[1] == letter) {
        attached = word[2] ? word + 2 : NULL;
    }
    else if (strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, len) == 0 &&
             (word[2 + len] == '\0' || word[2 + len] == '=')) {
        attached = word[2 + len] ? word + 3 + len : NULL;
    }
    else {
        return 0;
    }
    if (!value) {
        *at += attached == NULL;
        return attached == NULL;
    }
    if (!attached && !(*at)[1]) {
        return -1;
    }
    *value = attached ? attached : (*at)[1];
    *at += attached ? 1 : 2;
    return 1;
}

/*
 * The options that every verb has. CTL_GO_ON: it was one, the cursor stands behind it.
 * CTL_NO_OPTION: it was none. Else the exit code.
 */
int option_common(char ***at, struct ask *ask)
{
    if (option_value(at, "help", 'h', NULL) == 1) {
        return usage_help(ask->verb);
    }
    if (option_value(at, "json", 0, NULL) == 1) {
        ask->json = 1;
        return CTL_GO_ON;
    }
    const char *when;
    int found = option_value(at, "color", 0, &when);
    if (found) {
        return found > 0 && colour_read(when, ask) ? CTL_GO_ON : wrong_colour(ask);
    }
    found = option_value(at, "socket", 0, &ask->socket);
    if (found < 0 || (found && !*ask->socket)) {
        return usage_wrong(ask->verb, "--socket needs a path");
    }
    return found ? CTL_GO_ON : CTL_NO_OPTION;
}

static int colour_read(const char *when, struct ask *ask)
{
    static const char *const words[] = { "auto", "always", "never" };
    for (int i = COLOUR_AUTO; i <= COLOUR_NEVER; i++) {
        if (strcmp(words[i], when) == 0) {
            ask->colour = i;
            return 1;
        }
    }
    return 0;
}

static int wrong_colour(const struct ask *ask)
{
    return usage_wrong(ask->verb, "--color needs always, never or auto");
}
