#include "preallocate.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = 64 << 10 };

static long taken(int fd, off_t *size)
{
    struct stat about;
    need(fstat(fd, &about) == 0, "fstat");
    *size = about.st_size;
    return (long)about.st_blocks * 512;
}

int main(void)
{
    off_t size;
    /* A file in memory, as those of the run directory are. */
    int fd = memfd_create("room", MFD_CLOEXEC);
    need(fd >= 0 && write(fd, "text\n", 5) == 5, "memfd_create");
    check(preallocate(fd, 0, STEP) == 1, "there is room");
    check(taken(fd, &size) == STEP && size == 5, "it is taken, and the size is as it was");
    check(preallocate(fd, STEP, STEP) == 1 && taken(fd, &size) == 2 * STEP && size == 5,
          "so is more behind it");
    char text[8];
    check(pread(fd, text, sizeof text, 0) == 5, "nothing is to be read there");

    need(signal(SIGXFSZ, SIG_IGN) != SIG_ERR, "signal");
    const struct rlimit limit = { 3 * STEP, RLIM_INFINITY },
                        none = { RLIM_INFINITY, RLIM_INFINITY };
    need(setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    check(preallocate(fd, 2 * STEP, 2 * STEP) == -EFBIG, "a limit is EFBIG");
    check(taken(fd, &size) == 2 * STEP && size == 5, "and leaves what was taken");
    check(preallocate(fd, 2 * STEP, STEP) == 1, "up to there it is taken");
    need(setrlimit(RLIMIT_FSIZE, &none) == 0, "setrlimit");
    close(fd);

    int ends[2];
    need(pipe2(ends, O_CLOEXEC) == 0, "pipe2");
    check(preallocate(ends[1], 0, STEP) < 0, "a pipe has none");
    close(ends[0]);
    close(ends[1]);
    int none_there = open("/proc/self/comm", O_RDWR | O_CLOEXEC);
    check(none_there >= 0 && preallocate(none_there, 0, STEP) == 0,
          "a file system that takes none ahead is no error");
    close(none_there);
    check(preallocate(9999, 0, STEP) == -EBADF, "no descriptor is EBADF");
    return result();
}
