/* Reading ahead of what is taken from a socket. */
#ifndef ARCHON_PEEK_H
#define ARCHON_PEEK_H

/*
 * From now on fdpass_peek (fdpass.h) begins with what is unread in the socket and goes on behind
 * what it has returned, whoever takes that out meanwhile. Returns 0 or -errno.
 */
int peek_begin(int socket);

#endif
