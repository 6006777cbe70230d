/* What FreeBSD does its own way: processes with descriptors. */
#include "keeper.h"

#include <sys/wait.h>

/* What has a descriptor of its process is told to whoever holds that, not to us. */
bool os_next_end(siginfo_t *info)
{
    info->si_pid = 0;
    return waitid(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT) == 0 && info->si_pid > 0;
}
