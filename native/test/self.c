#include "self.h"

#include "check.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    char path[PATH_MAX];
    check(self_path(path, sizeof path) == 0, "a program knows its path");
    check(path[0] == '/' && strcmp(strrchr(path, '/'), "/self") == 0,
          "which is absolute, its name at the end");
    char exact[PATH_MAX];
    check(self_path(exact, strlen(path) + 1) == 0 && strcmp(exact, path) == 0,
          "room for it alone is enough");
    check(self_path(exact, strlen(path)) == -ENAMETOOLONG, "one byte less is not");
    int file = self_open();
    struct stat opened, named;
    check(fstat(file, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino,
          "it can open its file");
    close(file);
    return result();
}
