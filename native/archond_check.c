/* archond --check FILE: the daemon's program reads the configuration and the rules, tells their
 * mistakes, and ends.
 */
#include "archond.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int check(const struct settings *settings, const char *file, uint64_t nofile)
{
    const char *const argv[] = {
        settings->node,
        settings->bundle,
        "--check",
        file,
        settings->rules_named ? "--rules" : NULL,
        settings->rules,
        NULL,
    };
    (void)execve(settings->node, (char *const *)(uintptr_t)argv,
                 child_environment(settings, nofile));
    say("cannot run %s: %s", settings->node, strerror(errno));
    return 1;
}
