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
    here.root[0] = '\0';
    setenv("PATH", "relative:/nonexistent", 1);
    check(!installed_node(&here, out, why) && told("there is no node"), "without any that is said");
    return result();
}
