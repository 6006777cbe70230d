/* echo SOCKET: writes back what it reads, one connection after another: the floor of a round trip.
 */
#include "local.h"
#include "stopwatch.h"

static void serve(int fd)
{
    static char bytes[65536];
    ssize_t n;
    while ((n = read(fd, bytes, sizeof bytes)) > 0) {
        if (send(fd, bytes, (size_t)n, MSG_NOSIGNAL) != n) {
            break;
        }
    }
    close(fd);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    struct sockaddr_un at = local_address(argv[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 16) < 0) {
        give_up(argv[1]);
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) {
            give_up("accept");
        }
        serve(fd);
    }
}
