/* Processes by descriptor: pidfd_open(2), pidfd_send_signal(2), PIDFD_GET_INFO. */
#ifndef ARCHON_PIDFD_H
#define ARCHON_PIDFD_H

#include <stdint.h>
#include <sys/types.h>

struct pidfd_about {
    pid_t pid; /* 0 once it has been reaped */
    pid_t ppid;
    uid_t ruid;
    uid_t suid;
    int exit; /* the wait status, or -1 where it is not to be had (yet) */
};

/* A close-on-exec pidfd or -errno. */
int pidfd_of(pid_t pid);
/* Another, close-on-exec too, of the same process, or -errno. */
int pidfd_copy(int pidfd);
/* A close-on-exec descriptor of a thread, readable when that one has ended (PIDFD_THREAD, Linux
 * 6.9), or -errno. That of a process's first thread waits for all of them. */
int pidfd_of_thread(pid_t thread);
/* 0 or -errno. */
int pidfd_signal(int pidfd, int number);

/* A close-on-exec copy of another process's descriptor (pidfd_getfd(2), Linux 5.6), or -errno. */
int pidfd_take(int pidfd, int number);

/*
 * Tells about a process. `fd` may be any descriptor somebody passed: it is only looked at through
 * /proc/self/fdinfo until it is known to be a pidfd, as an ioctl on a file of a hung mount never
 * returns. The exit status takes Linux 6.15; below 6.13 the rest is read from /proc.
 * Returns 0, or -errno: -ENOTTY when it is no pidfd.
 */
int pidfd_info(int fd, struct pidfd_about *out);

#endif
