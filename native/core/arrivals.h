/* What was accepted (accept(2)) from sockets that listen, and is still connected. */
#ifndef ARCHON_ARRIVALS_H
#define ARCHON_ARRIVALS_H

#include <stdint.h>

/* The most that are told of one socket. */
enum { MOST_ARRIVALS = 64 };

/*
 * `number` is that of the accepted socket among all of the system, given when it was accepted: the
 * kernel hands them out in lots of 1024 (get_next_ino), one for each processor, so within a lot the
 * higher is the later. `age`: it is at least that old, ms, for that long ago one side has sent
 * something last, or has not sent anything yet; 0 where the system does not say.
 */
struct arrival {
    uint32_t number, age;
};

/* Where somebody listens, and what was found there: of each lot the latest; of more lots than there
 * is room for those that may be youngest. */
struct arrivals {
    const char *host; /* of TCP, in numbers; NULL: it is a Unix socket */
    int port;
    const char *path; /* @NAME: an abstract one */
    int count;
    struct arrival found[MOST_ARRIVALS];
};

/*
 * Fills in what was found at each. The kernel goes through every connection of the machine: some
 * ms. 0 or -errno; -EINVAL: one is no address; -ENOSYS: the system cannot say.
 */
int arrivals_find(struct arrivals *all, int count);

/* The parts of it: of TCP over IPv4 or IPv6, and of Unix sockets. */
int arrivals_tcp(struct arrivals *all, int count, int family);
int arrivals_unix(struct arrivals *all, int count);
void arrivals_note(struct arrivals *at, uint32_t number, uint32_t age);

#endif
