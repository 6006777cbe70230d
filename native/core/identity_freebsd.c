#include "identity_steps.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/types.h>

#include <sys/procctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_set(const struct job *job, enum identity_set what)
{
    return (job->identity.set & what) != 0;
}

static int limit(int resource, uint64_t soft, uint64_t hard)
{
    const struct rlimit both = { .rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard };
    return setrlimit(resource, &both) != 0 ? -errno : 0;
}

/* There is no mark to be carried (mark_freebsd.c). */
long identity_limits(struct job *job)
{
    const struct identity *identity = &job->identity;
    umask((mode_t)identity->umask);
    int err = job->nofile[0] == 0 ? 0 : limit(RLIMIT_NOFILE, job->nofile[0], job->nofile[1]);
    for (uint32_t i = 0; i < identity->limit_count && err == 0; i++) {
        const struct identity_limit *one = &identity->limits[i];
        err = limit((int)one->resource, one->value, one->value);
    }
    return err;
}

long identity_nice(struct job *job)
{
    return is_set(job, IDENTITY_NICE) && setpriority(PRIO_PROCESS, 0, job->identity.nice) != 0
               ? -errno
               : 0;
}

/* A process can only be protected from it as a whole there (protect(1)): no score. */
long identity_oom_score(struct job *job)
{
    return is_set(job, IDENTITY_OOM_SCORE) ? -ENOSYS : 0;
}

/* The first group there is the effective one, which setresgid then writes. */
long identity_groups(struct job *job)
{
    const struct identity *identity = &job->identity;
    return is_set(job, IDENTITY_USER) &&
                   setgroups((int)identity->group_count, identity->groups) != 0
               ? -errno
               : 0;
}

long identity_user(struct job *job)
{
    const uid_t uid = job->identity.uid;
    const gid_t gid = job->identity.gid;
    if (!is_set(job, IDENTITY_USER)) {
        return 0;
    }
    return setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0 ? -errno : 0;
}

long identity_no_new_privs(struct job *job)
{
    int enable = PROC_NO_NEW_PRIVS_ENABLE;
    return is_set(job, IDENTITY_NO_NEW_PRIVS) &&
                   procctl(P_PID, 0, PROC_NO_NEW_PRIVS_CTL, &enable) != 0
               ? -errno
               : 0;
}
