#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer than an answer about one socket. */
enum { ANSWER = 1024 };

static int option_of(int fd, int name);
static int unread_in(int fd);
static int waiting_at_path(int fd);

/* Of a TCP socket that listens tcpi_unacked is the length of its queue (tcp_get_info). */
int listen_waiting(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) {
        return (int)info.tcpi_unacked;
    }
    if (errno != EOPNOTSUPP && errno != ENOPROTOOPT) {
        return -errno;
    }
    if (option_of(fd, SO_DOMAIN) == AF_UNIX) {
        return waiting_at_path(fd);
    }
    return option_of(fd, SO_TYPE) == SOCK_DGRAM ? unread_in(fd) : -ENOTSUP;
}

static int option_of(int fd, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -errno;
}

/* What the datagrams in it take up (SO_MEMINFO, sk_get_meminfo). */
static int unread_in(int fd)
{
    uint32_t memory[SK_MEMINFO_VARS];
    socklen_t size = sizeof memory;
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &size) != 0) {
        return -ENOTSUP;
    }
    return memory[SK_MEMINFO_RMEM_ALLOC] > INT_MAX ? INT_MAX : (int)memory[SK_MEMINFO_RMEM_ALLOC];
}

static bool ask_about(int line, ino_t inode)
{
    struct {
        struct nlmsghdr header;
        struct unix_diag_req asked;
    } question = { .header = { .nlmsg_len = sizeof question,
                               .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                               .nlmsg_flags = NLM_F_REQUEST },
                   .asked = { .sdiag_family = AF_UNIX,
                              .udiag_ino = (__u32)inode,
                              .udiag_show = UDIAG_SHOW_RQLEN,
                              .udiag_cookie = { ~0U, ~0U } } };
    return send(line, &question, sizeof question, 0) == (ssize_t)sizeof question;
}

/* Of a Unix socket sock_diag(7) alone tells it; a kernel without unix_diag does not. */
static int waiting_at_path(int fd)
{
    union {
        struct nlmsghdr header;
        char room[ANSWER];
    } answer;
    struct stat about;
    int line = fstat(fd, &about) != 0
                   ? -1
                   : socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
    if (line < 0) {
        return -ENOTSUP;
    }
    /* The kernel answers before send(2) returns. */
    ssize_t size = ask_about(line, about.st_ino) ? recv(line, &answer, sizeof answer, 0) : -1;
    close(line);
    if (size < (ssize_t)NLMSG_LENGTH(sizeof(struct unix_diag_msg)) ||
        answer.header.nlmsg_type != SOCK_DIAG_BY_FAMILY) {
        return -ENOTSUP;
    }
    const char *message = NLMSG_DATA(&answer.header);
    const struct rtattr *at =
        (const struct rtattr *)(const void *)(message + NLMSG_ALIGN(sizeof(struct unix_diag_msg)));
    for (size_t left = (size_t)size - NLMSG_SPACE(sizeof(struct unix_diag_msg)); RTA_OK(at, left);
         at = RTA_NEXT(at, left)) {
        if (at->rta_type == UNIX_DIAG_RQLEN) {
            return (int)((const struct unix_diag_rqlen *)RTA_DATA(at))->udiag_rqueue;
        }
    }
    return -ENOTSUP;
}

/* Whoever owns the folder may put something else there meanwhile: what was opened is what is
 * changed. */
int listen_own(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
    char link[32];
    struct stat about;
    int err = 0, fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (fstat(fd, &about) != 0) {
        err = -errno;
    }
    else if (!S_ISSOCK(about.st_mode)) {
        err = -ENOTSOCK;
    }
    else if (chmod(link, mode) != 0 || ((uid != (uid_t)-1 || gid != (gid_t)-1) &&
                                        fchownat(fd, "", uid, gid, AT_EMPTY_PATH) != 0)) {
        err = -errno;
    }
    close(fd);
    return err;
}
