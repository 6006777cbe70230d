#include "dumpable.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

/* What cannot be read protects nobody. */
bool dumpable_protects(void)
{
    char value = '1';
    int fd = open("/proc/sys/fs/suid_dumpable", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        value = read(fd, &value, 1) == 1 ? value : '1';
        close(fd);
    }
    return value == '0' || value == '2';
}

void dumpable_lend(struct dumpable *dumpable)
{
    if (dumpable->strangers++ == 0) {
        dumpable->before = prctl(PR_GET_DUMPABLE);
    }
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void dumpable_back(struct dumpable *dumpable)
{
    if (--dumpable->strangers == 0 && dumpable->before == 1) {
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    }
}
