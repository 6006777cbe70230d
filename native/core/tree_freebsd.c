#include "tree_freebsd.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/procctl.h>
#include <unistd.h>

/* For what is forked between the two questions; who is missed is found the next time. */
#define SPARE 64u

static int pick(const struct procctl_reaper_pids *all, pid_t child, pid_t *pids, int room);

int tree_of(pid_t child, pid_t *pids, int room)
{
    struct procctl_reaper_status status;
    if (procctl(P_PID, (id_t)getpid(), PROC_REAP_STATUS, &status) != 0) {
        return -errno;
    }
    struct procctl_reaper_pids all = { .rp_count = status.rs_descendants + SPARE };
    all.rp_pids = calloc(all.rp_count, sizeof *all.rp_pids);
    if (all.rp_pids == NULL) {
        return -ENOMEM;
    }
    int result = procctl(P_PID, (id_t)getpid(), PROC_REAP_GETPIDS, &all) == 0
                     ? pick(&all, child, pids, room)
                     : -errno;
    free(all.rp_pids);
    return result;
}

/* The first entry that the kernel did not fill in is the end. */
static int pick(const struct procctl_reaper_pids *all, pid_t child, pid_t *pids, int room)
{
    int count = 0;
    for (unsigned i = 0; i < all->rp_count; i++) {
        const struct procctl_reaper_pidinfo *at = &all->rp_pids[i];
        if ((at->pi_flags & REAPER_PIDINFO_VALID) == 0) {
            break;
        }
        if (at->pi_subtree == child) {
            if (count < room) {
                pids[count] = at->pi_pid;
            }
            count++;
        }
    }
    return count;
}
