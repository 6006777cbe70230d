#include "peek.h"

#include <errno.h>
#include <sys/socket.h>

/* socket(7); of Unix stream sockets since Linux 3.4. */
int peek_begin(int socket)
{
    int from = 0;
    return setsockopt(socket, SOL_SOCKET, SO_PEEK_OFF, &from, sizeof from) == 0 ? 0 : -errno;
}
