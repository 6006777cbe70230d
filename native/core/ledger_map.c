#include "ledger_map.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>

int ledger_map(int fd, struct ledger **out)
{
    struct stat about;
    if (fstat(fd, &about) != 0) {
        return -errno;
    }
    if (about.st_size < (off_t)sizeof(struct ledger)) {
        return -EINVAL; /* touching what is behind the end would be SIGBUS */
    }
    void *memory = mmap(NULL, sizeof(struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        return -errno;
    }
    *out = memory;
    return 0;
}
