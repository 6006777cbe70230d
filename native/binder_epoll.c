/*
 * A program may have its socket in an epoll before it binds it; with the socket that takes its
 * place it would wait for ever. An epoll knows what it watches by the open file and the number it
 * had with whoever registered it, and tells both under /proc/PID/fdinfo (proc_pid_fdinfo(5)): so we
 * register the new one from here, under the program's number, which is why our own descriptors are
 * far above.
 */
#include "binder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static DIR *open_up(const char *path);
static bool is_epoll(int pid, const char *name);
static bool find(int pid, const char *name, const struct asker *asker, struct epoll_event *out);
static void add_to(const struct asker *asker, int number, int as, struct epoll_event *event);

void carry_registrations(const struct asker *asker, int given)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", asker->pid);
    DIR *all = open_up(path);
    if (all == NULL) {
        return;
    }
    int as = -1;
    for (struct dirent *at = readdir(all); at != NULL; at = readdir(all)) {
        struct epoll_event event;
        if (at->d_name[0] == '.' || !is_epoll(asker->pid, at->d_name) ||
            !find(asker->pid, at->d_name, asker, &event)) {
            continue;
        }
        if (as < 0 && fcntl(asker->number, F_GETFD) < 0) {
            as = dup3(given, asker->number, O_CLOEXEC);
        }
        if (as >= 0) {
            add_to(asker, atoi(at->d_name), as, &event);
        }
    }
    if (as >= 0) {
        close(as);
    }
    closedir(all);
}

/* While it is read, too, the numbers of programs are free. */
static DIR *open_up(const char *path)
{
    int fd = move_up(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    DIR *opened = fd < 0 ? NULL : fdopendir(fd);
    if (fd >= 0 && opened == NULL) {
        close(fd);
    }
    return opened;
}

static bool is_epoll(int pid, const char *name)
{
    char path[64], target[32];
    snprintf(path, sizeof path, "/proc/%d/fd/%.16s", pid, name);
    ssize_t length = readlink(path, target, sizeof target - 1);
    target[length < 0 ? 0 : length] = '\0';
    return strcmp(target, "anon_inode:[eventpoll]") == 0;
}

/* Lines of `tfd: 5 events: 19 data: 5 pos:0 ino:2f sdev:9`; by the inode it is told from another
 * that had this number before. */
static bool find(int pid, const char *name, const struct asker *asker, struct epoll_event *out)
{
    char path[64], text[256];
    struct stat own;
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%.16s", pid, name);
    FILE *lines = fstat(asker->socket, &own) != 0 ? NULL : fopen(path, "re");
    bool found = false;
    while (lines != NULL && !found && fgets(text, sizeof text, lines) != NULL) {
        int number;
        unsigned events;
        unsigned long long data;
        unsigned long inode;
        if (sscanf(text, "tfd: %d events: %x data: %llx pos:%*d ino:%lx", &number, &events, &data,
                   &inode) == 4) {
            found = number == asker->number && inode == own.st_ino;
            *out = (struct epoll_event){ .events = events, .data.u64 = data };
        }
    }
    if (lines != NULL) {
        fclose(lines);
    }
    return found;
}

static void add_to(const struct asker *asker, int number, int as, struct epoll_event *event)
{
    int queue = (int)syscall(SYS_pidfd_getfd, asker->pidfd, number, 0);
    if (queue >= 0) {
        (void)epoll_ctl(queue, EPOLL_CTL_ADD, as, event);
        close(queue);
    }
}
