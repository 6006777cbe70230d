#include "say.h"

/* There is no such write. */
bool os_wrote_at_once(int fd, const void *line, size_t size)
{
    (void)fd;
    (void)line;
    (void)size;
    return false;
}
