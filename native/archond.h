/*
 * archond: the program that users start. It reads what they said, makes everything that the keeper
 * is to hold, and becomes the keeper (keeper.h), which stays, with a minder (minder.h); so
 * the process is the same, and nothing of what is here can be in its way any more. This program is
 * started again for the moment in which a child becomes minder, daemon or archon-log, and the
 * keeper becomes it when all has ended.
 *
 * Reading order: archond.c (main), archond_options.c, archond_programs.c, archond_check.c,
 * archond_setup.c, archond_remnants.c, archond_ledger.c, archond_descriptors.c, archond_init.c (as
 * process 1); archond_child.c, archond_arguments.c, archond_end.c, archond_fits.c. archond_linux.c
 * is what another system does otherwise.
 */
#ifndef ARCHON_ARCHOND_H
#define ARCHON_ARCHOND_H

#include "minder.h"

/* Reads arguments and environment. False when the program is to end now, with *exit_code. `check`
 * becomes the file that is only to be checked, or NULL. */
bool options_read(int argc, char **argv, struct settings *settings, const char **check,
                  int *exit_code);

/* Finds Node, the daemon's bundle and the programs beside us. 0, or the exit code after a message.
 */
int programs_find(struct minder *minder);
/* This program, to be run again whatever is in its file by then. A descriptor or negative. */
int program_own(void);
/* The second half of programs_find: archond itself, archon-keeper and archon-log. */
int programs_beside(struct minder *minder);

/* Becomes the program that checks the file. Returns only when it cannot: the exit code after a
 * message. `nofile` as in struct minder. */
int check(const struct settings *settings, const char *file, uint64_t nofile);

/* Makes directories, locks and the listening socket. 0, or the exit code after a message. */
int setup(struct minder *minder);
/* Waits until nothing acts any more that an archond that was killed had for itself. Whether one may
 * have been: of one whose ledger is not known nobody can tell that it lives. False also where
 * another has taken over from it meanwhile: nothing of that one is touched. */
bool remnants_wait(const struct settings *settings);

/* Makes the ledger, on tmpfs in the run directory or in a memfd, or takes over that of a keeper
 * that was killed. The locks are held. 0 or -errno. */
int ledger_make(struct minder *minder);
/* Opens and maps the ledger that is there. Its descriptor or -errno: -ENOENT where none is, of this
 * boot, that is ours; -EPROTO where it is of another version. */
int ledger_find(const struct settings *settings, struct ledger **out);
/* The file for lines whose ends archon-log has not read, where the ledger is. */
int ledger_held(const struct minder *minder);
/* The rest of what the keeper is to hold, and its numbers. 0, or the exit code after a message. */
int descriptors_make(struct minder *minder);

/* As process 1 (--init). Whether we can be it; to be called before anything is made. 0, or the exit
 * code after a message. */
int init_check(struct settings *settings);
/* Before the first child. */
void init_begin(struct minder *minder);
/* `archond --end`: ends every process there is, then the machine or the container. Returns the exit
 * code where that is how it ends. */
int init_end(void);

/* `archond --child AS CHANNEL`: what a child of the keeper does to become minder, daemon or
 * archon-log; see child_start. Returns the exit code, after a message, where it cannot. */
int child_become(const char *as, const char *channel);
/* The daemon's command line, where it is started as daemon, safe or spare. */
const char *const *child_arguments(const struct minder *minder, const char *as);
/* The environment of what runs on Node, and of archon-log. */
char **child_environment(const struct settings *settings, uint64_t nofile);

/* The exit code of `archond --fits LEDGER HANDOVER`: whether this program, the minder in it, and
 * its archon-keeper can take over from one with these formats. */
int upgrade_fits(const char *ledger, const char *handover);
/* An unnamed file in memory, of that size with its pages. A descriptor or -errno. */
int memory_file(const char *name, size_t size);
/* The memory that keeper and minder begin with, as KEEPER_STATE and MINDER_STATE. NULL after a
 * message. */
struct minder *state_make(void);

/* What differs between systems. Negative results are -errno. */
int os_adopt_orphans(void);                 /* become child subreaper */
void os_die_with(pid_t parent, int signal); /* to me when my parent ends */
/* The parent of what the minder starts. */
pid_t os_parent(const struct ledger_head *head);
void os_close_from(int lowest);      /* closes this and all higher descriptors */
int os_in_memory(int fd);            /* is this file's file system in memory? 1 or 0 */
int os_reserve(int fd, size_t size); /* grows a file, its pages included */
int os_boot(char *out, size_t size); /* which boot of the system this is: a word */
int os_counter(void);                /* a counter that another process can poll */
/* The pid under which we stand in /proc, which programs of ours read; 1 where nobody needs it. */
int os_seen_as(void);
void os_leave_terminal(void); /* gives up the controlling terminal, if there is one */
void os_keys_ask(void); /* ctrl-alt-del sends us SIGINT instead of ending the machine at once */

#endif
