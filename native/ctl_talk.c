/* One request and all that comes back: rows and events are shown, the final reply is the exit code.
 */
#include "ctl.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct talk {
    struct show show;
    struct reader reader;
    struct list record;
    int follows, began; /* records come behind the Ok; the Ok was there */
    char latest[24];    /* number of the latest event */
};

static int follows(const struct ask *ask);
static int handle(struct talk *talk, char *line);
static int shown(struct talk *talk);
static int abandoned(int fd);
static int ended(const struct talk *talk, int error);

/* Sends the record over the connection and shows the answer; `path`: the daemon's socket. The exit
 * code. */
int talk(const struct ask *ask, int fd, const char *path, const struct bytes *record)
{
    struct patience patience;
    static struct talk talk;
    talk.follows = follows(ask);
    show_begin(&talk.show, ask, talk.follows);
    /* When this fails the stream has ended, and what was said before that can still be read. */
    socket_send(fd, record, &ask->fd, ask->fd >= 0, NULL);
    patience_begin(&patience, path);
    patience_wait(&patience, fd);
    for (;;) {
        char *line;
        while ((line = reader_line(&talk.reader))) {
            int code = handle(&talk, line);
            if (code != CTL_GO_ON) {
                talk.show.form->end(&talk.show);
                return shown(&talk) == CTL_ERROR ? CTL_ERROR : code;
            }
        }
        int code = shown(&talk);
        if (code != CTL_GO_ON) {
            return code;
        }
        if (talk.began && abandoned(fd)) {
            return CTL_OK;
        }
        int n = reader_fill(&talk.reader, fd);
        if (n <= 0 && n != -EINTR) {
            return ended(&talk, n);
        }
    }
}

/* What a final reply means for the exit code, the reason of an Error told; else CTL_GO_ON. */
int reply_code(const struct list *reply)
{
    const char *tag = reply->at[0];
    if (strcmp(tag, "Ok") == 0) {
        return CTL_OK;
    }
    if (strcmp(tag, "Error") == 0) {
        struct bytes reason = { 0 };
        readable_add(&reason, reply->count > 1 ? reply->at[1] : "no reason given", 0);
        complain("%s", reason.at ? reason.at : "");
        free(reason.at);
        return CTL_ERROR;
    }
    if (strcmp(tag, "ExitStatus") == 0 && reply->count > 1) {
        return atoi(reply->at[1]) & 0xff;
    }
    return CTL_GO_ON;
}

static int follows(const struct ask *ask)
{
    for (size_t i = 0; i < ask->fields.count; i++) {
        if (ask->verb->flags & VERB_ROWS && strcmp(ask->fields.at[i], "follow") == 0) {
            return 1;
        }
    }
    return (ask->verb->flags & VERB_FOLLOW) != 0;
}

static int handle(struct talk *talk, char *line)
{
    struct list *record = &talk->record;
    if (csv_split(line, record) == 0 && show_record(&talk->show, record)) {
        if (strcmp(record->at[0], "Event") == 0) {
            size_t len = record->count > 1 ? strspn(record->at[1], "0123456789") : 0;
            snprintf(talk->latest, sizeof talk->latest, "%.*s", (int)len, record->at[1]);
        }
        return CTL_GO_ON;
    }
    int code = reply_code(record);
    if (code == CTL_GO_ON) {
        complain("what answers there is no archond");
        return CTL_SILENT;
    }
    if (code == CTL_OK && talk->follows) {
        talk->began = 1;
        return CTL_GO_ON;
    }
    return code;
}

/* Writes what there is to show. CTL_GO_ON, or the exit code when nobody takes it any more. */
static int shown(struct talk *talk)
{
    int error = write_out(&talk->show.out, STDOUT_FILENO);
    if (error < 0 && error != -EPIPE) {
        complain("cannot write: %s", strerror(-error));
        return CTL_ERROR;
    }
    return error < 0 ? CTL_OK : CTL_GO_ON;
}

/* Waits for a record to show; nonzero when the reader of standard output has gone meanwhile. */
static int abandoned(int fd)
{
    struct pollfd at[] = { { .fd = fd, .events = POLLIN }, { .fd = STDOUT_FILENO } };
    while (poll(at, 2, -1) < 0 && errno == EINTR) {
    }
    return (at[1].revents & (POLLERR | POLLHUP)) != 0;
}

/* The stream has ended without a final reply. */
static int ended(const struct talk *talk, int error)
{
    const char *why = error == 0 || error == -ECONNRESET ? "" : strerror(-error);
    const char *colon = *why ? ": " : "";
    if (!talk->began) {
        complain("the connection ended before the reply%s%s", colon, why);
    }
    else if (*talk->latest) {
        complain("the connection ended after event %s (since=%s goes on from there)%s%s",
                 talk->latest, talk->latest, colon, why);
    }
    else {
        complain("the connection ended%s%s", colon, why);
    }
    return CTL_SILENT;
}
