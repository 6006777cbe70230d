/* crash SOCKET PID: the time from SIGKILL to PID to the first answer to a Ping on SOCKET, to which
 * it connects behind the kill. */
#include "local.h"
#include "stopwatch.h"
#include <signal.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    uint64_t began = now();
    if (kill((pid_t)atoi(argv[2]), SIGKILL) < 0) {
        give_up("kill");
    }
    int fd = local_connect(argv[1]);
    if (fd < 0 || local_ask(fd, "Ping\n", "Ok\n") < 0) {
        give_up("Ping");
    }
    uint64_t took = now() - began;
    report(took, &took, 1);
    return 0;
}
