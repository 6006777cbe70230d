/*
 * Children that do not run: no processor, stopped, frozen. A seccomp filter with a listener holds
 * them at their first act, close_range(UNSHARE), until the test lets them go on.
 */
#include "starting.h"

#include <linux/audit.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

struct held {
    struct start start;
    bool before_session; /* hold it there; else before it has a descriptor table of its own */
    int listener;
    double took; /* milliseconds of spawn */
};

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

/* Holds a system call with that third argument, in this thread and the children it starts. */
static int hold_calls(uint32_t number, uint32_t third)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, third, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { .len = sizeof code / sizeof code[0], .filter = code };
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &program);
}

static void *start_held(void *arg)
{
    struct held *held = arg;
    held->listener = held->before_session ? hold_calls(SYS_setsid, 0)
                                          : hold_calls(SYS_close_range, CLOSE_RANGE_UNSHARE);
    need(held->listener >= 0, "seccomp");
    double before = now();
    begin(&held->start);
    held->took = now() - before;
    return NULL;
}

static void hold(struct held *held)
{
    pthread_t thread;
    need(pthread_create(&thread, NULL, start_held, held) == 0, "pthread_create");
    pthread_join(thread, NULL);
}

static void let_go_on(struct held *held)
{
    struct seccomp_notif asked = { 0 };
    need(ioctl(held->listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) == 0, "SECCOMP_IOCTL_NOTIF_RECV");
    struct seccomp_notif_resp answer = { .id = asked.id,
                                         .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };
    need(ioctl(held->listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0, "SECCOMP_IOCTL_NOTIF_SEND");
    close(held->listener);
}

static void waits_a_moment_only(void)
{
    struct held held = { .start = { .candidates = { "/bin/echo" }, .argv = { "echo", "late" } } };
    hold(&held);
    check(held.start.result == 0 && held.took >= SPAWN_PATIENCE_MS && held.took < 1000,
          "a start does not wait longer than 50 ms for its child");
    check(held.start.at->unshared == 0 && held.start.at->stage == STAGE_TABLE,
          "the slot says that the child is at its first step");
    check(spawn_done(starter, held.start.slot) == -EAGAIN, "a start in progress is not done");
    struct start other = { .candidates = { "/bin/echo" }, .argv = { "echo", "other" }, .slot = 1 };
    run(&other);
    check(exited(&other, 0) && says(&other, "other\n"), "meanwhile another one is started");
    int mine = open("/dev/null", O_RDONLY | O_CLOEXEC);
    let_go_on(&held);
    finish(&held.start);
    check(exited(&held.start, 0) && says(&held.start, "late\n"), "the late one runs in the end");
    check(fcntl(mine, F_GETFD) == FD_CLOEXEC, "what the parent opened meanwhile stays its own");
    close(mine);
}

static void passes_descriptors_late(void)
{
    int in[2];
    need(pipe2(in, O_CLOEXEC) == 0 && write(in[1], "passed\n", 7) == 7, "pipe2");
    struct held held = {
        .start = { .candidates = { "/bin/cat" }, .argv = { "cat" }, .stdin_fd = in[0] },
    };
    hold(&held);
    close(in[0]); /* as the daemon does */
    close(in[1]);
    let_go_on(&held);
    finish(&held.start);
    check(exited(&held.start, 0) && says(&held.start, "passed\n"),
          "a late one has the descriptors it was given, though the parent closed them");
}

static void killed_before_it_ran(void)
{
    struct held held = { .start = { .candidates = { "/bin/true" }, .argv = { "true" } } };
    int before = open_count();
    hold(&held);
    kill(held.start.child.pid, SIGKILL);
    finish(&held.start);
    check(WIFSIGNALED(held.start.status) && held.start.at->unshared == 0,
          "a late one can be killed, and what it held is given back");
    close(held.listener);
    check(open_count() == before, "no descriptor is left of it");
}

static void slot_is_used_again(void)
{
    struct held held = { .start = { .candidates = { "/bin/true" }, .argv = { "true" } } };
    hold(&held);
    kill(held.start.child.pid, SIGKILL);
    waitpid(held.start.child.pid, NULL, 0);
    struct start next = { .candidates = { "/bin/echo" }, .argv = { "echo", "again" } };
    run(&next);
    check(exited(&next, 0) && says(&next, "again\n"),
          "its slot may serve the next start before all of it is given back");
    close(held.start.reader);
    close(held.start.child.pidfd);
    close(held.listener);
}

/* Neither child reaches exec, which would close everything. */
static void waits_for_no_other(void)
{
    struct held first = { .start = { .candidates = { "/bin/true" }, .argv = { "true" } } };
    struct held second = first;
    second.start.slot = 1;
    second.before_session = true;
    hold(&first);
    hold(&second);
    let_go_on(&first);
    finish(&first.start);
    check(exited(&first.start, 0) && second.start.at->stage == STAGE_SESSION,
          "that its exec succeeded is seen while another start is held up");
    let_go_on(&second);
    finish(&second.start);
}

int main(void)
{
    set_up();
    waits_a_moment_only();
    passes_descriptors_late();
    waits_for_no_other();
    killed_before_it_ran();
    struct start next = { .candidates = { "/bin/echo" }, .argv = { "echo", "next" } };
    run(&next);
    check(exited(&next, 0) && says(&next, "next\n"), "after that all is as before");
    slot_is_used_again();
    return result();
}
