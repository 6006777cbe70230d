#include "ending.h"

#include <errno.h>
#include <sys/reboot.h>
#include <unistd.h>

int ending_do(enum ending ending)
{
    static const int commands[] = {
        [END_REBOOT] = RB_AUTOBOOT,
        [END_POWER_OFF] = RB_POWER_OFF,
        [END_HALT] = (int)RB_HALT_SYSTEM,
    };
    if (ending == END_NOT) {
        return 0;
    }
    sync();
    return ending != END_EXIT && reboot(commands[ending]) < 0 ? -errno : 0;
}
