/* What LOCAL_PEERCRED of unix(4) gives, FreeBSD 14. */
#ifndef STUB_SYS_UCRED_H
#define STUB_SYS_UCRED_H

#include <sys/types.h>

#define XUCRED_VERSION 0

struct xucred {
    unsigned int cr_version;
    uid_t cr_uid;
    short cr_ngroups;
    gid_t cr_groups[16];
    pid_t cr_pid;
};
#define cr_gid cr_groups[0]

#endif
