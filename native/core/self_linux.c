#include "self.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

int self_path(char *out, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", out, size);
    if (length < 0) {
        return -errno;
    }
    if ((size_t)length == size) {
        return -ENAMETOOLONG;
    }
    out[length] = '\0';
    return 0;
}

void self_name(const char *name)
{
    (void)prctl(PR_SET_NAME, name);
}

/* The one that runs, whatever is at its path by now. */
int self_open(void)
{
    int file = open("/proc/self/exe", O_RDONLY);
    return file < 0 ? -errno : file;
}
