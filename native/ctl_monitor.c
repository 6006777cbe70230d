/* monitor-fd: which descriptor goes along, a pidfd opened here or one that was inherited. */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int number_read(const char *text);
static int descriptor_open(struct ask *ask, const char *pid, const char *fd);

int monitor_read(char **at, struct ask *ask)
{
    const char *pid = NULL, *fd = NULL, *name = NULL;
    while (*at) {
        const char *word = *at;
        int done = option_common(&at, ask);
        if (done == CTL_GO_ON) {
            continue;
        }
        if (done != CTL_NO_OPTION) {
            return done;
        }
        int found = option_value(&at, "pid", 0, &pid);
        found = found ? found : option_value(&at, "fd", 0, &fd);
        found = found ? found : option_value(&at, "name", 0, &name);
        if (found < 0) {
            return usage_wrong(ask->verb, "%s needs a value", word);
        }
        if (!found && (*word == '-' || name)) {
            return usage_wrong(ask->verb, "unknown %s \"%s\"", *word == '-' ? "option" : "word",
                               word);
        }
        if (!found) {
            name = *at++;
        }
    }
    if (!pid == !fd) {
        return usage_wrong(ask->verb, "either --pid or --fd is needed");
    }
    if (name) {
        list_add(&ask->fields, name);
    }
    return descriptor_open(ask, pid, fd);
}

static int descriptor_open(struct ask *ask, const char *pid, const char *fd)
{
    int number = number_read(pid ? pid : fd);
    if (number < 0 || (pid && number == 0)) {
        return usage_wrong(ask->verb, "--%s needs a number, not \"%s\"", pid ? "pid" : "fd",
                           pid ? pid : fd);
    }
    ask->fd = pid ? (int)syscall(SYS_pidfd_open, number, 0u) : number;
    if (pid && ask->fd < 0) {
        complain("cannot watch process %d: %s", number,
                 errno == EINVAL || errno == ENOENT ? "it is a thread" : strerror(errno));
        return CTL_ERROR;
    }
    if (fcntl(ask->fd, F_GETFD) < 0) {
        complain("descriptor %d is not open", number);
        return CTL_ERROR;
    }
    return CTL_GO_ON;
}

/* A decimal number, or -1. */
static int number_read(const char *text)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    return *text < '0' || *text > '9' || *end || errno || value > INT_MAX ? -1 : (int)value;
}
