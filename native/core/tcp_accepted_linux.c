/*
 * Asked of the kernel by sock_diag(7), which finds one connection as it does when a packet comes:
 * in the lists of /proc each of tens of thousands would have to be read.
 */
#include "tcp_accepted.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct question {
    struct nlmsghdr header;
    struct inet_diag_req_v2 asked;
};

struct answer {
    struct nlmsghdr header;
    union {
        struct nlmsgerr error;
        struct inet_diag_msg found;
        char room[1024];
    };
};

/* IPv4 in the first word, or all of IPv6. False: neither. */
static bool read_end(int family, struct tcp_end end, __be32 *address, __be16 *port)
{
    *port = htons((uint16_t)end.port);
    return inet_pton(family, end.host, address) == 1;
}

static bool read_both(int family, struct tcp_end near, struct tcp_end far,
                      struct inet_diag_sockid *id)
{
    return read_end(family, near, id->idiag_src, &id->idiag_sport) &&
           read_end(family, far, id->idiag_dst, &id->idiag_dport);
}

/* `listens`: who listens there is wanted, who is connected to it is not; else the other way round.
 */
static long ask(struct tcp_end near, struct tcp_end far, bool listens)
{
    struct question question = {
        .header = { .nlmsg_len = sizeof question,
                    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                    .nlmsg_flags = NLM_F_REQUEST },
        .asked = { .sdiag_protocol = IPPROTO_TCP,
                   .idiag_states = ~0U,
                   .id = { .idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE } } },
    };
    struct inet_diag_sockid *id = &question.asked.id;
    question.asked.sdiag_family = AF_INET;
    if (!read_both(AF_INET, near, far, id)) {
        question.asked.sdiag_family = AF_INET6;
        if (!read_both(AF_INET6, near, far, id)) {
            return -EINVAL;
        }
    }
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
    if (fd < 0) {
        return -errno;
    }
    struct answer answer;
    ssize_t size = send(fd, &question, sizeof question, 0);
    /* The kernel answers before send(2) returns. */
    size = size < 0 ? size : recv(fd, &answer, sizeof answer, 0);
    long result = size < 0 ? -errno : -EPROTO;
    close(fd);
    if (size >= (ssize_t)NLMSG_LENGTH(sizeof answer.error) &&
        answer.header.nlmsg_type == NLMSG_ERROR) {
        return answer.error.error;
    }
    if (size >= (ssize_t)NLMSG_LENGTH(sizeof answer.found) &&
        answer.header.nlmsg_type == SOCK_DIAG_BY_FAMILY) {
        /* Where no connection is found, as before the handshake is over, it is who listens. */
        return (answer.found.idiag_state == TCP_LISTEN) == listens ? (long)answer.found.idiag_inode
                                                                   : -ENOENT;
    }
    return result;
}

long tcp_accepted(struct tcp_end near, struct tcp_end far)
{
    return ask(near, far, false);
}

long tcp_listener(struct tcp_end near)
{
    /* Nobody connects from port 0. */
    struct tcp_end nobody = { near.host, 0 };
    return ask(near, nobody, true);
}
