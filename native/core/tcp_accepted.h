#ifndef ARCHON_TCP_ACCEPTED_H
#define ARCHON_TCP_ACCEPTED_H

/* An end of a connection: an address in numbers, IPv4 or IPv6, and a port. */
struct tcp_end {
    const char *host;
    int port;
};

/*
 * The number among all sockets of this network namespace that the one has at the end `near` of a
 * connection; 0 as long as nobody has accepted it. -ENOENT: there is none; -EINVAL: that is no
 * address; -ENOSYS: the system cannot say.
 */
long tcp_accepted(struct tcp_end near, struct tcp_end far);

/* That of the one who listens there, who may listen on every address; one of them where several do.
 */
long tcp_listener(struct tcp_end near);

#endif
