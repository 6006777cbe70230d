/* Bytes and descriptors over Unix sockets (unix(7), SCM_RIGHTS). Nothing here allocates. */
#ifndef ARCHON_FDPASS_H
#define ARCHON_FDPASS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The kernel refuses to send more at once (SCM_MAX_FD). */
#define FDPASS_MAX 253

struct fdpass_received {
    bool truncated; /* some were lost: there was no room for them in our table */
    int count;
    int fds[FDPASS_MAX];
};

/*
 * Receives without waiting what is there, up to `size` bytes, and the close-on-exec descriptors
 * that came with it. Returns the bytes (0 at the end of the stream) or -errno.
 */
ssize_t fdpass_receive(int socket, void *bytes, size_t size, struct fdpass_received *out);

/*
 * Like fdpass_receive, but what is returned stays in the socket, and the next call returns what is
 * behind it; the socket was prepared by peek_begin (peek.h). Descriptors are duplicates. When all
 * of `size` was filled they may be of further on: Linux goes on looking with nothing left to fill.
 */
ssize_t fdpass_peek(int socket, void *bytes, size_t size, struct fdpass_received *out);

/*
 * Takes so many bytes out of the socket, and the descriptors that came with them, and throws them
 * away. Returns how many were there, or -errno. With a mark up to 64 KiB that are there are taken
 * in one system call, which leaves the first byte in it: as no signal ends a process in the middle
 * of that (recvmsg(2) waits for nothing here), it says to who comes after whether they were taken.
 */
int fdpass_consume(int socket, int bytes, unsigned char *mark);

struct msghdr;

/* The same into a message of the caller's own, who looks at more of it; `flags` are recvmsg(2)'s.
 */
ssize_t fdpass_take(int socket, struct msghdr *message, int flags, struct fdpass_received *out);

/* Sends without waiting and without SIGPIPE: bytes taken or -errno. */
ssize_t fdpass_send(int socket, const void *bytes, size_t size);

/*
 * Sends one datagram with up to FDPASS_MAX descriptors and waits until it is taken. ETOOMANYREFS
 * (too many descriptors of this user are in flight) is waited for as well, for up to 5 s.
 * Returns 0 or -errno.
 */
int fdpass_send_all(int socket, const void *bytes, size_t size, const int *fds, int count);

/* Sends one datagram with one descriptor (-1: none) without waiting. Returns 0 or -errno. */
int fdpass_send_one(int socket, const void *bytes, size_t size, int fd);

/*
 * Ends a connection: shutdown(2) of both directions, then what is unread is discarded. Closing with
 * unread input would make the peer read ECONNRESET instead of what it was sent. Returns 0 or
 * -errno.
 */
int fdpass_hang_up(int socket);

/*
 * Has a socket that sends take `bytes / 2` in one piece or not at all, and leaves one alone that
 * does: what it has at first is the system's choice (net.core.wmem_default). Who may not have as
 * much (net.core.wmem_max) gets what there is. Returns 0 or -errno.
 */
int fdpass_room(int socket, int bytes);

#endif
