/*
 * Watched descriptors, each with a token that is told when there is something: what a small program
 * waits for. The daemon's own are in a poller (poller.h). Results are 0 or -errno.
 */
#ifndef ARCHON_EVENTS_H
#define ARCHON_EVENTS_H

#include <stdint.h>

/* The most that events_wait tells at once. */
#define EVENTS_BATCH 64

/* A descriptor that stays over exec, or negative. */
int events_make(void);
int events_input(int events, int fd, uint32_t token);
/* Tells once, and again after the same call. */
int events_once(int events, int fd, uint32_t token);
int events_output(int events, int fd, uint32_t token);
void events_forget(int events, int fd); /* always before close(2) */
/* Waits up to `timeout` ms (-1: without end). Fills in tokens, returns how many. */
int events_wait(int events, uint32_t tokens[EVENTS_BATCH], int timeout);

#endif
