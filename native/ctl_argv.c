/* The command line as a whole: common options, the verb, and what the verb's kind makes of the
 * rest. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

static const struct verb *verb_at(char ***at);

/* CTL_GO_ON with `ask` filled, or the exit code when all is said already. */
int argv_read(char **at, struct ask *ask)
{
    ask->fd = -1;
    while (*at && **at == '-') {
        if (option_value(&at, "version", 'V', NULL) == 1) {
            return usage_version();
        }
        int done = option_common(&at, ask);
        if (done == CTL_NO_OPTION) {
            return usage_wrong(NULL, "unknown option \"%s\"", *at);
        }
        if (done != CTL_GO_ON) {
            return done;
        }
    }
    if (!*at) {
        return usage_wrong(NULL, "a verb is missing");
    }
    if (strcmp(*at, "completion") == 0) {
        return completion(at + 1);
    }
    ask->verb = verb_at(&at);
    if (!ask->verb) {
        return usage_wrong(NULL, "unknown verb \"%s\"", *at);
    }
    return ask->verb->flags & VERB_ARGS ? args_read(at, ask)
           : ask->verb->flags & VERB_FD ? monitor_read(at, ask)
                                        : fields_read(at, ask);
}

/* Of one word, or of two, `rules test`. The cursor stands behind it then; NULL: there is none. */
static const struct verb *verb_at(char ***at)
{
    char *two = (*at)[1] ? text_of("%s %s", (*at)[0], (*at)[1]) : NULL;
    const struct verb *verb = two ? verb_called(two) : NULL;
    free(two);
    *at += verb ? 2 : 0;
    if (!verb && (verb = verb_called((*at)[0]))) {
        *at += 1;
    }
    return verb;
}

/* NULL: there is none. */
const struct verb *verb_called(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].verb, name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}
