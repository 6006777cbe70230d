/*
 * What every program of the torture does: it writes down by itself what it does and when, so that
 * nobody has to believe archon. $TORTURE and $ARCHON_SERVICE say where.
 */
#ifndef TORTURE_NOTE_H
#define TORTURE_NOTE_H

/* Writes to $TORTURE/record that a life has begun, and notes `begin PID MORE`. */
void begin(const char *more);

/* Appends `MILLISECONDS WHAT TEXT` (CLOCK_MONOTONIC) to $TORTURE/notes/$ARCHON_SERVICE. */
void note(const char *what, const char *text);

/* Sends one datagram as sd_notify(3) does, with a descriptor unless that is -1; -errno. */
int notify(const char *text, int fd);

/* Says READY=1, again and again until archon is there to hear it. */
void ready(void);

/* Ends the program with 100 when `result` says that `what` has failed. */
int must(int result, const char *what);

#endif
