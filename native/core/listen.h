/* Sockets that archon binds for others (socket(7), ip(7), ipv6(7), unix(7)). Nothing here waits. */
#ifndef ARCHON_LISTEN_H
#define ARCHON_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

/* listen(2) bounds it by net.core.somaxconn. */
#define LISTEN_BACKLOG 4096

/*
 * Binds a close-on-exec socket to an address in numbers, IPv4 or IPv6, which alone minds v6only;
 * one for TCP listens, else it is one for UDP. A descriptor or -errno; -EINVAL: that is no address.
 */
int listen_inet(const char *host, int port, bool is_stream, bool v6only);

/*
 * The same at a path, which is made with that mode and owner (-1: ours); a socket there that nobody
 * answers on is replaced. -EADDRINUSE: somebody answers, or it is no socket. `@NAME`: an abstract
 * one, which has neither; -ENOTSUP where there are none.
 */
int listen_unix(const char *path, mode_t mode, uid_t uid, gid_t gid);

/*
 * Undoes what a server did to the open file that others will have too: it waits again (O_NONBLOCK),
 * and as many connections as archon wants may wait in it. 0 or -errno.
 */
int listen_again(int fd);

/*
 * How many connections wait for accept(2), and of UDP what the datagrams that nobody has read take
 * up, bytes: -ENOTSUP where the system does not say.
 */
int listen_waiting(int fd);

/*
 * A copy of a socket that a process has (pidfd_getfd(2)): the one that is bound to that address, as
 * listen_inet and listen_unix would have bound it. -ENOENT: it has none; -EPERM: it may not be
 * looked at.
 */
int listen_held_inet(int pidfd, pid_t pid, const char *host, int port, bool is_stream, bool v6only);
int listen_held_unix(int pidfd, pid_t pid, const char *path);

/* Gives what was bound to `path` that mode and owner (-1: as it is). 0 or -errno. */
int listen_own(const char *path, mode_t mode, uid_t uid, gid_t gid);

#endif
