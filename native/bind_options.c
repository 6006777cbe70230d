/* What one socket takes over from another. */
#include "bind.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

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

/* What a program may have set before, where its value is a number. */
static const struct {
    int level, name;
} copied[] = {
    { SOL_SOCKET, SO_KEEPALIVE },       { SOL_SOCKET, SO_OOBINLINE },
    { SOL_SOCKET, SO_BROADCAST },       { SOL_SOCKET, SO_TIMESTAMP },
    { SOL_SOCKET, SO_PRIORITY },        { SOL_SOCKET, SO_BUSY_POLL },
    { IPPROTO_TCP, TCP_NODELAY },       { IPPROTO_TCP, TCP_DEFER_ACCEPT },
    { IPPROTO_TCP, TCP_KEEPIDLE },      { IPPROTO_TCP, TCP_KEEPINTVL },
    { IPPROTO_TCP, TCP_KEEPCNT },       { IPPROTO_TCP, TCP_USER_TIMEOUT },
    { IPPROTO_TCP, TCP_FASTOPEN },      { IPPROTO_IP, IP_TOS },
    { IPPROTO_IP, IP_PKTINFO },         { IPPROTO_IP, IP_RECVTOS },
    { IPPROTO_IPV6, IPV6_RECVPKTINFO }, { IPPROTO_IPV6, IPV6_TCLASS },
};

void copy_options(int from, int to)
{
    for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++) {
        int value = option(from, copied[i].level, copied[i].name);
        if (value >= 0 && value != option(to, copied[i].level, copied[i].name)) {
            (void)setsockopt(to, copied[i].level, copied[i].name, &value, sizeof value);
        }
    }
    struct linger linger;
    socklen_t size = sizeof linger;
    if (getsockopt(from, SOL_SOCKET, SO_LINGER, &linger, &size) == 0 && linger.l_onoff) {
        (void)setsockopt(to, SOL_SOCKET, SO_LINGER, &linger, size);
    }
}
