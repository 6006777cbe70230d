/* Where log files are, who shares them, and how many are open. */
#include "log_scratch.h"

#include <dirent.h>

static unsigned mode_of(const char *name)
{
    struct stat file;
    return stat(in_scratch(name), &file) < 0 ? 0 : file.st_mode & 07777;
}

static void places(void)
{
    struct log_file *file = file_take(true, "lsx", 2);
    check(slurp("log/runs/ls.log") == -1, "no file is made before the first record");
    append(file, NOW, "one\n");
    append(file, NOW, "two\n");
    check(holds("log/runs/ls.log", "one\ntwo\n"), "records are appended");
    check(mode_of("log") == 0700 && mode_of("log/runs") == 0700, "directories have mode 0700");
    check(mode_of("log/runs/ls.log") == 0600, "files have mode 0600");
    check(file_take(true, "ls", 2) == file, "FIFOs of one name share the file");
    file_give(file, NOW);
    append(file, NOW, "three\n");
    file_give(file, NOW);
    check(holds("log/runs/ls.log", "one\ntwo\nthree\n"), "until the last has gone");
    file = take("ls");
    append(file, NOW, "daemon\n");
    file_give(file, NOW);
    check(holds("log/ls.log", "daemon\n"), "a daemon of the name has another");
}

static int descriptors(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

static void many(void)
{
    static struct log_file *files[600];
    int before = descriptors();
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 600; i++) {
            char name[32];
            snprintf(name, sizeof name, "many-%d", i);
            files[i] = round == 0 ? take(name) : files[i];
            append(files[i], NOW, "line\n");
        }
    }
    check(descriptors() - before == OPEN_MOST, "no more than 512 files are open");
    check(files[599]->fd >= 0 && files[88]->fd >= 0 && files[87]->fd < 0, "those used last are");
    append(files[88], NOW, "line\n");
    append(files[0], NOW, "line\n");
    check(files[88]->fd >= 0 && files[89]->fd < 0, "use counts, not the order of opening");
    check(holds("log/many-3.log", "line\nline\n"), "a file that was closed is opened again");
    for (int i = 0; i < 600; i++) {
        file_give(files[i], NOW);
    }
    check(descriptors() == before && oldest == NULL && newest == NULL,
          "files given back are closed");
}

int main(void)
{
    begin_scratch();
    places();
    many();
    end_scratch();
    return result();
}
