/* Which bind(2) is worth a question, and its words. */
#include "bind.h"

#include <netinet/in.h>
#include <string.h>

bool is_worth_asking(int fd, const struct sockaddr *address, socklen_t length)
{
    if (address == NULL || length < sizeof(struct sockaddr_in) ||
        (address->sa_family != AF_INET && address->sa_family != AF_INET6) ||
        option(fd, SOL_SOCKET, SO_DOMAIN) != address->sa_family) {
        return false;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
        if (length < sizeof *v6 || v6->sin6_port == 0 || v6->sin6_scope_id != 0) {
            return false;
        }
    }
    else if (((const struct sockaddr_in *)(const void *)address)->sin_port == 0) {
        return false;
    }
    int protocol = option(fd, SOL_SOCKET, SO_PROTOCOL);
    return (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) &&
           option(fd, SOL_SOCKET, SO_REUSEPORT) == 0;
}

void add(struct question *to, const char *text)
{
    size_t length = strlen(text);
    memcpy(to->text + to->length, text, length);
    to->length += length;
}

void add_number(struct question *to, unsigned value, unsigned base)
{
    char digits[12];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);
    add(to, digits + at);
}

void word_address(int fd, const struct sockaddr *address, struct question *out)
{
    bool is_tcp = option(fd, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP;
    add(out, is_tcp ? "tcp:" : "udp:");
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
        const uint8_t *byte = (const uint8_t *)&v4->sin_addr;
        for (int i = 0; i < 4; i++) {
            add(out, i == 0 ? "" : ".");
            add_number(out, byte[i], 10);
        }
        add(out, ":");
        add_number(out, ntohs(v4->sin_port), 10);
    }
    else {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
        const uint8_t *byte = (const uint8_t *)&v6->sin6_addr;
        bool is_any = true;
        for (int i = 0; i < 16; i += 2) {
            unsigned group = (unsigned)byte[i] << 8 | byte[i + 1];
            is_any = is_any && group == 0;
            add(out, i == 0 ? "[" : ":");
            add_number(out, group, 16);
        }
        add(out, "]:");
        add_number(out, ntohs(v6->sin6_port), 10);
        add(out, is_any && option(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 1 ? ",v6only" : "");
    }
}
