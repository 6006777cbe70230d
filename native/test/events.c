/* Watched descriptors: what is told of them, how often, and with which token. */
#include "events.h"

#include "check.h"
#include "now.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { MANY = EVENTS_BATCH + 6 };

static int events, ends[2];
static uint32_t tokens[EVENTS_BATCH];
static char bytes[65536];

static void open_both(void)
{
    need(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0, "pipe2");
}

/* Forgotten first, as always. */
static void close_both(void)
{
    for (int i = 0; i < 2; i++) {
        events_forget(events, ends[i]);
        close(ends[i]);
    }
}

static bool tells(uint32_t token)
{
    return events_wait(events, tokens, 0) == 1 && tokens[0] == token;
}

static bool tells_nothing(void)
{
    return events_wait(events, tokens, 0) == 0;
}

static void send_byte(void)
{
    need(write(ends[1], "x", 1) == 1, "write");
}

static void input(void)
{
    open_both();
    check(events_input(events, ends[0], UINT32_MAX) == 0 && tells_nothing(),
          "no input is not told, and not waited for");
    send_byte();
    check(tells(UINT32_MAX), "input is told, with its token");
    check(tells(UINT32_MAX), "and again while it is there");
    need(read(ends[0], bytes, sizeof bytes) == 1, "read");
    check(tells_nothing(), "but not once it was read");
    close(ends[1]);
    check(tells(UINT32_MAX), "its end is told");
    events_forget(events, ends[0]);
    check(tells_nothing(), "what is forgotten is told no more");
    close(ends[0]);
}

static void once(void)
{
    open_both();
    need(events_once(events, ends[0], 7) == 0, "events_once");
    check(tells_nothing(), "once is not before there is something");
    send_byte();
    check(tells(7) && tells_nothing(), "input is told once");
    send_byte();
    check(tells_nothing(), "also where more comes");
    check(events_once(events, ends[0], 8) == 0 && tells(8) && tells_nothing(),
          "and once more after the same call, with the token of that");
    close_both();
}

static void output(void)
{
    open_both();
    need(events_output(events, ends[1], 9) == 0, "events_output");
    check(tells(9) && tells(9), "room is told while it is there");
    while (write(ends[1], bytes, sizeof bytes) > 0) {
    }
    check(tells_nothing(), "a full pipe has none");
    while (read(ends[0], bytes, sizeof bytes) > 0) {
    }
    check(tells(9), "once it was read, there is room again");
    events_forget(events, ends[1]);
    check(tells_nothing(), "room that is forgotten is told no more");
    close_both(); /* forgets what nobody watches */
}

/* Each told one is read, so that the next call can only tell the others. */
static int take(int (*pipes)[2], bool *seen, int count)
{
    int fresh = 0;
    for (int i = 0; i < count; i++) {
        if (tokens[i] < MANY && !seen[tokens[i]]) {
            seen[tokens[i]] = true;
            fresh += read(pipes[tokens[i]][0], bytes, sizeof bytes) == 1;
        }
    }
    return fresh;
}

static void many(void)
{
    int pipes[MANY][2];
    bool seen[MANY] = { false };
    for (uint32_t i = 0; i < MANY; i++) {
        need(pipe2(pipes[i], O_CLOEXEC) == 0 && write(pipes[i][1], "x", 1) == 1 &&
                 events_input(events, pipes[i][0], i) == 0,
             "events_input");
    }
    int first = events_wait(events, tokens, 0);
    check(first == EVENTS_BATCH && take(pipes, seen, first) == EVENTS_BATCH,
          "no more than a batch is told at once, each with its own token");
    int second = events_wait(events, tokens, 0);
    check(second == MANY - EVENTS_BATCH && take(pipes, seen, second) == second,
          "the rest is told by the next call");
    check(tells_nothing(), "then there is nothing");
    for (int i = 0; i < MANY; i++) {
        events_forget(events, pipes[i][0]);
        close(pipes[i][0]);
        close(pipes[i][1]);
    }
}

static void waits(void)
{
    int64_t begin = now();
    check(events_wait(events, tokens, 30) == 0 && now() - begin >= 29,
          "where nothing comes, the time that was given is waited");
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    const struct itimerspec soon = { .it_value = { .tv_nsec = 100 * 1000000L } };
    need(events_input(events, timer, 3) == 0 && timerfd_settime(timer, 0, &soon, NULL) == 0,
         "timerfd_settime");
    check(events_wait(events, tokens, -1) == 1 && tokens[0] == 3, "without end, until it comes");
    events_forget(events, timer);
    close(timer);
}

static void refuses(void)
{
    check(events_input(events, 9999, 1) == -EBADF && events_once(events, 9999, 1) == -EBADF &&
              events_output(events, 9999, 1) == -EBADF,
          "no descriptor is EBADF");
    check(events_wait(9999, tokens, 0) == -EBADF, "to wait at none is, too");
}

int main(void)
{
    (void)alarm(60); /* what waits where it is not to */
    events = events_make();
    need(events >= 0, "events_make");
    check(fcntl(events, F_GETFD) == 0, "it stays over exec");
    input();
    once();
    output();
    many();
    waits();
    refuses();
    close(events);
    return result();
}
