/* What sysctl(3) tells about a process; all other fields left out. */
#ifndef STUB_SYS_USER_H
#define STUB_SYS_USER_H

#include <sys/types.h>

struct kinfo_proc {
    pid_t ki_pid, ki_ppid;
    uid_t ki_ruid, ki_svuid;
};

#endif
