/*
 * The verbs of archonctl. Generated from the request registry (src/requests) by npm run docs.
 */
/* clang-format off */
#ifndef ARCHON_VERBS_H
#define ARCHON_VERBS_H

#define VERB_ARGS 1u   /* <args> and settings: options end at the first other word */
#define VERB_FD 2u     /* one descriptor goes along */
#define VERB_ROWS 4u   /* answers with Columns and Row */
#define VERB_FOLLOW 8u /* Ok first, then records until either side closes */
#define VERB_NODE 16u  /* no request: a program of Node's answers it */

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
    { "run", "Run", "Run,<args>[,<key=value>...]", "Run a program (Run,\"ls,-l\") and reply with its exit code when it has ended.", 1, -1, VERB_ARGS },
    { "start-daemon", "StartDaemon", "StartDaemon,<args>[,<key=value>...]", "Start a program (StartDaemon,\"redis-server,--port,6390\") and keep it running; replies once it runs.", 1, -1, VERB_ARGS },
    { "monitor-fd", "MonitorFD", "MonitorFD[,<name>]", "Watch the process whose pidfd comes along.", 0, 1, VERB_FD },
    { "monitor-pid", "MonitorPid", "MonitorPid,<pid>[,<name>]", "Watch a process that archon did not start, by its number.", 1, 2, 0 },
    { "start", "Start", "Start,<name>", "Start what is not running, what it requires and wants first, and reply when it is ready.", 1, 1, 0 },
    { "stop", "Stop", "Stop,<name>[,<timeout>]", "Stop what requires it (to return with it), ask it to end, kill what is left after the timeout; replies when all of it is gone.", 1, 2, 0 },
    { "restart", "Restart", "Restart,<name>", "End what runs and start it again, what requires it as well; replies when it is ready.", 1, 1, 0 },
    { "refresh", "Refresh", "Refresh,<name>", "Do what the key reload of a service says; replies when that is done, and it is ready again.", 1, 1, 0 },
    { "signal", "Signal", "Signal,<name>,<signal>", "Send a signal to the main process alone.", 2, 2, 0 },
    { "pause", "Pause", "Pause,<name>", "Freeze a process and everything it started, until Resume.", 1, 1, 0 },
    { "resume", "Resume", "Resume,<name>", "Let a paused process go on.", 1, 1, 0 },
    { "wait", "Wait", "Wait,<name>,<state>[,<timeout>]", "Reply when a process (of a group: each member) is in that state, or say why it will not be.", 2, 3, 0 },
    { "remove", "Remove", "Remove,<name>", "Forget a process that is stopped, exited or failed, and free its name.", 1, 1, 0 },
    { "depend", "Depend", "Depend,<name>,<on>[,<kind>]", "Have a daemon require another process (or want it, or only start after it) from its next start or the end of the other on; lasts until Undepend or Shutdown.", 2, 3, 0 },
    { "undepend", "Undepend", "Undepend,<name>,<on>", "Take back what Depend added.", 2, 2, 0 },
    { "impact", "Impact", "Impact,<request>,<name>", "Say what a Start, Stop or Restart would stop, start and keep, in that order, without doing it.", 2, 2, VERB_ROWS },
    { "config", "Config", "Config", "Show the configuration in force, each value with where it comes from.", 0, 0, VERB_ROWS },
    { "reload", "Reload", "Reload[,dry-run]", "Read the configuration again and touch only what changed; with dry-run only say what that would be.", 0, 1, VERB_ROWS },
    { "status", "Status", "Status[,<name>]", "Say what each process is doing.", 0, 1, VERB_ROWS },
    { "usage", "Usage", "Usage[,<name>]", "Say what each process takes up with all that it started: bytes in memory, percent of a core, open files.", 0, 1, VERB_ROWS },
    { "tree", "Tree", "Tree", "Show the tree of processes, with the name and state of each that has one.", 0, 0, VERB_ROWS },
    { "sockets", "Sockets", "Sockets", "Show the sockets that archon keeps: for whom, how many connections wait to be accepted, which process was seen to accept last (given:PID where none was: that process has it); and the ports that it has chosen.", 0, 0, VERB_ROWS },
    { "bind-fd", "BindFD", "BindFD,<address>[,v6only]", "Get the socket that archon keeps at an address for the service of the process that asks; it comes along with the Ok.", 1, 2, 0 },
    { "allocate-port", "AllocatePort", "AllocatePort,<holder>[,<range>]", "Choose a port that is free for a process, which keeps it until it is stopped or ends for good.", 1, 2, VERB_ROWS },
    { "release-port", "ReleasePort", "ReleasePort,<port>", "Give back a port that AllocatePort has chosen.", 1, 1, 0 },
    { "why", "Why", "Why,<name>", "Say in sentences why a process is in its state, what it waits for and what would change that.", 1, 1, VERB_ROWS },
    { "save", "Save", "Save,<name>", "Show a daemon as a [service] table for the configuration file.", 1, 1, VERB_ROWS },
    { "logs", "Logs", "Logs,<name>[,lines=<count>][,since=<time|duration>][,stream=<stdout|stderr|archon>][,follow]", "Show the last lines that processes wrote (100 unless lines= says otherwise), and with follow new ones.", 1, -1, VERB_ROWS },
    { "rules", "Rules", "Rules", "Show the rules in force, how often and when each has fired, and its latest error.", 0, 0, VERB_ROWS },
    { "events", "Events", "Events[,types=<globs>][,names=<globs>][,exclude=<globs>][,since=<seq|time|duration>][,last=<count>]", "Show the events of the journal, after since= if given (the number of one, a time, or a duration like 1h), the last= of them.", 0, -1, VERB_ROWS },
    { "subscribe", "Subscribe", "Subscribe[,types=<globs>][,names=<globs>][,exclude=<globs>][,since=<seq>]", "Follow events as they happen, after since= if given (the number of one; 0: all there are); the connection takes no further request.", 0, -1, VERB_FOLLOW },
    { "ping", "Ping", "Ping", "Answer, to say that the daemon is there.", 0, 0, 0 },
    { "version", "Version", "Version", "Say which archon this is and what it runs on.", 0, 0, VERB_ROWS },
    { "help", "Help", "Help[,<request>]", "Say which requests there are and how each is written.", 0, 1, VERB_ROWS },
    { "upgrade", "Upgrade", "Upgrade", "Exchange the daemon, and archond itself, for what is installed by now, under the running processes.", 0, 0, 0 },
    { "shutdown", "Shutdown", "Shutdown", "Stop everything but foreign processes, reply, and exit.", 0, 0, 0 },
    { "reboot", "Reboot", "Reboot", "As process 1: stop everything, reply, kill what is left, and start the machine anew.", 0, 0, 0 },
    { "power-off", "PowerOff", "PowerOff", "As process 1: stop everything, reply, kill what is left, and switch the machine off.", 0, 0, 0 },
    { "halt", "Halt", "Halt", "As process 1: stop everything, reply, kill what is left, and halt the machine.", 0, 0, 0 },
    { "rules test", "RulesTest", "RulesTest,<file>[,since=<seq|time|duration>]", "Replay recorded events, of the last hour unless since= says otherwise, against a rule file, and show what it would do, without doing it.", 1, 2, VERB_ROWS | VERB_NODE },
};

/* Columns, and keys of events, whose values are numbers where they look like one. */
static const char *const number_columns[] = { "seq", "pid", "ppid", "uptime", "restarts", "depth", "processes", "rss", "cpu", "fds", "port", "fired", "backlog", "start", "exit", "cause", "attempt", "left", NULL };

/* Columns of somebody's own words: a - there is a -. */
static const char *const word_columns[] = { "line", "command", "value", NULL };

#endif
