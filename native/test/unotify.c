/* A start whose bind(2) somebody listens to: this test, which answers. */
#include "fdpass.h"
#include "filter.h"
#include "starting.h"

#include <linux/capability.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* What the program that is started does: binds, says how that went and what it was born with. */
static int tell(void)
{
    struct sockaddr_in any = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = bind(fd, (struct sockaddr *)&any, sizeof any);
    printf("bind %d %d\n", result, result == 0 ? 0 : errno);
    printf("no_new_privs %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    for (int other = 3; other < 1024; other++) {
        if (other != fd && fcntl(other, F_GETFD) >= 0) {
            printf("open %d\n", other);
        }
    }
    return 0;
}

static struct start itself(const int *listens)
{
    return (struct start){ .candidates = { "/proc/self/exe" },
                           .argv = { "unotify", "tell" },
                           .slot = 1,
                           .listens = listens };
}

/* Takes the listener that a child sent: -1 when none came. */
static int take_listener(int cradle)
{
    struct fdpass_received received;
    char bytes[8];
    struct pollfd more = { .fd = cradle, .events = POLLIN };
    poll(&more, 1, -1);
    ssize_t length = fdpass_receive(cradle, bytes, sizeof bytes, &received);
    return length == 1 && bytes[0] == 'L' && received.count == 1 ? received.fds[0] : -1;
}

/* Answers the next call: with an errno, or 0 to let it go on. */
static bool answer(int listener, int err)
{
    struct seccomp_notif call = { 0 };
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0 || call.data.nr != SYS_bind) {
        return false;
    }
    struct seccomp_notif_resp response = {
        .id = call.id,
        .error = -err,
        .flags = err == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0,
    };
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response) == 0;
}

static void starts(const char *sentence, const char *bound, int err, const char *privileges)
{
    int pair[2];
    need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    struct start s = itself(&pair[1]);
    begin(&s);
    close(pair[1]);
    int listener = take_listener(pair[0]);
    bool answered = listener >= 0 && answer(listener, err);
    finish(&s);
    check(exited(&s, 0) && answered && says(&s, bound) && says(&s, privileges), sentence);
    check(strstr(s.said, "open") == NULL, "the program is born with nothing of it");
    struct pollfd end = { .fd = listener, .events = POLLIN };
    check(poll(&end, 1, 1000) == 1 && (end.revents & POLLHUP) != 0,
          "who listens is told when nobody is left");
    close(listener);
    close(pair[0]);
}

/* As it is without CAP_SYS_ADMIN, for good: in a process of its own. */
static void in_a_process(void (*act)(void))
{
    fflush(stdout);
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        set_up();
        act();
        starter_close(starter);
        exit(failures == 0 ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    failures += status != 0;
}

static void without_privileges(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0, 0, 0 } };
    need(syscall(SYS_capset, &header, none) == 0, "capset");
    starts("who may not gets no_new_privs", "bind -1 13", EACCES, "no_new_privs 1");
}

static void with_another(void)
{
    int pair[2];
    need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    need(listen_to(SYS_chroot) >= 0, "seccomp"); /* nobody calls that */
    struct start s = itself(&pair[1]);
    run(&s);
    close(pair[1]);
    check(exited(&s, 126) && s.at->stage == STAGE_BIND && s.at->err == EBUSY,
          "where somebody listens already the start fails, at its step");
    check(take_listener(pair[0]) < 0, "and whoever waits for the listener sees the end");
}

static void to_nobody(void)
{
    int pair[2];
    need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    close(pair[0]);
    struct start s = itself(&pair[1]);
    run(&s);
    close(pair[1]);
    check(exited(&s, 126) && s.at->stage == STAGE_BIND && s.at->err == EPIPE,
          "where nobody is there to listen the start fails");
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "tell") == 0) {
        return tell();
    }
    in_a_process(without_privileges);
    in_a_process(with_another);
    set_up();
    const char *as_before = geteuid() == 0 ? "no_new_privs 0" : "no_new_privs 1";
    struct start plain = itself(NULL);
    run(&plain);
    check(exited(&plain, 0) && says(&plain, "bind 0 0") && says(&plain, "no_new_privs 0"),
          "without a listener nothing is in the way");
    starts("its bind waits for an answer, which may be an errno", "bind -1 98", EADDRINUSE,
           as_before);
    starts("or that it is to go on", "bind 0 0", 0, as_before);
    how |= SPAWN_COPY;
    starts("it is so with a copy of the memory", "bind -1 98", EADDRINUSE, as_before);
    how |= SPAWN_OWN_TABLE;
    starts("and with one of the table", "bind -1 98", EADDRINUSE, as_before);
    how = SPAWN_OWN;
    to_nobody();
    starter_close(starter);
    return result();
}
