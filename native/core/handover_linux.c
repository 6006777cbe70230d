#include "handover_linux.h"

#include "closer.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static int numbers_needed(const struct job *job);
static bool make_room(struct handover *handover, int needed);
static void wait_for_some(struct handover *handover);
static bool look_at_all(struct handover *handover);
static int place_passed(struct low *low, struct job *job, int *fd);

int handover_place(struct handover *handover, struct job *job)
{
    if (!make_room(handover, numbers_needed(job))) {
        return -EMFILE;
    }
    int number = low_place(&handover->low, job->pipe[1]);
    if (number < 0) {
        return number;
    }
    close(job->pipe[1]);
    job->pipe[1] = number;
    job->shares_table = true;
    handover->waiting[number] = job;
    int err = 0;
    for (uint32_t i = 0; i < job->fd_count && err == 0; i++) {
        err = place_passed(&handover->low, job, &job->fds[i].from);
    }
    err = err != 0 ? err : place_passed(&handover->low, job, &job->directory_fd);
    return err != 0 ? err : place_passed(&handover->low, job, &job->listens);
}

bool handover_has_left(struct handover *handover, struct job *job)
{
    char byte;
    ssize_t length = read(job->pipe[0], &byte, 1);
    if (length == 1) {
        handover_take_back(handover, job);
        length = read(job->pipe[0], &byte, 1);
    }
    return length == 0;
}

/* Until our copy of the exec pipe is closed the pipe has no end. */
void handover_take_back(struct handover *handover, struct job *job)
{
    if (job->pipe[1] >= 0 && job->shares_table) {
        handover->waiting[job->pipe[1]] = NULL;
        handover->stuck = false;
        low_put_back(&handover->low, job->pipe[1]);
    }
    else if (job->pipe[1] >= 0) {
        close(job->pipe[1]);
    }
    job->pipe[1] = -1;
    if (job->passed != 0) {
        closer_put_back(handover->closer, &handover->low, job->passed);
    }
    job->passed = 0;
}

static int numbers_needed(const struct job *job)
{
    int needed = 1 + (job->directory_fd >= 0) + (job->listens >= 0);
    for (uint32_t i = 0; i < job->fd_count; i++) {
        needed += job->fds[i].from >= 0;
    }
    return needed;
}

/* Many starts in one turn of the loop: most of those children have unshared by now. */
static bool make_room(struct handover *handover, int needed)
{
    if (low_left(&handover->low) < needed) {
        look_at_all(handover);
    }
    if (low_left(&handover->low) < needed && !handover->stuck) {
        wait_for_some(handover);
        handover->stuck = !look_at_all(handover);
    }
    return low_left(&handover->low) >= needed;
}

static void wait_for_some(struct handover *handover)
{
    struct pollfd pipes[LOW_END];
    nfds_t count = 0;
    for (int number = 0; number < LOW_END; number++) {
        if (handover->waiting[number] != NULL) {
            pipes[count++] =
                (struct pollfd){ .fd = handover->waiting[number]->pipe[0], .events = POLLIN };
        }
    }
    poll(pipes, count, HANDOVER_PATIENCE_MS);
}

/* True when some child has gone on. */
static bool look_at_all(struct handover *handover)
{
    bool some = false;
    for (int number = 0; number < LOW_END; number++) {
        if (handover->waiting[number] != NULL) {
            handover_has_left(handover, handover->waiting[number]);
            some = some || handover->waiting[number] == NULL;
        }
    }
    return some;
}

static int place_passed(struct low *low, struct job *job, int *fd)
{
    if (*fd < 0) {
        return 0;
    }
    int number = low_place(low, *fd);
    if (number < 0) {
        return number;
    }
    *fd = number;
    job->passed |= LOW_BIT(number);
    return 0;
}
