/* Lines for somebody who reads slowly, or not at all. */
#include "write_within.h"

#include "check.h"
#include "full.h"
#include "now.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

static const char page[PIPE_BUF];
static int pipe_ends[2];

static void reads_a_page(int number)
{
    (void)number;
    char read_here[PIPE_BUF];
    (void)!read(pipe_ends[0], read_here, sizeof read_here);
}

static void does_nothing(int number)
{
    (void)number;
}

static void on_alarm(void (*handler)(int))
{
    struct sigaction action = { .sa_handler =
                                    handler }; /* without SA_RESTART, which poll has not */
    need(sigaction(SIGALRM, &action, NULL) == 0, "sigaction");
}

static void alarm_after(suseconds_t microseconds)
{
    struct itimerval timer = { .it_value.tv_usec = microseconds };
    need(setitimer(ITIMER_REAL, &timer, NULL) == 0, "setitimer");
}

static void fits(void)
{
    int ends[2];
    need(pipe2(ends, O_CLOEXEC) == 0, "pipe2");
    int whole = 0;
    while (write_within(ends[1], 0, page, sizeof page) == (int)sizeof page) {
        whole++;
    }
    check(whole > 0 && whole == fcntl(ends[1], F_GETPIPE_SZ) / PIPE_BUF,
          "a pipe takes what it has room for");
    check(write_within(ends[1], 0, page, sizeof page) == -EAGAIN, "and no more, at once");
    close(ends[0]);
    check(write_within(ends[1], 0, page, sizeof page) == -EPIPE, "nobody reads it any more");
    close(ends[1]);
    check(write_within(ends[1], 0, page, sizeof page) == -ENOTSUP,
          "of no descriptor nobody can say it: a plain write says what is wrong");
}

static void waits(void)
{
    size_t size;
    fill_new(pipe_ends, &size);
    on_alarm(does_nothing);
    int64_t before = now();
    alarm_after(20000);
    check(write_within(pipe_ends[1], 100, page, sizeof page) == -EAGAIN && now() - before >= 100,
          "who does not read is waited for as long as said, with a signal in between");
    on_alarm(reads_a_page);
    alarm_after(20000);
    check(write_within(pipe_ends[1], 60000, page, sizeof page) == (int)sizeof page,
          "what is read meanwhile makes room");
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

static void of_a_file(void)
{
    int file = memfd_create("file", MFD_CLOEXEC);
    need(file >= 0, "memfd_create");
    struct stat kept;
    check(write_within(file, 0, page, sizeof page) == -ENOTSUP && fstat(file, &kept) == 0 &&
              kept.st_size == 0,
          "of a file nobody can say whether it would wait: nothing is written");
    close(file);
}

int main(void)
{
    need(signal(SIGPIPE, SIG_IGN) != SIG_ERR, "signal");
    fits();
    waits();
    of_a_file();
    return result();
}
