/* What a notify socket needs of each system; for notify.c alone. */
#ifndef ARCHON_NOTIFY_OS_H
#define ARCHON_NOTIFY_OS_H

#include "notify.h"

struct cmsghdr;
struct sockaddr_un;

/* Binds the socket at the address, for its owner alone, each datagram with its sender. 0 or -errno.
 */
int notify_prepare(int fd, const struct sockaddr_un *address, uid_t uid, gid_t gid);

/* Who sent it, where `at` are credentials. */
void notify_credentials(struct cmsghdr *at, struct notify_sender *from);

#endif
