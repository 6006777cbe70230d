/*
 * Asked of the kernel by sock_diag(7), which goes through what listens alone: /proc/net/tcp also
 * has each connection of the machine, and to read tens of thousands takes a second.
 */
#include "tcp_listeners.h"

#include "diag_linux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

struct search {
    struct in6_addr address; /* IPv4 as IPv6 has it */
    bool any_address;
    __be16 port;
    struct tcp_listening *found;
    int room;
    int count;
    int rank; /* of those that were found */
};

static struct in6_addr mapped(__be32 address)
{
    struct in6_addr all = { .s6_addr = { [10] = 0xff, [11] = 0xff } };
    memcpy(&all.s6_addr[12], &address, sizeof address);
    return all;
}

static bool read_address(const char *host, struct in6_addr *address)
{
    struct in_addr v4;
    if (inet_pton(AF_INET, host, &v4) == 1) {
        *address = mapped(v4.s_addr);
        return true;
    }
    return inet_pton(AF_INET6, host, address) == 1;
}

/* The kernel takes the one of that address, then of every IPv4 address, then of every address; 0:
 * it does not answer there. */
static int rank_of(const struct search *search, const struct inet_diag_msg *one)
{
    struct in6_addr address;
    bool is_v4 = one->idiag_family == AF_INET;
    memcpy(&address, one->id.idiag_src, sizeof address);
    bool any = is_v4 ? one->id.idiag_src[0] == 0 : IN6_IS_ADDR_UNSPECIFIED(&address);
    if (is_v4) {
        address = mapped(one->id.idiag_src[0]);
    }
    if (search->any_address) {
        return 1;
    }
    if (IN6_ARE_ADDR_EQUAL(&address, &search->address)) {
        return 3;
    }
    if (!any || (is_v4 && !IN6_IS_ADDR_V4MAPPED(&search->address))) {
        return 0;
    }
    return is_v4 ? 2 : 1;
}

static void consider(struct search *search, const struct inet_diag_msg *one)
{
    int rank = one->id.idiag_sport == search->port ? rank_of(search, one) : 0;
    if (rank == 0 || rank < search->rank) {
        return;
    }
    if (rank > search->rank) {
        search->rank = rank;
        search->count = 0;
    }
    if (search->count < search->room) {
        search->found[search->count] = (struct tcp_listening){ one->idiag_uid, one->idiag_inode };
    }
    search->count++;
}

static void each(void *search, const void *one, size_t size)
{
    if (size >= sizeof(struct inet_diag_msg)) {
        consider(search, one);
    }
}

static int ask(int family, struct search *search)
{
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 asked;
    } question = { .header = { .nlmsg_len = sizeof question,
                               .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                               .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
                   .asked = { .sdiag_family = (__u8)family,
                              .sdiag_protocol = IPPROTO_TCP,
                              .idiag_states = 1U << TCP_LISTEN,
                              .id = { .idiag_sport = search->port } } };
    return diag_dump(&question.header, each, search);
}

int tcp_listeners(const char *host, int port, struct tcp_listening *found, int room)
{
    struct search search = { .any_address = host == NULL, .found = found, .room = room };
    if (port < 1 || port > UINT16_MAX || (host != NULL && !read_address(host, &search.address))) {
        return -EINVAL;
    }
    search.port = htons((uint16_t)port);
    int err = ask(AF_INET, &search);
    if (err == 0) {
        /* There may be no IPv6. */
        (void)ask(AF_INET6, &search);
    }
    return err != 0 ? err : search.count;
}
