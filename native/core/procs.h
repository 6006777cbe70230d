/*
 * What the kernel tells of programs that begin and processes that end, wherever on the machine they
 * are. A process appears when it execs: a fork alone is a part of what it was forked from, and of
 * forks the kernel is asked not to tell where it takes such a wish (Linux 6.6).
 */
#ifndef ARCHON_PROCS_H
#define ARCHON_PROCS_H

#include <stdint.h>

#define PROCS_BATCH 64

enum { PROCS_EXEC = 1, PROCS_EXIT = 2 };

struct procs_event {
    int32_t what;
    int32_t pid;    /* of the process, never that of a thread alone */
    int32_t status; /* PROCS_EXIT: as wait(2) has it; when the first of several threads ends before
                       the others it is told here, and the end of the others is not */
};

/*
 * A descriptor, close-on-exec and without waiting, that is readable whenever there is something to
 * tell, or -errno: -EPERM where that takes privileges, -ENOSYS where this kernel does not tell us
 * (not built in, or we are in a namespace of our own).
 */
int procs_open(void);

/* Reads up to PROCS_BATCH of what is there: the number of events, which may be 0; -EAGAIN when
 * there is nothing; -ENOBUFS when some were lost, which is told once. */
int procs_read(int fd, struct procs_event *events);

/* 0 or -errno. Kernels before 6.6 go on telling until this is called. */
int procs_close(int fd);

#endif
