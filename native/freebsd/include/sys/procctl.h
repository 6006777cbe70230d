/* procctl(2) of FreeBSD 14, what archon uses of it. */
#ifndef STUB_SYS_PROCCTL_H
#define STUB_SYS_PROCCTL_H

#include <sys/types.h>
#include <sys/wait.h>

#define PROC_REAP_ACQUIRE 2
#define PROC_REAP_STATUS 4
#define PROC_REAP_GETPIDS 5
#define PROC_PDEATHSIG_CTL 11
#define PROC_NO_NEW_PRIVS_CTL 19

#define PROC_NO_NEW_PRIVS_ENABLE 1

#define REAPER_PIDINFO_VALID 1u

/* Padding left out: only names and types are checked here. */
struct procctl_reaper_status {
    unsigned int rs_flags, rs_children, rs_descendants;
    pid_t rs_reaper, rs_pid;
};

struct procctl_reaper_pidinfo {
    pid_t pi_pid, pi_subtree;
    unsigned int pi_flags;
};

struct procctl_reaper_pids {
    unsigned int rp_count;
    struct procctl_reaper_pidinfo *rp_pids;
};

int procctl(idtype_t type, id_t id, int command, void *data);

#endif
