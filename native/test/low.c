/* The low numbers: reserved where they are free, and left alone where they are not. */
#include "low.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool same_file(int fd, int other)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && fstat(other, &b) == 0 && a.st_ino == b.st_ino &&
           a.st_dev == b.st_dev;
}

int main(void)
{
    int file = open("/etc/passwd", O_RDONLY);
    struct low low;
    need(file >= 3 && dup2(file, 50) == 50, "dup2");
    need(low_open(&low) == 0, "low_open");

    check((low.reserved & (LOW_BIT(50) | LOW_BIT(file) | 7)) == 0 && same_file(50, file),
          "a number in use stays what it is");
    check(fcntl(50, F_GETFD) == FD_CLOEXEC && fcntl(file, F_GETFD) == FD_CLOEXEC,
          "it is closed on exec from then on");
    check(fcntl(0, F_GETFD) == 0 && fcntl(1, F_GETFD) == 0 && fcntl(2, F_GETFD) == 0,
          "0 to 2 are not looked at");
    int next = dup(file);
    check(next >= LOW_END, "what is opened later lies above");

    int left = low_left(&low), number = low_place(&low, next);
    check(number < LOW_END && same_file(number, file) && low_left(&low) == left - 1,
          "a copy is placed at a reserved number");
    check(fcntl(number, F_GETFD) == FD_CLOEXEC, "it is closed on exec");
    low_put_back(&low, number);
    check(same_file(number, low.filler) && low_left(&low) == left, "it is put back");

    check(low_place(&low, 9999) == -EBADF && low_left(&low) == left, "no descriptor is EBADF");
    while (low_left(&low) > 0) {
        need(low_place(&low, file) >= 0, "low_place");
    }
    check(low_place(&low, file) == -EMFILE, "when none is left it is EMFILE");

    struct low second;
    need(low_open(&second) == 0, "low_open");
    check(low_left(&second) == 0, "a second one in the same process has none");
    low_close(&second);
    low_close(&low);
    check(fcntl(50, F_GETFD) >= 0 && fcntl(number, F_GETFD) < 0, "only what is reserved is closed");
    return result();
}
