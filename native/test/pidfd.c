/* Other processes, by descriptor. */
#include "pidfd.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static struct pidfd_about about;

static bool kernel_is(int wanted, int least);

static pid_t sleeping_child(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    return pid;
}

static void takes(void)
{
    int ends[2], pidfd = pidfd_of(getpid());
    need(pidfd >= 0 && pipe2(ends, O_CLOEXEC) == 0, "pipe2");
    int copy = pidfd_take(pidfd, ends[1]);
    char byte = 0;
    check(copy >= 0 && write(copy, "x", 1) == 1 && read(ends[0], &byte, 1) == 1 && byte == 'x' &&
              fcntl(copy, F_GETFD) == FD_CLOEXEC,
          "a descriptor of a process can be had as well");
    check(pidfd_take(pidfd, 9999) == -EBADF && pidfd_take(9999, 0) == -EBADF,
          "where there is one, and a process");
    close(copy);
    close(ends[0]);
    close(ends[1]);
    close(pidfd);
}

static void is_no_pidfd(void)
{
    int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC), event = eventfd(0, EFD_CLOEXEC), ends[2];
    need(pipe2(ends, O_CLOEXEC) == 0, "pipe2");
    check(pidfd_info(file, &about) == -ENOTTY && pidfd_info(event, &about) == -ENOTTY &&
              pidfd_info(ends[0], &about) == -ENOTTY,
          "a file, an eventfd and a pipe are ENOTTY");
    check(pidfd_info(9999, &about) == -EBADF, "no descriptor is EBADF");
    check(pidfd_of(0x7ffffff0) == -ESRCH, "a pid nobody has is ESRCH");
    close(file);
    close(event);
    close(ends[0]);
    close(ends[1]);
}

static int ends_here[2];

static void *wait_for_end(void *unused)
{
    char byte;
    need(write(ends_here[1], &(pid_t){ gettid() }, sizeof(pid_t)) == sizeof(pid_t), "write");
    while (read(ends_here[1], &byte, 1) < 0) {
    }
    return unused;
}

static void tells_of_a_thread(void)
{
    pthread_t thread;
    pid_t number = 0;
    need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_here) == 0, "socketpair");
    need(pthread_create(&thread, NULL, wait_for_end, NULL) == 0, "pthread_create");
    need(read(ends_here[0], &number, sizeof number) == sizeof number, "read");
    struct pollfd ended = { .fd = pidfd_of_thread(number), .events = POLLIN };
    if (!kernel_is(6, 9)) {
        check(ended.fd == -EINVAL, "a thread's descriptor # SKIP the kernel has it from 6.9 on");
    }
    else {
        check(ended.fd >= 0 && fcntl(ended.fd, F_GETFD) == FD_CLOEXEC && poll(&ended, 1, 0) == 0,
              "a thread's descriptor is closed on exec, and quiet while it lives");
    }
    need(write(ends_here[0], "x", 1) == 1 && pthread_join(thread, NULL) == 0, "pthread_join");
    check(ended.fd < 0 || poll(&ended, 1, 1000) == 1, "readable once it has ended");
    check(!kernel_is(6, 9) || pidfd_of_thread(number) == -ESRCH, "and not to be had any more");
    close(ended.fd);
    close(ends_here[0]);
    close(ends_here[1]);
}

static bool kernel_is(int wanted, int least)
{
    struct utsname kernel;
    int major = 0, minor = 0;
    need(uname(&kernel) == 0 && sscanf(kernel.release, "%d.%d", &major, &minor) == 2, "uname");
    return major > wanted || (major == wanted && minor >= least);
}

static void tells_and_ends(void)
{
    pid_t pid = sleeping_child();
    int fd = pidfd_of(pid);
    siginfo_t end;
    check(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC, "a pidfd is closed on exec");
    check(pidfd_info(fd, &about) == 0 && about.pid == pid && about.ppid == getpid() &&
              about.ruid == getuid() && about.suid == getuid(),
          "it tells pid, parent and user of a process that lives");
    check(about.exit == -1, "which has no exit status");
    check(pidfd_signal(fd, 999) == -EINVAL, "a signal that does not exist is EINVAL");
    check(pidfd_signal(fd, SIGTERM) == 0, "a signal reaches it");
    waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT);
    check(pidfd_info(fd, &about) == 0 && about.pid == pid && about.exit == -1,
          "a zombie has its pid still, and no exit status yet");
    waitpid(pid, NULL, 0);
    check(pidfd_info(fd, &about) == 0 && about.pid == 0, "once reaped it has no pid");
    if (kernel_is(6, 15)) {
        check(about.exit == SIGTERM, "but its wait status");
    }
    else {
        check(about.exit == -1, "but its wait status # SKIP the kernel tells it from 6.15 on");
    }
    check(pidfd_signal(fd, SIGTERM) == -ESRCH, "and gets no signal");
    close(fd);
}

int main(void)
{
    is_no_pidfd();
    takes();
    tells_and_ends();
    tells_of_a_thread();
    return result();
}
