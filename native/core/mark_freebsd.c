#include "mark.h"

#include <errno.h>

/* FreeBSD enforces every resource limit it has, so none can carry a mark. It needs none: the kernel
 * itself remembers which child of the keeper a process descends from (tree_freebsd.h). */
int mark_of(pid_t pid, uint64_t nonce, uint32_t *start)
{
    (void)pid;
    (void)nonce;
    (void)start;
    return -ENOSYS;
}
