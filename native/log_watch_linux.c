/* How FIFOs are found: watched for from before the first look, so none can come in between unseen.
 */
#include "log.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

static const char *watched;
static int watch_fd = -1;

static void look_through(void);

int watch_begin(const char *directory)
{
    watched = directory;
    int result = watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch_fd < 0 || inotify_add_watch(watch_fd, directory, IN_CREATE | IN_ONLYDIR) < 0) {
        result = -errno;
        close(watch_fd);
        watch_fd = -1;
    }
    look_through();
    return result;
}

bool watch_is_blind(void)
{
    return watch_fd < 0;
}

void watch_read(void)
{
    static _Alignas(struct inotify_event) char buffer[65536];
    bool missed = watch_fd < 0;
    ssize_t got;
    while ((got = read(watch_fd, buffer, sizeof buffer)) > 0) {
        const struct inotify_event *event;
        for (char *at = buffer; at < buffer + got; at += sizeof *event + event->len) {
            event = (const struct inotify_event *)(const void *)at;
            missed |= (event->mask & IN_Q_OVERFLOW) != 0;
            if (event->len > 0) {
                fifo_found(event->name);
            }
        }
    }
    if (missed) {
        look_through();
    }
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
