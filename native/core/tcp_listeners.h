#ifndef ARCHON_TCP_LISTENERS_H
#define ARCHON_TCP_LISTENERS_H

#include <stdint.h>
#include <sys/types.h>

/* A TCP socket that listens: whose it is, and its number among all of this network namespace. */
struct tcp_listening {
    uid_t uid;
    uint32_t inode;
};

/*
 * Who listens on a port, 1 to 65535, where connections to that address end: those of the very
 * address, else those of every address; several may share one. `host` is in numbers, IPv4 or IPv6;
 * NULL: whatever the address. Returns how many there are and writes the first `room` of them.
 * -EINVAL: that is no address or port; -ENOSYS: the system cannot say.
 */
int tcp_listeners(const char *host, int port, struct tcp_listening *found, int room);

#endif
