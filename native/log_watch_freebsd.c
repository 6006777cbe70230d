/* How FIFOs are found: the directory is looked through each time something in it has changed, since
 * kqueue(2) does not say what. */
#include "log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>

#include <sys/event.h>
#include <time.h>
#include <unistd.h>

static const char *watched;
static int queue = -1;

static int begin(void);
static void look_through(void);

int watch_begin(const char *directory)
{
    watched = directory;
    int result = queue = begin();
    look_through();
    return result;
}

bool watch_is_blind(void)
{
    return queue < 0;
}

/* First the news is taken, then looked: what comes in between is news again. */
void watch_read(void)
{
    const struct timespec none = { 0 };
    struct kevent event;
    if (queue < 0 || kevent(queue, NULL, 0, &event, 1, &none) == 1) {
        look_through();
    }
}

/* The directory's descriptor stays open: with it the watch would end. */
static int begin(void)
{
    int fd = open(watched, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const struct kevent change = { .ident = (uintptr_t)fd,
                                   .filter = EVFILT_VNODE,
                                   .flags = EV_ADD | EV_CLEAR,
                                   .fflags = NOTE_WRITE };
    int made = fd < 0 ? -1 : kqueue();
    if (made >= 0 && kevent(made, &change, 1, NULL, 0, NULL) == 0) {
        return made;
    }
    int err = -errno;
    if (made >= 0) {
        close(made);
    }
    if (fd >= 0) {
        close(fd);
    }
    return err;
}

static void look_through(void)
{
    DIR *directory = opendir(watched);
    const struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        fifo_found(entry->d_name);
    }
    if (directory != NULL) {
        closedir(directory);
    }
}
