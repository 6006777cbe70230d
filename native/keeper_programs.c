/* Where Node, the daemon's bundle and archon-log are: beside this program, or where told. */
#include "keeper.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/installed.h"
#include "core/self.h"

int programs_find(struct settings *settings)
{
    static struct installed here;
    static char why[INSTALLED_WHY];
    if (!installed_find(&here, why) ||
        !installed_bundle(&here, getenv("ARCHON_DAEMON"), "daemon.cjs", settings->bundle, why)) {
        say("%s", why);
        return 1;
    }
    if (self_path(settings->self, PATH_MAX) != 0 ||
        snprintf(settings->logger, PATH_MAX, "%s/archon-log", here.folder) >= PATH_MAX) {
        say("the path of this program is too long");
        return 1;
    }
    if (!installed_node(&here, settings->node, why)) {
        say("%s", why);
        return 1;
    }
    return 0;
}
