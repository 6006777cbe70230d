/*
 * Binds an IPv4 address and port (its arguments) by a system call of i386, as a program of 32 bits
 * does: socketcall(2) by int 0x80. Exits with 0, or with the errno.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { SOCKETCALL = 102, DO_BIND = 2 };

struct call {
    uint32_t fd, address, length;
    struct sockaddr_in at;
};

int main(int argc, char **argv)
{
    /* Where 32 bits reach. */
    struct call *call = mmap(NULL, sizeof *call, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (argc != 3 || call == MAP_FAILED) {
        return 100;
    }
    call->at.sin_family = AF_INET;
    call->at.sin_port = htons((uint16_t)atoi(argv[2]));
    inet_pton(AF_INET, argv[1], &call->at.sin_addr);
    call->fd = (uint32_t)socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    call->address = (uint32_t)(uintptr_t)&call->at;
    call->length = sizeof call->at;
    int result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(SOCKETCALL), "b"(DO_BIND), "c"((uint32_t)(uintptr_t)call)
                     : "memory", "r8", "r9", "r10", "r11");
    return -result;
}
