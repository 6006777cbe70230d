#include "ending.h"

#include <errno.h>

#include <sys/reboot.h>
#include <unistd.h>

/* A jail has no process 1 of its own. */
bool ending_is_contained(void)
{
    return false;
}

/* reboot(2) unmounts as well, and does not return. */
int ending_do(enum ending ending)
{
    static const int how[] = {
        [END_REBOOT] = RB_AUTOBOOT,
        [END_POWER_OFF] = RB_POWEROFF | RB_HALT,
        [END_HALT] = RB_HALT,
    };
    if (ending == END_NOT) {
        return 0;
    }
    sync();
    return ending != END_EXIT && reboot(how[ending]) < 0 ? -errno : 0;
}
