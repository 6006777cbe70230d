#include "arrivals.h"

#include "diag_linux.h"
#include "listen_address.h"

#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <string.h>

struct search {
    struct arrivals *all;
    int count;
};

/* What was accepted has the name of the socket that it was accepted from. */
static void note_named(const struct search *search, const struct rtattr *name, uint32_t number)
{
    for (int i = 0; i < search->count; i++) {
        union address address;
        struct arrivals *one = &search->all[i];
        socklen_t length = one->host != NULL ? 0 : listen_address_unix(one->path, &address);
        size_t size = length == 0 ? 0 : length - offsetof(struct sockaddr_un, sun_path);
        if (length != 0 && RTA_PAYLOAD(name) == size &&
            memcmp(RTA_DATA(name), address.path.sun_path, size) == 0) {
            arrivals_note(one, number, 0);
            return;
        }
    }
}

static void each(void *of, const void *answer, size_t size)
{
    const struct unix_diag_msg *one = answer;
    const char *start = answer;
    if (size < NLMSG_ALIGN(sizeof *one) || one->udiag_type != SOCK_STREAM || one->udiag_ino == 0) {
        return;
    }
    const struct rtattr *at =
        (const struct rtattr *)(const void *)(start + NLMSG_ALIGN(sizeof *one));
    for (size_t left = size - NLMSG_ALIGN(sizeof *one); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
        if (at->rta_type == UNIX_DIAG_NAME) {
            note_named(of, at, one->udiag_ino);
            return;
        }
    }
}

int arrivals_unix(struct arrivals *all, int count)
{
    struct search search = { .all = all, .count = count };
    struct {
        struct nlmsghdr header;
        struct unix_diag_req asked;
    } question = { .header = { .nlmsg_len = sizeof question,
                               .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                               .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
                   .asked = { .sdiag_family = AF_UNIX,
                              .udiag_states = 1U << TCP_ESTABLISHED,
                              .udiag_show = UDIAG_SHOW_NAME } };
    return diag_dump(&question.header, each, &search);
}
