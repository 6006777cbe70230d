/* A process is found again, and no other is taken for it. */
#include "again.h"
#include "pidfd.h"

#include "check.h"
#include "filter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t sleeping_child(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    return pid;
}

/* `by_number`: as where there are no handles. */
static void is_found(bool by_number)
{
    pid_t pid = sleeping_child(), other = sleeping_child();
    int fd = pidfd_of(pid);
    struct again known, second;
    need(fd >= 0 && again_note(fd, pid, &known) == 0, "again_note");
    int fd_other = pidfd_of(other);
    need(fd_other >= 0 && again_note(fd_other, other, &second) == 0, "again_note");
    close(fd_other);
    if (by_number) {
        /* Where there is a handle the time was not noted: as it stands in /proc. */
        char path[40], text[1024];
        unsigned long long began = 0;
        snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        FILE *stat = fopen(path, "r");
        need(stat != NULL && fgets(text, sizeof text, stat) != NULL, "stat");
        fclose(stat);
        int field = 1;
        for (char *at = text; *at; at++) {
            field += *at == ' ';
            if (*at == ' ' && field == 22) {
                began = strtoull(at + 1, NULL, 10);
            }
        }
        known = (struct again){ .began = (double)began };
    }
    close(fd);
    int found = again_open(pid, &known);
    struct pidfd_about about;
    check(found >= 0 && pidfd_info(found, &about) == 0 && about.pid == pid,
          by_number ? "by number and time: the same process" : "by handle: the same process");
    check(found >= 0 && fcntl(found, F_GETFD) == FD_CLOEXEC, "closed on exec");
    if (by_number) {
        struct again earlier = { .began = known.began - 1 };
        check(again_open(pid, &earlier) == -ESRCH, "one that began at another time is another");
    }
    else if (known.handle > 0) {
        int number = again_open(pid, &second);
        check(number >= 0 && pidfd_info(number, &about) == 0 && about.pid == other,
              "the handle counts, not the number");
        close(number);
    }
    kill(pid, SIGKILL);
    kill(other, SIGKILL);
    waitpid(pid, NULL, 0);
    waitpid(other, NULL, 0);
    check(again_open(pid, &known) == -ESRCH, "ESRCH once it was reaped, also while it is held");
    close(found);
}

static void nothing_is_known(void)
{
    struct again none = { 0 };
    check(again_open(getpid(), &none) == -ENODATA, "ENODATA where nothing was noted");
}

static void gone_before_it_is_noted(void)
{
    pid_t pid = sleeping_child();
    int fd = pidfd_of(pid);
    struct again known;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    int err = again_note(fd, pid, &known);
    check(err == -ESRCH || again_open(pid, &known) == -ESRCH, "one that is gone is not found");
    close(fd);
}

/* What has to be looked up in /proc, while no descriptor is left. */
static void nothing_can_be_opened(void)
{
    pid_t pid = sleeping_child();
    int fd = pidfd_of(pid);
    struct again known, none;
    struct rlimit files, few = { .rlim_cur = 0 };
    need(fd >= 0 && again_note(fd, pid, &known) == 0 && getrlimit(RLIMIT_NOFILE, &files) == 0,
         "again_note");
    few.rlim_max = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &few);
    int noted = known.began > 0 ? again_note(fd, pid, &none) : -EMFILE;
    int opened = again_open(pid, &known);
    setrlimit(RLIMIT_NOFILE, &files);
    check(opened == -EMFILE && noted == -EMFILE, "what only is short of descriptors is not gone");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(fd);
}

/* As in a container: a handle is told, and nobody may open it. In a process of its own. */
static void handles_are_refused(void)
{
    fflush(stdout);
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        need(filter(SYS_open_by_handle_at, SECCOMP_RET_ERRNO | EPERM, 0) == 0, "seccomp");
        pid_t other = sleeping_child();
        int fd = pidfd_of(other);
        struct again known;
        check(again_note(fd, other, &known) == 0 && known.handle == 0 && known.began > 0,
              "where handles cannot be opened the time is noted");
        kill(other, SIGKILL);
        waitpid(other, NULL, 0);
        close(fd);
        is_found(false);
        nothing_can_be_opened();
        exit(result());
    }
    waitpid(pid, &status, 0);
    failures += status != 0;
}

int main(void)
{
    handles_are_refused();
    nothing_can_be_opened();
    is_found(false);
    is_found(true);
    nothing_is_known();
    gone_before_it_is_noted();
    return result();
}
