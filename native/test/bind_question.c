#include "shim.h"

static void words(void)
{
    struct question question = { .length = 0 };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(65535) };
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0) {
        check(true, "IPv6 # SKIP this machine has none");
        return;
    }
    const struct sockaddr *at = (struct sockaddr *)&v6;
    question.length = 0;
    word_address(fd, at, &question);
    question.text[question.length] = '\0';
    check(strcmp(question.text, "udp:[0:0:0:0:0:0:0:0]:65535") == 0, "IPv6 is in brackets");
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    question.length = 0;
    word_address(fd, at, &question);
    question.text[question.length] = '\0';
    check(strcmp(question.text, "udp:[0:0:0:0:0:0:0:0]:65535,v6only") == 0,
          "whether it takes IPv4 is said");
    memset(&v6.sin6_addr, 0xff, sizeof v6.sin6_addr);
    question.length = 0;
    word_address(fd, at, &question);
    question.text[question.length] = '\0';
    check(strcmp(question.text, "udp:[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535") == 0 &&
              question.length + strlen("BindFD,,v6only\n") < LONGEST_QUESTION,
          "where it matters, and the longest fits");
    close(fd);
}

int main(void)
{
    words();
    return result();
}
