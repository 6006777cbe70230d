/* Where Node, the daemon's bundle and our other programs are: beside this one, or where told. */
#include "archond.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/installed.h"
#include "core/sealed.h"
#include "core/self.h"

int programs_find(struct minder *minder)
{
    struct settings *settings = &minder->settings;
    static struct installed here;
    static char why[INSTALLED_WHY];
    if (!installed_find(&here, why) ||
        !installed_bundle(&here, getenv("ARCHON_DAEMON"), "daemon.cjs", settings->bundle, why)) {
        say("%s", why);
        return 1;
    }
    if (!installed_node(&here, settings->node, why)) {
        say("%s", why);
        return 1;
    }
    return programs_beside(minder);
}

int programs_beside(struct minder *minder)
{
    struct settings *settings = &minder->settings;
    struct keeper *keeper = minder->keeper;
    static struct installed here;
    static char why[INSTALLED_WHY];
    if (!installed_find(&here, why)) {
        say("%s", why);
        return 1;
    }
    if (self_path(keeper->archond, PATH_MAX) != 0 ||
        snprintf(settings->logger, PATH_MAX, "%s/archon-log", here.folder) >= PATH_MAX ||
        snprintf(keeper->self, PATH_MAX, "%s/archon-keeper", here.folder) >= PATH_MAX) {
        say("the path of this program is too long");
        return 1;
    }
    if (access(keeper->self, X_OK) < 0) {
        say("cannot run %s: %s; was archon built (node scripts/build.mjs)?", keeper->self,
            strerror(errno));
        return 1;
    }
    return 0;
}

int program_own(void)
{
    return sealed_program(self_open());
}
