#include "map.h"

#include <sys/mman.h>
#include <sys/stat.h>

/* What is behind the end of a file must not be touched: SIGBUS. */
void *map_file(int fd, size_t size, int sharing)
{
    struct stat about;
    if (fstat(fd, &about) < 0 || about.st_size != (off_t)size) {
        return NULL;
    }
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, sharing, fd, 0);
    return memory == MAP_FAILED ? NULL : memory;
}
