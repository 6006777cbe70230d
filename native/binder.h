/*
 * The parts of archon-binder: see binder.c.
 */
#ifndef ARCHON_BINDER_H
#define ARCHON_BINDER_H

#include "bind.h"

#include <linux/seccomp.h>

/* Since Linux 5.9 and 5.19; the system's header may be older. */
#ifndef SECCOMP_ADDFD_FLAG_SETFD
#error "linux/seccomp.h of Linux 5.9 or newer is needed"
#endif

/*
 * Our own descriptors are at these numbers and above: below are those of programs, see
 * binder_epoll.c. The daemon of another keeper takes the listener and the memory from there
 * (src/supervisor/sockets/binders.ts).
 */
enum { OWN_LISTENER = 512, OWN_MEMORY, OWN_LEAST };

/*
 * A page of memory that outlives this program: the call that is being answered. The kernel itself
 * writes it there, so whoever comes after us knows of it: nobody would be told of it again.
 */
struct mind {
    int64_t since;       /* when it came, now_ms */
    uint32_t is_placing; /* the program's socket may have been replaced already */
    struct seccomp_notif
        at; /* id 0: none. The kernel's may be longer: the rest of the page is its */
};

/* Who asks for what. The descriptors are of this process; -1 where there is none. */
struct asker {
    int pidfd;  /* of the process */
    int socket; /* its own, that it wants bound */
    int pid, number;
    unsigned uid, gid; /* effective */
    bool is_closed_at_exec;
    struct sockaddr_storage address;
    socklen_t length;
};

/* Finds out who waits; false where that cannot be told, or archon has no say in it. */
bool asker_look(int listener, const struct seccomp_notif *at, struct asker *out);
void asker_close(struct asker *asker);

/* Whether a socket is bound. */
bool is_bound(int socket);

struct line {
    int fd;           /* -1 when the daemon has hung up */
    int64_t gone;     /* since when, or 0 */
    unsigned long id; /* of the latest question */
};

/* Asks archon: the socket that it gives, or -1. `due`: until when. Sets `*is_late` where nobody
 * answered. */
int line_ask(struct line *line, const struct asker *asker, int64_t due, bool *is_late);
/* Forgets answers that came too late. */
void line_drain(struct line *line);

/* Puts a socket in the place of the asker's own: whether it is there. */
bool place(int listener, struct mind *mind, struct asker *asker, int given);

/* Registers it with each epoll that knows the asker's own. */
void carry_registrations(const struct asker *asker, int given);

/* Moves a descriptor to where our own are: the new number, or the old one when none is left. */
int move_up(int fd);

#endif
