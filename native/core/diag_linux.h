/* sock_diag(7): what the kernel tells of the sockets of this network namespace. */
#ifndef ARCHON_DIAG_LINUX_H
#define ARCHON_DIAG_LINUX_H

#include <linux/netlink.h>
#include <stddef.h>

/*
 * Asks for all that a question is about, which is a message of SOCK_DIAG_BY_FAMILY with NLM_F_DUMP:
 * `each` gets every answer, with how many bytes it has. 0 or -errno.
 */
int diag_dump(const struct nlmsghdr *question,
              void (*each)(void *of, const void *answer, size_t size), void *of);

#endif
