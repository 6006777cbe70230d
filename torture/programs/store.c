/*
 * Gives descriptors to archon, takes some of them away again, and dies in the middle of it: the
 * next life notes which it got. Each is a memory that holds its name.
 */
#include "note.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { most = 64, wanted = 4 };

static char names[most][32];
static int count;

/* Its name, or both when it holds another. */
static void look(int fd, const char *name)
{
    char held[32] = "";
    ssize_t length = pread(fd, held, sizeof held - 1, 0);
    held[length > 0 ? length : 0] = '\0';
    snprintf(names[count++], sizeof names[0], strcmp(held, name) == 0 ? "%.15s" : "%.15s!%.15s",
             name, held);
}

static void take_back(void)
{
    static char list[most * 32];
    char *names_given = getenv("LISTEN_FDNAMES"), *next;
    for (int fd = 3; names_given && *names_given && count < most; names_given = next, fd++) {
        next = names_given + strcspn(names_given, ":");
        next += *next ? (*next = '\0', 1) : 0;
        look(fd, names_given);
        strcat(strcat(list, *list ? "," : ""), names[count - 1]);
    }
    begin(list);
}

static void say(const char *before, const char *after, const char *text, int fd, const char *name)
{
    char bytes[128];
    note(before, name);
    snprintf(bytes, sizeof bytes, "%s=1\nFDNAME=%s", text, name);
    note(notify(bytes, fd) < 0 ? "failed" : after, name);
}

int main(void)
{
    int pid = (int)getpid();
    take_back();
    ready();
    for (int step = 0; step <= pid % 6 && count < most; step++) {
        char *name = names[count++];
        snprintf(name, sizeof names[0], "%d-%d", pid, step);
        int fd = must(memfd_create(name, MFD_CLOEXEC), "memfd_create");
        must((int)write(fd, name, strlen(name)), "write");
        say("storing", "stored", "FDSTORE", fd, name);
        close(fd);
        if (count > wanted) {
            say("removing", "removed", "FDSTOREREMOVE", -1, names[0]);
            memmove(names, names + 1, sizeof names[0] * (size_t)--count);
        }
        usleep((useconds_t)(pid % 20) * 1000); /* so that it is killed between any two steps */
    }
    return pid % 2;
}
