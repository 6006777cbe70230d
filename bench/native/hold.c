/*
 * hold SOCKET COUNT: opens COUNT connections, each answered a Ping so that it is known to be
 * accepted, says "ready" and keeps them until its input ends.
 */
#include "local.h"
#include "stopwatch.h"
#include <sys/resource.h>

static void allow_all_descriptors(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    allow_all_descriptors();
    for (unsigned long i = strtoul(argv[2], NULL, 10); i > 0; i--) {
        int fd = local_connect(argv[1]);
        if (fd < 0) {
            give_up(argv[1]);
        }
        if (local_ask(fd, "Ping\n", "Ok\n") < 0) {
            give_up("Ping");
        }
    }
    puts("ready");
    fflush(stdout);
    char byte;
    while (read(0, &byte, 1) > 0) {
        ;
    }
    return 0;
}
