/* What LOCAL_CREDS_PERSISTENT of unix(4) sends along, FreeBSD 13. */
#ifndef STUB_SYS_SOCKET_H
#define STUB_SYS_SOCKET_H

#include_next <sys/socket.h>

#define SCM_CREDS2 0x08
#define SO_LISTENQLEN 0x1012

struct sockcred2 {
    int sc_version;
    pid_t sc_pid;
    uid_t sc_uid;
    uid_t sc_euid;
    gid_t sc_gid;
    gid_t sc_egid;
    int sc_ngroups;
    gid_t sc_groups[1];
};
#define SOCKCRED2SIZE(ngrps) (sizeof(struct sockcred2) + (sizeof(gid_t) * ((ngrps)-1)))

#endif
