/* Where npm put what: this program stands in for one that was installed. */
#include "installed.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct installed here;
static char out[PATH_MAX], why[INSTALLED_WHY];

static bool told(const char *wanted)
{
    return strstr(why, wanted) != NULL;
}

/* A node below `folder` of an archon that is at ROOT/node_modules/archon; empty for none. */
static void put(const char *root, const char *folder)
{
    char command[4 * PATH_MAX];
    need((size_t)snprintf(command, sizeof command,
                          "cd '%s' && rm -rf node_modules && mkdir -p node_modules/archon && "
                          "for m in x64 arm64; do f='%s'; test -z \"$f\" || { mkdir -p "
                          "\"$f/node-linux-$m/bin\" && : > \"$f/node-linux-$m/bin/node\" && "
                          "chmod 755 \"$f/node-linux-$m/bin/node\"; }; done",
                          root, folder) < sizeof command,
         "the command is short");
    need(system(command) == 0, "folders are made");
}

static void check_nodes(void)
{
    char root[] = "/tmp/archon-installed-XXXXXX";
    need(mkdtemp(root) != NULL, "a folder is made");
    setenv("PATH_BEFORE", getenv("PATH"), 1);
    need((size_t)snprintf(here.root, PATH_MAX, "%s/node_modules/archon", root) < PATH_MAX,
         "the root is short");
    put(root, "node_modules/archon/node_modules");
    check(installed_node(&here, out, why) &&
              strstr(out, "/archon/node_modules/node-linux-") != NULL,
          "a Node below archon is taken");
    put(root, "node_modules");
    check(installed_node(&here, out, why) && strstr(out, "/archon/../node-linux-") != NULL,
          "one beside archon is taken");
    put(root, "");
    setenv("PATH", "/nonexistent", 1);
    check(!installed_node(&here, out, why), "there is none");
    setenv("PATH", getenv("PATH_BEFORE"), 1);
    char command[sizeof root + 8];
    need((size_t)snprintf(command, sizeof command, "rm -rf %s", root) < sizeof command, "short");
    need(system(command) == 0, "the folder is gone");
}

int main(void)
{
    check(installed_find(&here, why), "a program finds where it is");
    char folder[PATH_MAX];
    need((size_t)snprintf(folder, sizeof folder, "%s/", here.root) < sizeof folder,
         "the root is short");
    check(strncmp(here.folder, folder, strlen(folder)) == 0, "the root is above its folder");

    check(installed_bundle(&here, "/dev/null", "x.cjs", out, why) && strcmp(out, "/dev/null") == 0,
          "a bundle that is chosen is taken");
    check(!installed_bundle(&here, "", "none.cjs", out, why) &&
              told("/dist/none.cjs: No such file"),
          "none that was built is told with its path");

    setenv("ARCHON_NODE", "/bin/sh", 1);
    check(installed_node(&here, out, why) && strcmp(out, "/bin/sh") == 0, "ARCHON_NODE is taken");
    setenv("ARCHON_NODE", "/nonexistent/node", 1);
    check(!installed_node(&here, out, why) && told("cannot run ARCHON_NODE=/nonexistent/node"),
          "one that cannot be run is told");
    setenv("ARCHON_NODE", "", 1);
    check_nodes();
    here.root[0] = '\0';
    setenv("PATH", "relative:/nonexistent", 1);
    check(!installed_node(&here, out, why) && told("there is no node"), "without any that is said");
    return result();
}
