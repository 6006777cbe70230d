/* What another system does otherwise: every child is one like the others. */
#include "keeper.h"

#include <sys/wait.h>

bool os_next_end(siginfo_t *info)
{
    info->si_pid = 0;
    return waitid(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT) == 0 && info->si_pid > 0;
}
