/*
 * What the shim (bind.c) and archon-binder (binder.c) have in common: which calls of bind(2) are
 * worth a question, how it is worded, and what the socket that takes the place of a program's own
 * gets of it. As in the shim nothing here allocates, locks, prints or keeps state.
 */
#ifndef ARCHON_BIND_H
#define ARCHON_BIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* How long nobody may answer until a program is left to the real bind(2), milliseconds. */
#define WAIT_MS 2000

enum { LONGEST_QUESTION = 96 };

struct question {
    char text[LONGEST_QUESTION];
    size_t length;
};

/* Whether archon may have the address: TCP or UDP, of a port that was chosen. */
bool is_worth_asking(int fd, const struct sockaddr *address, socklen_t length);

/* Puts something behind a question; there is room for what is put there. */
void add(struct question *to, const char *text);
void add_number(struct question *to, unsigned value, unsigned base);
/* `tcp:127.0.0.1:80` or `tcp:[0:0:0:0:0:0:0:1]:80,v6only`: 54 characters at most. */
void word_address(int fd, const struct sockaddr *address, struct question *out);

/* Asks at a socket of archon's, again where the daemon dies over it: the descriptor that comes with
 * `Ok`, or -1. */
int ask(const struct sockaddr_un *at, const struct question *question);
/* CLOCK_MONOTONIC, milliseconds. */
int64_t now_ms(void);

/* An epoll that a socket is in, with what it waits for there. */
struct registration {
    int queue;
    uint32_t events;
    uint64_t data;
};
/* How many the shim carries over. */
enum { MOST_REGISTRATIONS = 8 };

/* The epolls of this process that have a socket under its number, `most` at most: how many. */
size_t find_registrations(int fd, struct registration *out, size_t most);
/* Puts what has that number now into each. */
void register_again(int fd, const struct registration *all, size_t count);

/* A socket option that is a number; -1 where there is no such option, or no such socket. */
int option(int fd, int level, int name);
/* Whether both are sockets of a kind. */
bool is_alike(int fd, int other);
/* What a program may have set on its own socket before is set on the other, where it is not. */
void copy_options(int from, int to);

#endif
