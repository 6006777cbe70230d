/*
 * The kernel is told which ports we mean, for what it writes costs more than what it goes through:
 * by a program of INET_DIAG_REQ_BYTECODE, which matches where it ends at its very end.
 */
#include "arrivals.h"

#include "diag_linux.h"
#include "listen_address.h"

#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>

/* So many in one question: both its attribute and its jumps are of 16 bits. */
enum { MOST_AT_ONCE = 1024 };

/* If that is its port, go to the end; else to the next test, or beyond the end: no match. */
struct test {
    struct inet_diag_bc_op compare;
    struct inet_diag_hostcond with;
    struct inet_diag_bc_op leave;
};

struct question {
    struct nlmsghdr header;
    struct inet_diag_req_v2 asked;
    struct rtattr attribute;
    struct test tests[MOST_AT_ONCE];
};

struct search {
    struct arrivals *all;
    int count, family;
};

/* Of what an address is compared by: 4 or 16 bytes. */
static const void *bytes_of(const union address *address, size_t *size)
{
    bool is_v4 = address->any.sa_family == AF_INET;
    *size = is_v4 ? sizeof address->v4.sin_addr : sizeof address->v6.sin6_addr;
    return is_v4 ? (const void *)&address->v4.sin_addr : &address->v6.sin6_addr;
}

/* The one whose address that is, else the one that has every address. */
static struct arrivals *listener_of(const struct search *search, const struct inet_diag_sockid *id)
{
    static const struct in6_addr every = IN6ADDR_ANY_INIT;
    struct arrivals *found = NULL;
    for (int i = 0; i < search->count; i++) {
        union address address;
        struct arrivals *one = &search->all[i];
        if (one->host == NULL || one->port != ntohs(id->idiag_sport) ||
            listen_address(one->host, one->port, &address) == 0 ||
            address.any.sa_family != search->family) {
            continue;
        }
        size_t size;
        const void *bytes = bytes_of(&address, &size);
        if (memcmp(bytes, id->idiag_src, size) == 0) {
            return one;
        }
        if (memcmp(bytes, &every, size) == 0) {
            found = one;
        }
    }
    return found;
}

/* Both begin when there is a connection (tcp_create_openreq_child). */
static uint32_t age_of(const struct inet_diag_msg *one, size_t size)
{
    const char *start = (const char *)one;
    const struct rtattr *at =
        (const struct rtattr *)(const void *)(start + NLMSG_ALIGN(sizeof *one));
    for (size_t left = size - NLMSG_ALIGN(sizeof *one); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
        struct tcp_info info;
        if (at->rta_type == INET_DIAG_INFO && RTA_PAYLOAD(at) >= sizeof info) {
            memcpy(&info, RTA_DATA(at), sizeof info);
            return info.tcpi_last_data_sent > info.tcpi_last_data_recv ? info.tcpi_last_data_sent
                                                                       : info.tcpi_last_data_recv;
        }
    }
    return 0;
}

/* What nobody has accepted has no number yet. */
static void each(void *of, const void *answer, size_t size)
{
    const struct search *search = of;
    const struct inet_diag_msg *one = answer;
    if (size < NLMSG_ALIGN(sizeof *one) || one->idiag_inode == 0) {
        return;
    }
    struct arrivals *listener = listener_of(search, &one->id);
    if (listener != NULL) {
        arrivals_note(listener, one->idiag_inode, age_of(one, size));
    }
}

static bool is_meant(const struct arrivals *one, int family)
{
    union address address;
    return one->host != NULL && listen_address(one->host, one->port, &address) != 0 &&
           address.any.sa_family == family;
}

static void end_question(struct question *question, size_t tests)
{
    size_t size = tests * sizeof(struct test);
    question->attribute = (struct rtattr){ .rta_type = INET_DIAG_REQ_BYTECODE,
                                           .rta_len = (unsigned short)RTA_LENGTH(size) };
    question->header.nlmsg_len = (__u32)(offsetof(struct question, tests) + size);
    for (size_t i = 0; i < tests; i++) {
        struct test *test = &question->tests[i];
        size_t last = i + 1 == tests ? sizeof(struct inet_diag_bc_op) : 0;
        test->compare = (struct inet_diag_bc_op){
            .code = INET_DIAG_BC_S_COND,
            .yes = offsetof(struct test, leave),
            .no = (__u16)(sizeof *test + last),
        };
        test->leave = (struct inet_diag_bc_op){
            .code = INET_DIAG_BC_JMP,
            .yes = sizeof(struct inet_diag_bc_op),
            .no = (__u16)((tests - i) * sizeof *test - offsetof(struct test, leave)),
        };
    }
}

int arrivals_tcp(struct arrivals *all, int count, int family)
{
    static const __u32 connected = 1U << TCP_ESTABLISHED | 1U << TCP_FIN_WAIT1 |
                                   1U << TCP_FIN_WAIT2 | 1U << TCP_CLOSE_WAIT | 1U << TCP_LAST_ACK |
                                   1U << TCP_CLOSING;
    struct search search = { .all = all, .count = count, .family = family };
    struct question question = { .header = { .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                                             .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
                                 .asked = { .sdiag_family = (__u8)family,
                                            .sdiag_protocol = IPPROTO_TCP,
                                            .idiag_ext = 1U << (INET_DIAG_INFO - 1),
                                            .idiag_states = connected } };
    int err = 0;
    for (int from = 0; from < count && err == 0;) {
        size_t tests = 0;
        for (; from < count && tests < MOST_AT_ONCE; from++) {
            if (is_meant(&all[from], family)) {
                question.tests[tests++].with =
                    (struct inet_diag_hostcond){ .family = AF_UNSPEC, .port = all[from].port };
            }
        }
        if (tests > 0) {
            end_question(&question, tests);
            err = diag_dump(&question.header, each, &search);
        }
    }
    return err;
}
