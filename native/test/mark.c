/* The mark stays with a process and all that come of it. */
#include "mark.h"

#include "check.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define NONCE 0xabcdef0100000000u

/* Marks itself and has a child that leaves its session and, where it may, its user. */
static void marked_parent(int ready)
{
    rlim_t mark = mark_value(NONCE, 42);
    setrlimit(RLIMIT_LOCKS, &(struct rlimit){ .rlim_cur = mark, .rlim_max = mark });
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        bool other = setresuid(65534, 65534, 65534) == 0;
        pid = getpid();
        need((other || errno == EPERM) && write(ready, &pid, sizeof pid) > 0, "write");
        pause();
    }
    waitpid(pid, NULL, 0);
    _exit(0);
}

int main(void)
{
    uint32_t start = 7;
    check(mark_value(NONCE | 99, 4294967298.0) == (NONCE | 2),
          "a mark is the nonce's high half and the low half of the number");
    check(mark_of(getpid(), NONCE, &start) == 0 && start == 0, "without a mark the number is 0");
    check(mark_of(0, NONCE, &start) == -EINVAL, "pid 0 is nobody's");

    int ready[2];
    pid_t grandchild, child = -1;
    need(pipe(ready) == 0 && (child = fork()) >= 0, "fork");
    if (child == 0) {
        marked_parent(ready[1]);
    }
    need(read(ready[0], &grandchild, sizeof grandchild) == sizeof grandchild, "read");
    int err = mark_of(grandchild, NONCE, &start);
    check(err == 0 && start == 42, "fork, setsid and a change of user keep it");
    check(mark_of(grandchild, NONCE + 0x100000000, &start) == 0 && start == 0,
          "a process of another keeper carries none of ours");
    kill(grandchild, SIGKILL);
    waitpid(child, NULL, 0);
    check(mark_of(child, NONCE, &start) == -ESRCH, "a pid nobody has is ESRCH");
    return result();
}
