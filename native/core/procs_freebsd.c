#include "procs.h"

#include <errno.h>

/*
 * kqueue(2) tells of processes by pid: EVFILT_PROC with NOTE_EXEC and NOTE_EXIT, and with
 * NOTE_TRACK it follows the forks of one that is watched. So it could tell of what descends from
 * archon's processes, but only from the moment each is watched, never of the machine; and
 * NOTE_TRACKERR is a fork that was missed. What descends from archon's processes is looked for from
 * time to time instead, as on a Linux that does not tell.
 */
int procs_open(void)
{
    return -ENOSYS;
}

int procs_read(int fd, struct procs_event *events)
{
    (void)fd;
    (void)events;
    return -ENOSYS;
}

int procs_close(int fd)
{
    (void)fd;
    return -ENOSYS;
}
