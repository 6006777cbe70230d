/* The service's side of sd_notify(3): a datagram socket that tells who sent what. */
#ifndef ARCHON_NOTIFY_H
#define ARCHON_NOTIFY_H

#include "fdpass.h"

#include <sys/types.h>

/* The longest message, bytes. */
#define NOTIFY_MAX 4096

struct notify_sender {
    pid_t pid; /* 0 where it is not to be seen: in another PID namespace */
    uid_t uid; /* (uid_t)-1 where the system did not say */
};

/*
 * Makes a socket at `path`, in place of what is there, that its owner alone may send to; (uid_t)-1
 * and (gid_t)-1 leave the owner as it is. Returns its close-on-exec, non-blocking descriptor or
 * -errno: -ENAMETOOLONG when the path does not fit an address.
 */
int notify_open(const char *path, uid_t uid, gid_t gid);

/*
 * Takes one datagram, without waiting: its bytes (0: it is empty, which is no end), its
 * close-on-exec descriptors and its sender, as the kernel knows it. Returns the length, -EMSGSIZE
 * for one longer than `size` (its descriptors are in `out` all the same), -EAGAIN when there is
 * none. With `stays` it is there again the next time, and its descriptors are copies.
 */
ssize_t notify_receive(int fd, bool stays, void *bytes, size_t size, struct fdpass_received *out,
                       struct notify_sender *from);

/* 0 when both descriptors are of the same open file; 1 or 2 when that of `fd` comes before or after
 * the other in an order that lasts (kcmp(2)); -errno where it cannot be told. */
int notify_order(int fd, int other);

#endif
