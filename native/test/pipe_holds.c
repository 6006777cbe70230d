#include "pipe_holds.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char bytes[2 * PIPE_HOLDS_MOST];
    memset(bytes, 'x', sizeof bytes);
    need(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0, "pipe2");
    check(pipe_holds(ends[0], '\n') == -EAGAIN, "an empty pipe is EAGAIN");
    need(write(ends[1], "ab", 2) == 2, "write");
    check(pipe_holds(ends[0], '\n') == 0, "what is not there is not found");
    need(write(ends[1], "c\nd", 3) == 3, "write");
    check(pipe_holds(ends[0], '\n') == 1 && pipe_holds(ends[0], '\n') == 1,
          "what is there stays there");
    check(read(ends[0], bytes, sizeof bytes) == 5 && memcmp(bytes, "abc\nd", 5) == 0,
          "all of it, in its order");
    memset(bytes, 'x', sizeof bytes);
    need(write(ends[1], bytes, PIPE_HOLDS_MOST) == PIPE_HOLDS_MOST && write(ends[1], "\n", 1) == 1,
         "write");
    check(pipe_holds(ends[0], '\n') == 0, "behind what is looked at nothing is found");
    check(read(ends[0], bytes, PIPE_HOLDS_MOST) == PIPE_HOLDS_MOST &&
              pipe_holds(ends[0], '\n') == 1,
          "until that is read");
    close(ends[1]);
    check(pipe_holds(ends[0], '\n') == 1,
          "what was written before the other end was closed is there");
    check(read(ends[0], bytes, sizeof bytes) == 1 && pipe_holds(ends[0], '\n') == -ENODATA,
          "then it is ENODATA");
    close(ends[0]);
    check(pipe_holds(9999, '\n') == -EBADF, "no descriptor is EBADF");
    return result();
}
