/* Which daemon was of use, by a clock of this test's own: the seconds that takes need not pass. */
#include <stdint.h>

static int64_t its_clock;
static int64_t clock_now(void);
#define now clock_now
#include "../minder_watch.c" // NOLINT(bugprone-suspicious-include)
#undef now

#include "check.h"

static struct keeper keeper;
static struct ledger ledger;
static struct minder minder;

static int64_t clock_now(void)
{
    return its_clock;
}

struct own *place_of(const struct minder *of, const struct child *child)
{
    (void)of, (void)child;
    return &keeper.own[0];
}

pid_t pid_of(const struct minder *of, const struct child *child)
{
    return place_of(of, child)->pid;
}

void daemon_ended(struct minder *of, int status)
{
    (void)of, (void)status;
}

void child_signal(const struct minder *of, const struct child *child, int number)
{
    (void)of, (void)child, (void)number;
}

int64_t os_could_act(pid_t pid, struct shares *last)
{
    (void)pid, (void)last;
    return SECOND;
}

void os_doing(pid_t pid, char *out, size_t size)
{
    (void)pid, (void)size;
    *out = '\0';
}

/* A daemon ends that has run for so long, in milliseconds. */
static void ends_after(int64_t age, bool hello)
{
    ledger.head.generation++;
    its_clock += 1000000;
    minder.daemon.since = its_clock;
    minder.hello = hello;
    its_clock += age;
    watch_count(&minder);
}

static void forget(void)
{
    ledger.head.generation = 1; /* 0 is: nobody has answered */
    minder = (struct minder){ .keeper = &keeper, .ledger = &ledger };
}

int main(void)
{
    forget();
    for (int times = 0; times < MOST_FAILURES - 1; times++) {
        ends_after(RAN_WELL - 1, true);
    }
    check(minder.failures == MOST_FAILURES - 1 && !minder.safe,
          "one that ended just before it had run well has failed, and four are no reason");
    ends_after(RAN_WELL, false);
    check(minder.safe, "one that has run for so long without its Hello is the fifth");

    forget();
    ends_after(0, true);
    ends_after(RAN_WELL, true);
    check(minder.failures == 0,
          "one that has run for so long with it has not failed, nor those before");

    ends_after(0, true);
    ledger.head.answered = ledger.head.generation + 1;
    ends_after(0, false);
    check(minder.failures == 0, "nor has one that answered a request");
    ends_after(0, true);
    check(minder.failures == 1, "which the next one has not");
    return result();
}
