/* What archonctl says about itself: --help, --version, and what was wrong with a command line. */
#include "ctl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef ARCHON_VERSION
#define ARCHON_VERSION "0.1.0"
#endif

static const char run_options[] =
    "  -e KEY=VALUE      set a variable; may be repeated, the last one wins\n"
    "  -E                pass the whole environment of the caller; -e wins over it\n"
    "  -C DIR            start in DIR, not in the current directory\n"
    "  --name NAME       be called NAME while it runs, not PROGRAM.PID\n"
    "  --key KEY         start it once: asked again with KEY the reply is the first one's\n"
    "\n"
    "The program gets this one's input, output, errors and (without --key) TERM, and the signals "
    "HUP,\n"
    "INT, QUIT, TERM, USR1, USR2 and WINCH. The exit code is the program's; 128+N when signal N "
    "ended it.\n";

static const char daemon_options[] =
    "  -e KEY=VALUE      set a variable; may be repeated, the last one wins\n"
    "  -C, --directory DIR   start in DIR, not in the current directory\n"
    "  --name NAME       be called NAME, not like the program\n"
    "  --key KEY         start it once: asked again with KEY the reply is the first one's\n"
    "  --restart WHEN    always, on-failure or never\n"
    "  --user USER       run as USER\n"
    "  --ready HOW       how it says that it is ready\n";

static const char monitor_options[] =
    "  --pid PID         watch this process\n"
    "  --fd N            pass the inherited descriptor N, a pidfd\n"
    "  --name NAME       call it NAME, not like its program\n";

static const char common_options[] =
    "  --socket PATH     the daemon's socket; default $ARCHON_SOCKET, else the usual place\n"
    "  --json            rows as one array of objects; when following one object per line\n"
    "  --color WHEN      always, never or auto (on a terminal, without NO_COLOR and TERM=dumb)\n"
    "  --help  --version\n";

static const char exit_codes[] =
    "\nExit codes: 0 done, 1 refused (the reason is on standard error) or not to be written,\n"
    "2 wrong usage, 3 no daemon answers. On a terminal times are local and numbers rounded;\n"
    "piped or with --json they are as they come: UTC with a Z, seconds, bytes, percent.\n";

static void print_synopsis(struct bytes *to, const struct verb *verb);
static void print_words(struct bytes *to, const char *synopsis);

/* --help, of one verb or (NULL) of all. The exit code. */
int usage_help(const struct verb *verb)
{
    struct bytes out = { 0 };
    if (verb) {
        print_synopsis(&out, verb);
        bytes_char(&out, '\n');
        wrapped_add(&out, verb->what, terminal_width(), 0);
        bytes_char(&out, '\n');
        const char *own = verb->flags & VERB_FD               ? monitor_options
                          : !(verb->flags & VERB_ARGS)        ? ""
                          : strcmp(verb->request, "Run") == 0 ? run_options
                                                              : daemon_options;
        bytes_text(&out, own);
        bytes_text(&out, *own ? "\n" : "");
    }
    else {
        bytes_text(&out, "usage: archonctl [--socket PATH] [--json] VERB [WORD...]\n\n");
        for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
            bytes_printf(&out, "  %-14s ", verbs[i].verb);
            wrapped_add(&out, verbs[i].what, terminal_width(), 17);
        }
        bytes_text(&out,
                   "\n`archonctl VERB --help` says more about one. What it calls <word> may be\n"
                   "written --word VALUE, too. `archonctl completion bash|zsh|fish` prints what\n"
                   "lets a shell complete all of it.\n\n");
    }
    bytes_text(&out, common_options);
    bytes_text(&out, exit_codes);
    return usage_give(&out, STDOUT_FILENO);
}

/* --version. The exit code. */
int usage_version(void)
{
    struct bytes out = { 0 };
    bytes_text(&out, "archonctl " ARCHON_VERSION "\n");
    return usage_give(&out, STDOUT_FILENO);
}

/* Says what was wrong and how the verb (NULL: the program) is used. The exit code. */
int usage_wrong(const struct verb *verb, const char *format, ...)
{
    char *reason;
    va_list values;
    va_start(values, format);
    int len = vasprintf(&reason, format, values);
    va_end(values);
    if (len >= 0) {
        complain("%s", reason);
        free(reason);
    }
    struct bytes out = { 0 };
    if (verb) {
        print_synopsis(&out, verb);
    }
    else {
        bytes_text(&out, "usage: archonctl [--socket PATH] [--json] VERB [WORD...]");
        bytes_text(&out, "   (archonctl --help lists the verbs)\n");
    }
    usage_give(&out, STDERR_FILENO);
    return CTL_USAGE;
}

static void print_synopsis(struct bytes *to, const struct verb *verb)
{
    const char *name = verb->verb;
    if (verb->flags & VERB_ARGS) {
        bytes_printf(to,
                     "usage: archonctl %s [OPTION...] PROGRAM,ARGUMENT,... [KEY=VALUE...]\n"
                     "       archonctl %s [OPTION...] -- PROGRAM [ARGUMENT...]\n",
                     name, name);
    }
    else if (verb->flags & VERB_FD) {
        bytes_printf(to, "usage: archonctl %s --pid PID | --fd N [--name NAME]\n", name);
    }
    else {
        bytes_printf(to, "usage: archonctl %s", name);
        print_words(to, verb->synopsis);
        bytes_char(to, '\n');
    }
}

/* `Logs,<name>[,lines=<count>]` on the wire is `<name> [--lines <count>]` on the command line. */
static void print_words(struct bytes *to, const char *synopsis)
{
    const char *at = synopsis + strcspn(synopsis, ",[");
    while (*at) {
        if (at[0] == '[' && at[1] == ',') {
            size_t key = strcspn(at + 2, "=]<");
            bytes_text(to, key > 0 ? " [--" : " [");
            bytes_add(to, at + 2, key);
            at += 2 + key;
            bytes_text(to, *at == '=' ? " " : "");
            at += *at == '=';
        }
        else {
            bytes_char(to, *at == ',' ? ' ' : *at);
            at++;
        }
    }
}

/* Writes and frees. The exit code. */
int usage_give(struct bytes *out, int fd)
{
    int error = write_out(out, fd);
    free(out->at);
    if (error < 0 && fd != STDERR_FILENO) {
        complain("cannot write: %s", strerror(-error));
    }
    return error < 0 ? CTL_ERROR : CTL_OK;
}
