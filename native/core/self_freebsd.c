#include "self.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/param.h>
#include <sys/sysctl.h>

int self_path(char *out, size_t size)
{
    const int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
    if (sysctl(name, 4, out, &size, NULL, 0) != 0) {
        return errno == ENOMEM ? -ENAMETOOLONG : -errno;
    }
    return 0;
}

void self_name(const char *name)
{
    (void)name;
}

int self_open(void)
{
    char path[MAXPATHLEN];
    int failed = self_path(path, sizeof path);
    int file = failed ? failed : open(path, O_RDONLY);
    return file < 0 && !failed ? -errno : file;
}
