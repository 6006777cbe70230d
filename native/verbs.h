/*
 * The verbs of archonctl. Generated from the request registry (src/requests); do not edit.
 */
#ifndef ARCHON_VERBS_H
#define ARCHON_VERBS_H

#define VERB_ARGS 1u   /* <args> and settings: options end at the first other word */
#define VERB_FD 2u     /* one descriptor goes along */
#define VERB_ROWS 4u   /* answers with Columns and Row */
#define VERB_FOLLOW 8u /* Ok first, then records until either side closes */

struct verb {
    const char *verb;     /* as typed */
    const char *request;  /* as sent */
    const char *synopsis; /* as Help says it */
    const char *what;
    int min; /* fields behind the name */
    int max; /* -1: any number */
    unsigned flags;
};

static const struct verb verbs[] = {
    { "run", "Run", "Run,<args>[,<key=value>…]", "run a program and exit with its code", 1, -1,
      VERB_ARGS },
    { "start-daemon", "StartDaemon", "StartDaemon,<args>[,<key=value>…]",
      "start a program and keep it running", 1, -1, VERB_ARGS },
    { "monitor-fd", "MonitorFD", "MonitorFD[,<name>]", "watch a process that somebody else started",
      0, 1, VERB_FD },
    { "stop", "Stop", "Stop,<name>[,<timeout>]", "end a process and its tree", 1, 2, 0 },
    { "wait", "Wait", "Wait,<name>,<state>[,<timeout>]", "wait until it is in that state", 2, 3,
      0 },
    { "signal", "Signal", "Signal,<name>,<signal>", "send a signal to the main process", 2, 2, 0 },
    { "remove", "Remove", "Remove,<name>", "forget one that has ended", 1, 1, 0 },
    { "status", "Status", "Status[,<name>]", "what each process is doing", 0, 1, VERB_ROWS },
    { "logs", "Logs", "Logs,<name>[,lines=<count>]", "the last lines a process wrote", 1, -1,
      VERB_ROWS },
    { "subscribe", "Subscribe",
      "Subscribe[,types=<globs>][,names=<globs>][,exclude=<globs>][,since=<seq>]",
      "follow what happens", 0, -1, VERB_FOLLOW },
    { "events", "Events",
      "Events[,types=<globs>][,names=<globs>][,exclude=<globs>][,since=<seq|time|duration>]",
      "what has happened, from the journal", 0, -1, VERB_ROWS },
    { "ping", "Ping", "Ping", "is the daemon there?", 0, 0, 0 },
    { "version", "Version", "Version", "the version of the daemon", 0, 0, VERB_ROWS },
    { "help", "Help", "Help[,<request>]", "the requests, as the daemon explains them", 0, 1,
      VERB_ROWS },
    { "shutdown", "Shutdown", "Shutdown", "stop everything in order, then the daemon", 0, 0, 0 },
};

#endif
