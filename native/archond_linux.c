/* What another system does otherwise of what archond does: subreaper, /proc. */
#include "archond.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

int os_adopt_orphans(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 ? -errno : 0;
}

/* The parent may have ended just before this call. */
void os_die_with(pid_t parent, int signal)
{
    if (prctl(PR_SET_PDEATHSIG, signal) < 0 || getppid() != parent) {
        _exit(126);
    }
}

pid_t os_parent(const struct ledger_head *head)
{
    return head->keeper;
}

void os_close_from(int lowest)
{
    if (close_range((unsigned)lowest, ~0U, 0) == 0) {
        return;
    }
    long limit = sysconf(_SC_OPEN_MAX); /* kernels before 5.9 */
    for (int fd = lowest; fd < limit; fd++) {
        close(fd);
    }
}

int os_in_memory(int fd)
{
    struct statfs found;
    return fstatfs(fd, &found) < 0 ? -errno : found.f_type == TMPFS_MAGIC;
}

int os_reserve(int fd, size_t size)
{
    return fallocate(fd, 0, 0, (off_t)size) < 0 ? -errno : 0;
}

int os_boot(char *out, size_t size)
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, out, size - 1);
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (length <= 1) {
        return length < 0 ? -error : -ENODATA;
    }
    out[length] = '\0';
    return 0;
}

int os_counter(void)
{
    return eventfd(0, EFD_NONBLOCK);
}

int os_seen_as(void)
{
    char text[16] = "";
    return readlink("/proc/self", text, sizeof text - 1) < 0 ? -errno : atoi(text);
}

/* The leader of a session takes the terminal from all of it, who are told so by HUP: that is us,
 * and nobody asks for a Reload by it. */
void os_leave_terminal(void)
{
    const struct timespec at_once = { 0 };
    sigset_t told;
    (void)sigemptyset(&told);
    (void)sigaddset(&told, SIGHUP);
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0) {
        (void)ioctl(fd, TIOCNOTTY);
        (void)sigtimedwait(&told, NULL, &at_once);
        close(fd);
    }
}

void os_keys_ask(void)
{
    (void)reboot(RB_DISABLE_CAD);
}
