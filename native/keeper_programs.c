/* Where Node, the daemon's bundle and archon-log are: beside this program, or where told. */
#include "keeper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/paths.h"

#if defined(__x86_64__)
#define MACHINE "x64"
#elif defined(__aarch64__)
#define MACHINE "arm64"
#else
#define MACHINE "unknown"
#endif

static int find_root(char *root, char *directory);
static int find_node(char *out, const char *root);
static bool in_path(char *out, const char *program);

int programs_find(struct settings *settings)
{
    static char root[PATH_MAX];
    static char directory[PATH_MAX];
    int failed = find_root(root, directory);
    if (failed) {
        say("cannot tell where this program is: %s", strerror(-failed));
        return 1;
    }
    int length = snprintf(settings->logger, PATH_MAX, "%s/archon-log", directory);
    const char *bundle = getenv("ARCHON_DAEMON");
    if (bundle && bundle[0]) {
        failed = path_absolute(settings->bundle, PATH_MAX, bundle);
    }
    else if (snprintf(settings->bundle, PATH_MAX, "%s/dist/daemon.cjs", root) >= PATH_MAX) {
        failed = -ENAMETOOLONG;
    }
    if (failed || length >= PATH_MAX) {
        say("the path of this program is too long");
        return 1;
    }
    if (access(settings->bundle, R_OK) < 0) {
        say("cannot read %s: %s; was archon built (npm start does that)?", settings->bundle,
            strerror(errno));
        return 1;
    }
    return find_node(settings->node, root);
}

/* This program is ROOT/native/build/Release/archond, or in `directory` without a root. */
static int find_root(char *root, char *directory)
{
    int failed = os_self(directory, PATH_MAX);
    if (!failed) {
        failed = path_parent(directory, PATH_MAX, directory);
    }
    strcpy(root, directory);
    for (int up = 0; up < 3 && !failed; up++) {
        failed = path_parent(root, PATH_MAX, root);
    }
    if (strcmp(root, "/") == 0) {
        root[0] = '\0';
    }
    return failed;
}

static int find_node(char *out, const char *root)
{
    const char *chosen = getenv("ARCHON_NODE");
    if (chosen && chosen[0]) {
        int failed = path_absolute(out, PATH_MAX, chosen);
        if (!failed && access(out, X_OK) < 0) {
            failed = -errno;
        }
        if (failed) {
            say("cannot run ARCHON_NODE=%s: %s", chosen, strerror(-failed));
        }
        return failed ? 1 : 0;
    }
    int length = snprintf(out, PATH_MAX, "%s/node_modules/node-linux-" MACHINE "/bin/node", root);
    if (length < PATH_MAX && access(out, X_OK) == 0) {
        return 0;
    }
    if (in_path(out, "node")) {
        return 0;
    }
    say("there is no node: not in %s/node_modules, not in PATH; ARCHON_NODE may name one", root);
    return 1;
}

/* Relative entries of PATH are not looked at. */
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
