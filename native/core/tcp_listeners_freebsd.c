#include "tcp_listeners.h"

#include <errno.h>

/* There is no sock_diag(7). */
int tcp_listeners(const char *host, int port, struct tcp_listening *found, int room)
{
    (void)host;
    (void)port;
    (void)found;
    (void)room;
    return -ENOSYS;
}
