/* Files in memory: seen by all who map them, or by one alone, and only at their own size. */
#include "map.h"

#include "check.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SIZE = 5000 }; /* no whole number of pages */

static int file;

static char in_file(off_t at)
{
    char byte = 0;
    need(pread(file, &byte, 1, at) == 1, "pread");
    return byte;
}

static void shares(void)
{
    char *one = map_file(file, SIZE, MAP_SHARED), *other = map_file(file, SIZE, MAP_SHARED);
    need(one != NULL && other != NULL, "map_file");
    check(memcmp(one, "abc", 3) == 0, "what is in the file is there");
    one[SIZE - 1] = 'z';
    check(other[SIZE - 1] == 'z' && in_file(SIZE - 1) == 'z',
          "what one writes is seen by the other, and in the file");
    munmap(one, SIZE);
    munmap(other, SIZE);
}

static void keeps_to_itself(void)
{
    char *own = map_file(file, SIZE, MAP_PRIVATE), *shared = map_file(file, SIZE, MAP_SHARED);
    need(own != NULL && shared != NULL, "map_file");
    check(memcmp(own, "abc", 3) == 0, "a private one begins with the file's bytes");
    own[0] = 'X';
    check(own[0] == 'X' && shared[0] == 'a' && in_file(0) == 'a',
          "what is written to it nobody else sees");
    munmap(own, SIZE);
    munmap(shared, SIZE);
}

static void refuses(void)
{
    check(map_file(file, SIZE + 1, MAP_SHARED) == NULL, "a file that is too short is not mapped");
    check(map_file(file, SIZE - 1, MAP_SHARED) == NULL, "nor one that is too long");
    check(map_file(file, 8192, MAP_SHARED) == NULL, "also where the pages are as many");
    check(map_file(9999, SIZE, MAP_SHARED) == NULL && map_file(-1, 0, MAP_SHARED) == NULL,
          "no descriptor is not mapped");
    int empty = memfd_create("empty", MFD_CLOEXEC);
    check(map_file(empty, 0, MAP_SHARED) == NULL, "nor is an empty file");
    close(empty);
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int readable = open(path, O_RDONLY | O_CLOEXEC);
    need(readable >= 0, "open");
    check(map_file(readable, SIZE, MAP_SHARED) == NULL, "one that may only be read is not shared");
    close(readable);
}

int main(void)
{
    file = memfd_create("map", MFD_CLOEXEC);
    need(ftruncate(file, SIZE) == 0 && pwrite(file, "abc", 3, 0) == 3, "memfd_create");
    shares();
    keeps_to_itself();
    refuses();
    close(file);
    return result();
}
