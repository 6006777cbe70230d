/*
 * archonctl, the fast client: what its files share. A run of it is one request: the command line
 * becomes an `ask`, the ask a record on the socket, and each record that comes back is shown.
 * Everything lives until exit; nothing is freed that a request needs only once.
 */
#ifndef ARCHON_CTL_H
#define ARCHON_CTL_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "verbs.h"

enum ctl_exit {
    CTL_OK = 0,
    CTL_ERROR = 1,
    CTL_USAGE = 2,
    CTL_SILENT = 3,
    CTL_GO_ON = -1,
    CTL_NO_OPTION = -2
};

/* A growing byte string; `at` is followed by a NUL once anything was added. */
struct bytes {
    char *at;
    size_t len, room;
};

/* A growing list of strings that belong to somebody else: argv, environ, a line. */
struct list {
    char **at;
    size_t count, room;
};

/* What the command line asks for. */
struct ask {
    const struct verb *verb;
    const char *socket;                                       /* --socket, or NULL */
    int json;                                                 /* --json */
    enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER } colour; /* --color */
    struct list fields; /* behind the name of the request, in order */
    const char *args;   /* VERB_ARGS: the one <args> field */
    int environment;    /* run -E */
    const char *folder; /* -C, or NULL */
    const char *name;   /* run: what it will be called */
    int fd;             /* VERB_FD: the descriptor that goes along */
};

/* ctl_bytes.c */
void bytes_add(struct bytes *to, const void *from, size_t len);
void bytes_text(struct bytes *to, const char *text);
void bytes_char(struct bytes *to, char c);
void list_add(struct list *to, const char *item);
void bytes_printf(struct bytes *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
void *room_for(size_t count, size_t size);
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ctl_csv.c */
void csv_field(struct bytes *to, const char *field);
void csv_record(struct bytes *to, const struct list *fields);
int csv_split(char *line, struct list *fields);

/* ctl_escape.c */
struct unit {
    uint32_t code; /* a Unicode character, or the value of a byte that is no UTF-8 */
    int is_byte;
};
const char *escape_next(const char *at, struct unit *unit);
void utf8_add(struct bytes *to, uint32_t code);
int is_control(uint32_t code);
void bytes_unescape(struct bytes *to, const char *escaped);
void readable_add(struct bytes *to, const char *escaped, int tabs);

/* ctl_say.c */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
int write_out(struct bytes *out, int fd);

/* ctl_usage.c */
int usage_help(const struct verb *verb);
int usage_version(void);
int usage_give(struct bytes *out, int fd);
int usage_wrong(const struct verb *verb, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ctl_option.c */
int option_value(char ***at, const char *name, char letter, const char **value);
int option_common(char ***at, struct ask *ask);

/* ctl_argv.c, ctl_args.c, ctl_fields.c, ctl_monitor.c */
int argv_read(char **at, struct ask *ask);
const struct verb *verb_called(const char *name);
int args_read(char **at, struct ask *ask);
int fields_read(char **at, struct ask *ask);
int monitor_read(char **at, struct ask *ask);

/* ctl_request.c, ctl_name.c */
int request_write(struct ask *ask, struct bytes *record);
int is_run(const struct ask *ask);
int has_key(const struct ask *ask);
char *run_name(const char *args);

/* ctl_connect.c */
int socket_dial(const char *path, int flags);
int socket_send(int fd, const struct bytes *record, const int *fds, size_t count,
                const sigset_t *waiting);

/* ctl_reader.c */
struct reader {
    struct bytes in;
    size_t from, scanned; /* the next line begins, the search for its break goes on */
};
char *reader_line(struct reader *reader);
int reader_fill(struct reader *reader, int fd);

/* ctl_show.c, and for each form a file: ctl_table.c, ctl_tree.c, ctl_lines.c, ctl_json.c,
 * ctl_events.c, ctl_logs.c */
struct show {
    const struct form *form;
    struct bytes out;
    struct list columns;
    struct list cells; /* of the table, row by row */
    int terminal;      /* standard output is one: shown for people, else for programs */
    int colour;
    size_t width;       /* cells of a line of the terminal, 0: no bound */
    int opened, items;  /* of the JSON array */
    int64_t day;        /* day and place of the time shown latest, 0 before the first */
    const char *asked;  /* the first field of the request, or NULL */
    size_t wide[3];     /* of events: the widest number, type and name up to now; of logs: a name */
    struct bytes group; /* of sentences: the name they are about */
};
struct form {
    void (*columns)(struct show *show);
    void (*row)(struct show *show, const struct list *record);
    void (*event)(struct show *show, const struct list *record); /* Event and Gap */
    void (*end)(struct show *show);
};
extern const struct form form_table, form_tree, form_lines, form_sentences;
extern const struct form form_json, form_json_lines, form_events, form_logs;
void show_begin(struct show *show, const struct ask *ask, int follows);
int show_record(struct show *show, const struct list *record);

/* ctl_terminal.c, ctl_colour.c, ctl_clock.c, ctl_human.c, ctl_width.c, ctl_wrap.c */
size_t terminal_width(void);
void terminal_look(struct show *show, const struct ask *ask);
const char *colour_of(const char *column, const char *cell);
void coloured_add(struct show *show, const char *colour, const char *text);
extern const char colour_head[], colour_faint[], colour_alarm[];
void clock_add(struct show *show, const char *iso);
int human_add(struct bytes *to, const char *column, const char *value);
size_t text_width(const char *text);
size_t text_fit(const char *text, size_t width);
void text_cut(struct bytes *to, const char *text, size_t width);
void blanks_add(struct bytes *to, size_t count);
void wrapped_add(struct bytes *to, const char *text, size_t width, size_t indent);

/* ctl_json_object.c, ctl_json_value.c */
void json_row(struct bytes *to, const struct list *columns, const struct list *record);
void json_event(struct bytes *to, const struct list *record);
void json_value(struct bytes *to, const char *name, size_t len, const char *escaped);
void json_string(struct bytes *to, const char *escaped, size_t len);
int is_number_column(const char *name, size_t len);
int is_number(const char *text);

/* ctl_completion.c */
int completion(char **at);

/* ctl_talk.c, ctl_run.c, ctl_rules.c */
int talk(const struct ask *ask, int fd, const char *path, const struct bytes *record);
int run(const struct ask *ask, int fd, const char *path, const struct bytes *record);
int rules_test(const struct ask *ask, const char *daemon, const struct bytes *record);
int reply_code(const struct list *reply);

/* ctl_patience.c */
struct patience {
    const char *path; /* the daemon's socket */
    int fd;           /* the connection on which it was asked whether it is there, or -1 */
    int64_t due;      /* milliseconds; 0: there is nothing more to wait for */
};
void patience_begin(struct patience *patience, const char *path);
int patience_timeout(const struct patience *patience);
void patience_step(struct patience *patience, int heard);
void patience_wait(struct patience *patience, int fd);
int patience_dial(const char *path);

/* ctl_forward.c, ctl_signals.c */
struct forward {
    const char *path, *name;
    int queue[8]; /* the first one is being delivered */
    size_t count;
    int fd; /* the connection it goes over, or -1 */
    struct reader reader;
    int64_t since, retry_at, pause; /* milliseconds; retry_at 0: not waiting to try again */
};
int forward_push(struct forward *forward, int signo);
void forward_step(struct forward *forward, int readable);
int forward_timeout(const struct forward *forward);
void signals_caught(sigset_t *caught);
int signal_wanted(int signo, int code);
const char *signal_name(int signo);

#endif
