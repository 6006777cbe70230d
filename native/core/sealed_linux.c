/* memfd_create(2), F_ADD_SEALS. A file that runs cannot be written to (ETXTBSY), but one that is
 * only open, to be run later, can. */
#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U /* Linux 6.3; without it vm.memfd_noexec may say that nothing of it runs */
#endif

enum { SEALS = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL };

static bool copy(int to, int from);

int sealed_program(int file)
{
    const char *name = "archond";
    int made = file < 0 ? -1 : memfd_create(name, MFD_ALLOW_SEALING | MFD_EXEC);
    if (made < 0 && file >= 0 && errno == EINVAL) {
        made = memfd_create(name, MFD_ALLOW_SEALING);
    }
    if (made < 0) {
        return file;
    }
    bool usable = copy(made, file) && fcntl(made, F_ADD_SEALS, SEALS) == 0;
    close(usable ? file : made);
    return usable ? made : file;
}

static bool copy(int to, int from)
{
    struct stat about;
    if (fstat(from, &about) < 0 || !(about.st_mode & 0111) || !S_ISREG(about.st_mode)) {
        return false; /* what could not be run must not be by its copy */
    }
    for (off_t at = 0; at < about.st_size;) {
        ssize_t copied = sendfile(to, from, &at, (size_t)(about.st_size - at));
        if (copied == 0 || (copied < 0 && errno != EINTR)) {
            return false;
        }
    }
    return about.st_size > 0;
}
