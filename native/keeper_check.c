/* archond --check FILE: the daemon's program reads the configuration and the rules, tells their
 * mistakes, and ends.
 */
#include "keeper.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int check(const struct keeper *keeper)
{
    const struct settings *settings = &keeper->settings;
    const char *const argv[] = {
        settings->node,
        settings->bundle,
        "--check",
        settings->check,
        settings->rules_named ? "--rules" : NULL,
        settings->rules,
        NULL,
    };
    (void)execve(settings->node, (char *const *)(uintptr_t)argv, keeper->environment);
    say("cannot run %s: %s", settings->node, strerror(errno));
    return 1;
}
