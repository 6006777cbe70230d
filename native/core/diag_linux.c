#include "diag_linux.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>

/* netlink(7): the most that a dump has in one piece. */
union piece {
    struct nlmsghdr header;
    char room[32768];
};

/* 1: that was all; 0: there is more; or -errno. */
static int read_piece(const struct nlmsghdr *at, size_t size,
                      void (*each)(void *of, const void *answer, size_t size), void *of)
{
    for (; NLMSG_OK(at, size); at = NLMSG_NEXT(at, size)) {
        if (at->nlmsg_type == NLMSG_DONE) {
            return 1;
        }
        if (at->nlmsg_type == NLMSG_ERROR) {
            int err = ((const struct nlmsgerr *)NLMSG_DATA(at))->error;
            return err != 0 ? err : -EPROTO;
        }
        if (at->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
            each(of, NLMSG_DATA(at), NLMSG_PAYLOAD(at, 0));
        }
    }
    return 0;
}

int diag_dump(const struct nlmsghdr *question,
              void (*each)(void *of, const void *answer, size_t size), void *of)
{
    int line = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
    if (line < 0) {
        return -errno;
    }
    union piece piece;
    int over = send(line, question, question->nlmsg_len, 0) < 0 ? -errno : 0;
    while (over == 0) {
        /* The kernel writes the next piece when one is read. */
        ssize_t size = recv(line, &piece, sizeof piece, MSG_TRUNC);
        over = size < 0                      ? -errno
               : size == 0                   ? -EPROTO
               : (size_t)size > sizeof piece ? -EMSGSIZE
                                             : read_piece(&piece.header, (size_t)size, each, of);
    }
    close(line);
    return over < 0 ? over : 0;
}
