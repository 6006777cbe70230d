#include "installed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paths.h"
#include "self.h"

#if defined(__x86_64__)
#define MACHINE "x64"
#elif defined(__aarch64__)
#define MACHINE "arm64"
#else
#define MACHINE "unknown"
#endif

static bool is_at(char *node, const char *root, const char *folder);
static bool chosen_node(const char *chosen, char *node, char *why);
static bool in_path(char *out, const char *program);

bool installed_find(struct installed *it, char *why)
{
    int failed = self_path(it->folder, PATH_MAX);
    if (!failed) {
        failed = path_parent(it->folder, PATH_MAX, it->folder);
    }
    strcpy(it->root, it->folder);
    for (int up = 0; up < 3 && !failed; up++) {
        failed = path_parent(it->root, PATH_MAX, it->root);
    }
    if (strcmp(it->root, "/") == 0) {
        it->root[0] = '\0';
    }
    if (failed) {
        (void)snprintf(why, INSTALLED_WHY, "cannot tell where this program is: %s",
                       strerror(-failed));
    }
    return !failed;
}

bool installed_node(const struct installed *it, char *node, char *why)
{
    const char *chosen = getenv("ARCHON_NODE");
    if (chosen && chosen[0]) {
        return chosen_node(chosen, node, why);
    }
    if (is_at(node, it->root, "/node_modules") || is_at(node, it->root, "/..") ||
        in_path(node, "node")) {
        return true;
    }
    (void)snprintf(why, INSTALLED_WHY,
                   "there is no node: not in %s/node_modules, not in PATH; ARCHON_NODE may name "
                   "one",
                   it->root);
    return false;
}

bool installed_bundle(const struct installed *it, const char *chosen, const char *name,
                      char *bundle, char *why)
{
    int failed = 0;
    if (chosen && chosen[0]) {
        failed = path_absolute(bundle, PATH_MAX, chosen);
    }
    else if (snprintf(bundle, PATH_MAX, "%s/dist/%s", it->root, name) >= PATH_MAX) {
        failed = -ENAMETOOLONG;
    }
    if (failed) {
        (void)snprintf(why, INSTALLED_WHY, "the path of this program is too long");
        return false;
    }
    if (access(bundle, R_OK) < 0) {
        (void)snprintf(why, INSTALLED_WHY,
                       "cannot read %s: %s; was archon built (npm start does that)?", bundle,
                       strerror(errno));
        return false;
    }
    return true;
}

/* npm puts it below archon, or beside it where archon itself is somebody's package. */
static bool is_at(char *node, const char *root, const char *folder)
{
    int length = snprintf(node, PATH_MAX, "%s%s/node-linux-" MACHINE "/bin/node", root, folder);
    return length < PATH_MAX && access(node, X_OK) == 0;
}

static bool chosen_node(const char *chosen, char *node, char *why)
{
    int failed = path_absolute(node, PATH_MAX, chosen);
    if (!failed && access(node, X_OK) < 0) {
        failed = -errno;
    }
    if (failed) {
        (void)snprintf(why, INSTALLED_WHY, "cannot run ARCHON_NODE=%s: %s", chosen,
                       strerror(-failed));
    }
    return !failed;
}

static bool in_path(char *out, const char *program)
{
    const char *entry = getenv("PATH");
    while (entry && entry[0]) {
        int width = (int)strcspn(entry, ":");
        int length = snprintf(out, PATH_MAX, "%.*s/%s", width, entry, program);
        if (entry[0] == '/' && length < PATH_MAX && access(out, X_OK) == 0) {
            return true;
        }
        entry += width + (entry[width] == ':');
    }
    return false;
}
