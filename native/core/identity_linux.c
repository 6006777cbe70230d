/* By system calls of our own: libc's would change every thread of the parent, whose memory this
 * may be. */
#include "identity_steps.h"

#include "syscall_linux.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static long write_number(const char *path, int number);

CHILD static bool is_set(const struct job *job, enum identity_set what)
{
    return (job->identity.set & what) != 0;
}

CHILD long identity_limits(struct job *job)
{
    const struct identity *identity = &job->identity;
    const uint64_t mark[2] = { job->mark, job->mark };
    RAW(SYS_umask, identity->umask, 0, 0, 0);
    /* A mark that is there already can be raised by root alone: then this keeper, itself run by
     * another, can do without. */
    RAW(SYS_prlimit64, 0, RLIMIT_LOCKS, mark, 0);
    long err = job->nofile[0] == 0 ? 0 : RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, job->nofile, 0);
    for (uint32_t i = 0; i < identity->limit_count && err == 0; i++) {
        const uint64_t both[2] = { identity->limits[i].value, identity->limits[i].value };
        err = RAW(SYS_prlimit64, 0, identity->limits[i].resource, both, 0);
    }
    return err;
}

CHILD long identity_nice(struct job *job)
{
    if (!is_set(job, IDENTITY_NICE)) {
        return 0;
    }
    long err = RAW(SYS_setpriority, PRIO_PROCESS, 0, job->identity.nice, 0);
    if (err == 0) {
        /* Where each session is weighed as a whole, nice alone would say nothing to the others
         * (sched(7), "The autogroup feature"). It refuses to be written often, and may not be. */
        write_number("/proc/self/autogroup", job->identity.nice);
    }
    return err;
}

/* Of the memory, not of the process: whoever sets it has a copy of its own (spawn_linux.c). */
CHILD long identity_oom_score(struct job *job)
{
    return is_set(job, IDENTITY_OOM_SCORE)
               ? write_number("/proc/self/oom_score_adj", job->identity.oom_score)
               : 0;
}

CHILD long identity_groups(struct job *job)
{
    const struct identity *identity = &job->identity;
    return is_set(job, IDENTITY_USER)
               ? RAW(SYS_setgroups, identity->group_count, identity->groups, 0, 0)
               : 0;
}

/* A change from root drops the capabilities unless the parent's securebits say otherwise, and never
 * the inheritable ones: so they are dropped in so many words. */
CHILD long identity_user(struct job *job)
{
    const uint32_t uid = job->identity.uid, gid = job->identity.gid;
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0, 0, 0 },
                                                                           { 0, 0, 0 } };
    if (!is_set(job, IDENTITY_USER)) {
        return 0;
    }
    long err = RAW(SYS_setresgid, gid, gid, gid, 0);
    err = err != 0 ? err : RAW(SYS_setresuid, uid, uid, uid, 0);
    return err != 0 || uid == 0 ? err : RAW(SYS_capset, &header, none, 0, 0);
}

CHILD long identity_no_new_privs(struct job *job)
{
    return is_set(job, IDENTITY_NO_NEW_PRIVS) ? RAW(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0) : 0;
}

CHILD static long write_number(const char *path, int number)
{
    char text[12], *at = text + sizeof text;
    unsigned left = number < 0 ? 0U - (unsigned)number : (unsigned)number;
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (number < 0) {
        *--at = '-';
    }
    long fd = RAW(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return fd;
    }
    long written = RAW(SYS_write, fd, at, text + sizeof text - at, 0);
    RAW(SYS_close, fd, 0, 0, 0);
    return written < 0 ? written : 0;
}
