/*
 * What archon's programs find beside themselves: this one is ROOT/native/build/Release/NAME, the
 * bundles are in ROOT/dist, and npm put the Node that runs them into ROOT/node_modules.
 */
#ifndef ARCHON_INSTALLED_H
#define ARCHON_INSTALLED_H

#include <limits.h>
#include <stdbool.h>

/* Absolute; `root` is empty for /. */
struct installed {
    char folder[PATH_MAX];
    char root[PATH_MAX];
};

/* Room for any reason that these give. */
enum { INSTALLED_WHY = PATH_MAX + 128 };

/* Each is true, or says in `why` what is missing, for a user to read. `node` and `bundle` have
 * PATH_MAX bytes. */
bool installed_find(struct installed *it, char *why);
/* $ARCHON_NODE, the pinned one, or the first in PATH; relative entries of PATH are not looked at.
 */
bool installed_node(const struct installed *it, char *node, char *why);
/* ROOT/dist/NAME, or `chosen` where that is neither NULL nor empty. */
bool installed_bundle(const struct installed *it, const char *chosen, const char *name,
                      char *bundle, char *why);

#endif
