/* A file in memory that has its pages from the beginning. */
#include "archond.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int memory_file(const char *name, size_t size)
{
    int fd = memfd_create(name, 0);
    if (fd < 0) {
        return -errno;
    }
    int failed = size > 0 ? os_reserve(fd, size) : 0;
    if (failed) {
        close(fd);
        return failed;
    }
    return fd;
}
