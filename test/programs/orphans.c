/* Makes as many orphans as it is told, as fast as it can: each is the child of one that has ended.
 * Says how many a second those were. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 0;
    double since = seconds();
    for (int i = 0; i < count; i++) {
        pid_t child = vfork();
        if (child == 0) {
            if (vfork() == 0) {
                _exit(i & 0xff);
            }
            _exit(0);
        }
        if (child < 0 || waitpid(child, NULL, 0) != child) {
            perror("orphans");
            return 1;
        }
    }
    printf("%d\n", (int)(count / (seconds() - since)));
    return 0;
}
