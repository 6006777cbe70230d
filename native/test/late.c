/*
 * Children that do not run (no processor, stopped, frozen), and what goes on without them. They
 * are held at their first act, which gives them a descriptor table of their own.
 */
#include "holding.h"

#include <linux/close_range.h>

/* Of close_range(2) that one alone which does it. */
static int before_its_table(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLOSE_RANGE_UNSHARE, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return install((struct sock_fprog){ .len = 6, .filter = code },
                   SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

static void waits_for_no_child(void)
{
    struct held held = { .start = { .candidates = { "/bin/echo" }, .argv = { "echo", "held" } } };
    hold(&held, before_its_table);
    check(held.start.result == 0 && held.start.at->unshared == 0,
          "a start does not wait for its child to run");
    check(held.start.at->stage == STAGE_TABLE || held.start.at->stage == STAGE_CLONE,
          "the slot says that the child is at its first step");
    check(spawn_done(starter, held.start.slot) == -EAGAIN, "a start in progress is not done");
    struct start other = { .candidates = { "/bin/echo" }, .argv = { "echo", "other" }, .slot = 1 };
    run(&other);
    check(exited(&other, 0) && says(&other, "other\n"), "meanwhile another one is started");
    int mine = open("/dev/null", O_RDONLY | O_CLOEXEC);
    let_go_on(&held);
    finish(&held.start);
    check(exited(&held.start, 0) && says(&held.start, "held\n"), "the first runs in the end");
    check(fcntl(mine, F_GETFD) == FD_CLOEXEC, "what the parent opened meanwhile stays its own");
    close(mine);
}

static void passes_descriptors(void)
{
    int in[2];
    need(pipe2(in, O_CLOEXEC) == 0 && write(in[1], "passed\n", 7) == 7, "pipe2");
    struct held held = {
        .start = { .candidates = { "/bin/cat" }, .argv = { "cat" }, .stdin_fd = in[0] },
    };
    hold(&held, before_its_table);
    close(in[0]); /* as the daemon does */
    close(in[1]);
    let_go_on(&held);
    finish(&held.start);
    check(exited(&held.start, 0) && says(&held.start, "passed\n"),
          "it has the descriptors it was given, though the parent closed them before it ran");
}

/* Both children are before exec, which would close everything. */
static void keeps_nothing_of_others(void)
{
    struct held first = { .start = { .candidates = { "/bin/sleep" }, .argv = { "sleep", "60" } } };
    struct held second = first;
    second.start.slot = 1;
    hold(&first, before_its_table);
    hold(&second, before_its_session);
    let_go_on(&first);
    await_exec(&first.start); /* for ever if it is not seen */
    check(second.start.at->stage == STAGE_SESSION,
          "that an exec succeeded is seen while another child is held up");
    kill(first.start.child.pid, SIGKILL);
    kill(second.start.child.pid, SIGKILL);
    close(second.listener);
    finish(&first.start);
    finish(&second.start);
}

static void killed_before_it_ran(void)
{
    struct held held = { .start = { .candidates = { "/bin/true" }, .argv = { "true" } } };
    int before = open_count();
    hold(&held, before_its_table);
    kill(held.start.child.pid, SIGKILL);
    finish(&held.start);
    check(WIFSIGNALED(held.start.status) && held.start.at->unshared == 0 && held.start.done == 0,
          "one killed before it ran is done as soon as it is reaped");
    close(held.listener);
    check(open_count() == before, "no descriptor is left of it");
}

static void slot_is_used_again(void)
{
    struct held held = { .start = { .candidates = { "/bin/true" }, .argv = { "true" } } };
    int before = open_count();
    hold(&held, before_its_table);
    kill(held.start.child.pid, SIGKILL);
    waitpid(held.start.child.pid, NULL, 0);
    struct start next = { .candidates = { "/bin/echo" }, .argv = { "echo", "next" } };
    run(&next);
    check(exited(&next, 0) && says(&next, "next\n"), "its slot may serve the next start undone");
    close(held.start.reader);
    close(held.start.child.pidfd);
    close(held.listener);
    check(open_count() == before, "and what the first held is given back");
}

/* Each of them holds four low numbers: they run out. */
static void many_at_once(void)
{
    static struct held held[20];
    int file = open("/dev/null", O_RDWR | O_CLOEXEC), waiting = 0, good = 0;
    for (int i = 0; i < 20; i++) {
        held[i].start = (struct start){ .candidates = { "/bin/cat" }, .argv = { "cat" } };
        held[i].start.slot = (uint32_t)i;
        held[i].start.stdin_fd = held[i].start.stderr_fd = file;
        held[i].start.directory_fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        begin_held(&held[i], before_its_table);
    }
    for (int i = 0; i < 20; i++) {
        if (is_held(&held[i], held[i].start.at->unshared == 0 ? 100 : 0)) {
            waiting++;
            let_go_on(&held[i]);
        }
        else {
            close(held[i].listener);
        }
    }
    for (int i = 0; i < 20; i++) {
        finish(&held[i].start);
        close(held[i].start.directory_fd);
        good += exited(&held[i].start, 0);
    }
    close(file);
    printf("#   %d shared the table\n", waiting);
    check(waiting > 8 && waiting < 20 && good == 20,
          "when low numbers run out, the table is copied");
}

int main(void)
{
    set_up();
    waits_for_no_child();
    passes_descriptors();
    keeps_nothing_of_others();
    killed_before_it_ran();
    slot_is_used_again();
    many_at_once();
    return result();
}
