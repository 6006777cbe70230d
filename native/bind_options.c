/* What one socket takes over from another. */
#include "bind.h"

#include <linux/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>

int option(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

bool is_alike(int fd, int other)
{
    static const int alike[] = { SO_DOMAIN, SO_TYPE, SO_PROTOCOL };
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        if (option(fd, SOL_SOCKET, alike[i]) != option(other, SOL_SOCKET, alike[i])) {
            return false;
        }
    }
    return true;
}

/* Since Linux 5.11; the numbers of x86 and ARM, as are those of the C library. */
#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72
#endif

/* What a program may have set before, where its value is a number. SO_REUSEADDR is not among it:
 * of UDP it would let others in beside. */
static const struct {
    int level, name;
} copied[] = {
    { SOL_SOCKET, SO_KEEPALIVE },
    { SOL_SOCKET, SO_OOBINLINE },
    { SOL_SOCKET, SO_BROADCAST },
    { SOL_SOCKET, SO_DONTROUTE },
    { SOL_SOCKET, SO_RCVLOWAT },
    { SOL_SOCKET, SO_TIMESTAMP },
    { SOL_SOCKET, SO_TIMESTAMPNS },
    { SOL_SOCKET, SO_RXQ_OVFL },
    { SOL_SOCKET, SO_PRIORITY },
    { SOL_SOCKET, SO_MARK },
    { SOL_SOCKET, SO_BUSY_POLL },
    { SOL_SOCKET, SO_ZEROCOPY },
    { IPPROTO_TCP, TCP_NODELAY },
    { IPPROTO_TCP, TCP_DEFER_ACCEPT },
    { IPPROTO_TCP, TCP_KEEPIDLE },
    { IPPROTO_TCP, TCP_KEEPINTVL },
    { IPPROTO_TCP, TCP_KEEPCNT },
    { IPPROTO_TCP, TCP_LINGER2 },
    { IPPROTO_TCP, TCP_NOTSENT_LOWAT },
    { IPPROTO_TCP, TCP_SAVE_SYN },
    { IPPROTO_TCP, TCP_USER_TIMEOUT },
    { IPPROTO_TCP, TCP_FASTOPEN },
    { IPPROTO_UDP, UDP_SEGMENT },
    { IPPROTO_UDP, UDP_GRO },
    { IPPROTO_IP, IP_TOS },
    { IPPROTO_IP, IP_TTL },
    { IPPROTO_IP, IP_MINTTL },
    { IPPROTO_IP, IP_MTU_DISCOVER },
    { IPPROTO_IP, IP_TRANSPARENT },
    { IPPROTO_IP, IP_PKTINFO },
    { IPPROTO_IP, IP_RECVERR },
    { IPPROTO_IP, IP_RECVORIGDSTADDR },
    { IPPROTO_IP, IP_RECVTOS },
    { IPPROTO_IP, IP_RECVTTL },
    { IPPROTO_IP, IP_MULTICAST_ALL },
    { IPPROTO_IP, IP_MULTICAST_LOOP },
    { IPPROTO_IP, IP_MULTICAST_TTL },
    { IPPROTO_IPV6, IPV6_DONTFRAG },
    { IPPROTO_IPV6, IPV6_MTU_DISCOVER },
    { IPPROTO_IPV6, IPV6_MULTICAST_HOPS },
    { IPPROTO_IPV6, IPV6_MULTICAST_LOOP },
    { IPPROTO_IPV6, IPV6_RECVERR },
    { IPPROTO_IPV6, IPV6_RECVHOPLIMIT },
    { IPPROTO_IPV6, IPV6_RECVORIGDSTADDR },
    { IPPROTO_IPV6, IPV6_RECVPKTINFO },
    { IPPROTO_IPV6, IPV6_RECVTCLASS },
    { IPPROTO_IPV6, IPV6_TCLASS },
    { IPPROTO_IPV6, IPV6_TRANSPARENT },
    { IPPROTO_IPV6, IPV6_UNICAST_HOPS },
};

/* And where it is something else of a few bytes. */
static const struct {
    int level, name;
} whole[] = {
    { SOL_SOCKET, SO_LINGER },
    { SOL_SOCKET, SO_RCVTIMEO },
    { SOL_SOCKET, SO_SNDTIMEO },
    { IPPROTO_TCP, TCP_CONGESTION },
};

enum { LONGEST_OPTION = 16 };

static void copy_whole(int from, int to, int level, int name)
{
    char value[LONGEST_OPTION] = { 0 }, other[LONGEST_OPTION] = { 0 };
    socklen_t size = sizeof value, there = sizeof other;
    if (getsockopt(from, level, name, value, &size) == 0 &&
        (getsockopt(to, level, name, other, &there) != 0 || size != there ||
         memcmp(value, other, sizeof value) != 0)) {
        (void)setsockopt(to, level, name, value, size);
    }
}

/* socket(7): the kernel doubles what is set, and no longer chooses a size itself. That is what the
 * lock says, which is `bit`; before Linux 5.11 nothing does, and sizes are left alone. */
static void copy_size(int from, int to, int name, int bit)
{
    int own = option(from, SOL_SOCKET, SO_BUF_LOCK), its = option(to, SOL_SOCKET, SO_BUF_LOCK);
    if (own < 0 || its < 0 || ((own | its) & bit) == 0) {
        return;
    }
    int half = option(from, SOL_SOCKET, name) / 2, lock = (its & ~bit) | (own & bit);
    (void)setsockopt(to, SOL_SOCKET, name, &half, sizeof half);
    (void)setsockopt(to, SOL_SOCKET, SO_BUF_LOCK, &lock, sizeof lock);
}

void copy_options(int from, int to)
{
    for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++) {
        int value = option(from, copied[i].level, copied[i].name);
        if (value >= 0 && value != option(to, copied[i].level, copied[i].name)) {
            (void)setsockopt(to, copied[i].level, copied[i].name, &value, sizeof value);
        }
    }
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        copy_whole(from, to, whole[i].level, whole[i].name);
    }
    copy_size(from, to, SO_SNDBUF, SOCK_SNDBUF_LOCK);
    copy_size(from, to, SO_RCVBUF, SOCK_RCVBUF_LOCK);
}
