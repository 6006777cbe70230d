/*
 * lines COUNT BYTES AT-ONCE: writes COUNT lines of BYTES bytes, their line break included, AT-ONCE
 * lines by one write(2), numbered so that each is another.
 */
#include "stopwatch.h"
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 4) {
        return 2;
    }
    unsigned long count = strtoul(argv[1], NULL, 10);
    size_t bytes = strtoul(argv[2], NULL, 10), most = strtoul(argv[3], NULL, 10);
    char *batch = malloc(bytes * most + 1);
    memset(batch, 'x', bytes * most);
    for (unsigned long done = 0; done < count;) {
        size_t lines = count - done < most ? count - done : most;
        for (size_t i = 0; i < lines; i++) {
            char *line = batch + i * bytes, after = line[10];
            snprintf(line, 11, "%010lu", done + i);
            line[10] = after;
            line[bytes - 1] = '\n';
        }
        for (size_t put = 0; put < lines * bytes;) {
            ssize_t wrote = write(1, batch + put, lines * bytes - put);
            if (wrote < 0) {
                give_up("write");
            }
            put += (size_t)wrote;
        }
        done += lines;
    }
    return 0;
}
