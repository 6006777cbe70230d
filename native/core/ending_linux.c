#include "ending.h"

#include <errno.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

/* PROC_PID_INIT_INO of the kernel: the inode of the first PID namespace there is. */
bool ending_is_contained(void)
{
    struct stat namespace;
    return stat("/proc/self/ns/pid", &namespace) == 0 && namespace.st_ino != 0xEFFFFFFCU;
}

/* What a container wrote is the host's to write back; sync(2) would wait for all that the host has,
 * be it on a server that is gone. */
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
    if (!ending_is_contained()) {
        sync();
    }
    return ending != END_EXIT && reboot(commands[ending]) < 0 ? -errno : 0;
}
