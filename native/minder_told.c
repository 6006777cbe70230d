/* What the daemon says that the keeper leaves to us, each of which can be done twice: `Hello` (it
 * is there), `Watch` with what is readable while it has something to do, `Threads` with what is
 * readable when threads of it have ended, `Sound` (safe mode is over), `Upgrade` (another program
 * takes over when this daemon has ended), `End,<how>` (everything is being stopped: `exit`, or as
 * process 1 how it is to end), `End,exit,<code>` (and a failure is why: a daemon that comes later
 * does not know of it), `Quit` or `Quit,<code>` (archond is to exit with that). */
#include "minder.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fdpass.h"
#include "core/wake.h"

enum { MOST_SHOWN = 64 };

static void heard(struct minder *minder, const char *text, const struct fdpass_received *fds);
static bool handle(struct minder *minder, const char *text, const struct fdpass_received *fds);
static void hello(struct minder *minder);
static bool end(struct minder *minder, const char *how);
static bool quit(struct minder *minder, const char *code);
static int code_in(const char *rest);

void told_drain(struct minder *minder)
{
    static char text[LONGEST_SAID];
    static struct fdpass_received fds;
    struct keeper *keeper = minder->keeper;
    fds.count = 0;
    while (keeper->done != __atomic_load_n(&keeper->said, __ATOMIC_SEQ_CST)) {
        heard(minder, keeper->text[keeper->done % MOST_SAID], &fds);
        (void)__atomic_add_fetch(&keeper->done, 1, __ATOMIC_SEQ_CST);
    }
    ssize_t length;
    while ((length = fdpass_receive(keeper->from_keeper, text, sizeof text - 1, &fds)) > 0) {
        text[length] = '\0';
        heard(minder, text, &fds);
    }
}

static void heard(struct minder *minder, const char *text, const struct fdpass_received *fds)
{
    if (!handle(minder, text, fds)) {
        say("ignored from the daemon: \"%.*s\" with %d descriptors", MOST_SHOWN, text, fds->count);
        for (int i = 0; i < fds->count; i++) {
            close(fds->fds[i]);
        }
    }
}

/* False when it is not known; where it is, the descriptors are ours. */
static bool handle(struct minder *minder, const char *text, const struct fdpass_received *fds)
{
    if (strcmp(text, "Watch") == 0 && fds->count == 1) {
        watch_queue(minder, fds->fds[0]);
        return true;
    }
    if (strcmp(text, "Threads") == 0 && fds->count <= WATCHED_THREADS) {
        spare_watch(minder, fds->fds, fds->count);
        return true;
    }
    if (fds->count > 0) {
        return false;
    }
    if (strncmp(text, "End,", 4) == 0) {
        return end(minder, text + 4);
    }
    if (strncmp(text, "Quit", 4) == 0) {
        return quit(minder, text + 4);
    }
    if (strcmp(text, "Hello") == 0) {
        hello(minder);
    }
    else if (strcmp(text, "Upgrade") == 0) {
        minder->upgrade = true;
        (void)wake_write(minder->keeper->wake); /* it is to end: if it does not, that shows */
    }
    else if (strcmp(text, "Sound") == 0) {
        minder->safe = false;
        minder->failures = 0;
    }
    else {
        return false;
    }
    return true;
}

static void hello(struct minder *minder)
{
    const struct ledger_reload *reload = &minder->ledger->reload;
    minder->hello = true;
    minder->hangs = 0;
    if (!minder->ready) {
        announce("listening on %s", minder->settings.socket);
        minder->ready = true;
    }
    if (minder->terminate) {
        child_signal(minder, &minder->daemon, SIGTERM);
    }
    if (__atomic_load_n(&reload->asked, __ATOMIC_SEQ_CST) !=
        __atomic_load_n(&reload->done, __ATOMIC_SEQ_CST)) { /* as if it came now */
        (void)__atomic_or_fetch(&minder->keeper->signals, UINT64_C(1) << (SIGHUP - 1),
                                __ATOMIC_SEQ_CST);
    }
}

/* Remembered as if a signal had asked for it: a daemon started later goes on ending everything. */
static bool end(struct minder *minder, const char *how)
{
    int code = strncmp(how, "exit", 4) == 0 ? code_in(how + 4) : -1;
    if (code >= 0) {
        minder->terminate = true;
        minder->end_code = code > 0 ? code : minder->end_code;
        return true;
    }
    static const char *const words[] = { "reboot", "power-off", "halt" };
    for (int which = 0; which < 3; which++) {
        if (minder->settings.init && strcmp(words[which], how) == 0) {
            minder->ending = END_REBOOT + which;
            minder->terminate = true;
            return true;
        }
    }
    return false;
}

static bool quit(struct minder *minder, const char *code)
{
    if (code_in(code) < 0) {
        return false;
    }
    minder->quit = true;
    minder->quit_code = code_in(code);
    (void)wake_write(minder->keeper->wake);
    return true;
}

/* Of what is behind a word: 0 for nothing, or the exit code, 0 to 255, behind a comma; -1: it is
 * neither. */
static int code_in(const char *rest)
{
    static const char digits[] = "0123456789";
    size_t length = *rest == ',' ? strspn(rest + 1, digits) : 0;
    if (length < 1 || length > 3 || rest[1 + length] != '\0') {
        return *rest == '\0' ? 0 : -1;
    }
    return atoi(rest + 1) <= 255 ? atoi(rest + 1) : -1;
}
