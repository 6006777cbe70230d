#include "self.h"

#include <errno.h>
#include <sys/sysctl.h>

int self_path(char *out, size_t size)
{
    const int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
    if (sysctl(name, 4, out, &size, NULL, 0) != 0) {
        return errno == ENOMEM ? -ENAMETOOLONG : -errno;
    }
    return 0;
}
