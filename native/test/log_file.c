/*
 * Log files in a scratch directory: what is in them after a disk was full (a limit of the size of
 * files stands for it: write(2) takes what fits and then fails in the same way), after a kill,
 * after a rotation. archon-log is no library, so its sources are taken in here.
 */
#include "../log_file.c"   // NOLINT(bugprone-suspicious-include)
#include "../log_files.c"  // NOLINT(bugprone-suspicious-include)
#include "../log_lines.c"  // NOLINT(bugprone-suspicious-include)
#include "../log_rotate.c" // NOLINT(bugprone-suspicious-include)

#include "check.h"

#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>

#define NOW 1795168800007
#define NOTE(n) "2026-11-20T10:00:00.007Z a " n " lines dropped\n"

static char scratch[PATH_MAX] = "/tmp/archon-log-XXXXXX";
static char content[16 << 20];
static char records[1 << 20];

static const char *in_scratch(const char *name)
{
    static char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", scratch, name);
    return path;
}

/* The size of a file, -1 when there is none; `content` is what it holds. */
static long slurp(const char *name)
{
    FILE *file = fopen(in_scratch(name), "r");
    if (file == NULL) {
        return -1;
    }
    size_t n = fread(content, 1, sizeof content - 1, file);
    content[n] = '\0';
    fclose(file);
    return (long)n;
}

static bool holds(const char *name, const char *wanted)
{
    slurp(name);
    bool good = strcmp(content, wanted) == 0;
    if (!good) {
        printf("#   %s: %s\n", name, content);
    }
    return good;
}

static void spill(const char *name, const char *bytes)
{
    FILE *file = fopen(in_scratch(name), "w");
    fputs(bytes, file);
    fclose(file);
}

static struct log_file *take(const char *name)
{
    return file_take(false, name, strlen(name));
}

static void append(struct log_file *file, int64_t now, const char *text)
{
    file_append(file, now, text, strlen(text));
}

static void limit_size(rlim_t bytes)
{
    struct rlimit limit = { bytes, RLIM_INFINITY };
    setrlimit(RLIMIT_FSIZE, &limit);
}

static unsigned mode_of(const char *name)
{
    struct stat file;
    return stat(in_scratch(name), &file) < 0 ? 0 : file.st_mode & 07777;
}

static void places(void)
{
    struct log_file *file = file_take(true, "lsx", 2);
    check(slurp("log/runs/ls.log") == -1, "no file is made before the first record");
    file_append(file, NOW, "one\n", 4);
    file_append(file, NOW, "two\n", 4);
    check(holds("log/runs/ls.log", "one\ntwo\n"), "records are appended");
    check(mode_of("log") == 0700 && mode_of("log/runs") == 0700, "directories have mode 0700");
    check(mode_of("log/runs/ls.log") == 0600, "files have mode 0600");
    check(file_take(true, "ls", 2) == file, "FIFOs of one name share the file");
    file_give(file, NOW);
    file_append(file, NOW, "three\n", 6);
    file_give(file, NOW);
    check(holds("log/runs/ls.log", "one\ntwo\nthree\n"), "until the last has gone");
    file = take("ls");
    append(file, NOW, "daemon\n");
    file_give(file, NOW);
    check(holds("log/ls.log", "daemon\n"), "a daemon of the name has another");
}

static void torn(void)
{
    spill("log/torn.log", "whole\nto");
    struct log_file *file = take("torn");
    append(file, NOW, "next\n");
    check(holds("log/torn.log", "whole\nnext\n"), "what a kill has torn is cut off");
    file_give(file, NOW);
    memset(records, 'x', 200000);
    records[0] = '\n';
    records[200000] = '\0';
    spill("log/torn.log", records);
    file = take("torn");
    append(file, NOW, "next\n");
    check(holds("log/torn.log", "\nnext\n"), "however much that is");
    file_give(file, NOW);
    spill("log/torn.log", records + 1);
    file = take("torn");
    append(file, NOW, "next\n");
    check(holds("log/torn.log", "next\n"), "be it all of the file");
    file_give(file, NOW);
}

static void full_disk(void)
{
    struct log_file *file = take("full");
    append(file, NOW, "before\n");
    limit_size(17);
    append(file, NOW, "fits\nfits not\nnor this\n");
    check(holds("log/full.log", "before\nfits\n"), "a full disk tears no record");
    append(file, NOW, "nor these\ntwo\n");
    check(holds("log/full.log", "before\nfits\n") && file->dropped == 4 && files_owe(),
          "what does not fit is counted");
    files_tick(NOW);
    check(files_owe(), "and owed as long as the disk is full");
    limit_size(RLIM_INFINITY);
    append(file, NOW, "after\n");
    check(holds("log/full.log", "before\nfits\n" NOTE("4") "after\n"),
          "the count stands before the next record");
    files_tick(NOW);
    check(!files_owe(), "then nothing is owed");
    limit_size(1);
    append(file, NOW, "lost\n");
    file_give(file, NOW);
    limit_size(RLIM_INFINITY);
    files_tick(NOW);
    slurp("log/full.log");
    check(strstr(content, "after\n" NOTE("1")) != NULL,
          "a count is noted though its service is gone");
    check(orphans == 0 && *place(in_scratch("log/full.log")) == NULL, "then the file is forgotten");
}

static void no_directory(void)
{
    spill("blocked", "");
    snprintf(root, sizeof root, "%s", in_scratch("blocked"));
    struct log_file *file = take("web");
    append(file, NOW, "one\n");
    check(file->dropped == 1, "where no file can be made all is counted as dropped");
    unlink(in_scratch("blocked"));
    append(file, NOW, "two\n");
    check(holds("blocked/web.log", NOTE("1") "two\n"), "and told when one can be made");
    file_give(file, NOW);
    snprintf(root, sizeof root, "%s", in_scratch("log"));
}

static void ten_mib(struct log_file *file, char of)
{
    memset(records, of, sizeof records);
    records[sizeof records - 1] = '\n';
    for (int i = 0; i < 10; i++) {
        file_append(file, NOW, records, sizeof records);
    }
}

static void rotation(void)
{
    struct log_file *file = take("big");
    ten_mib(file, '0');
    check(slurp("log/big.log") == FILE_MOST && slurp("log/big.log.1") == -1, "10 MiB are one file");
    append(file, NOW, "next\n");
    check(slurp("log/big.log.1") == FILE_MOST && holds("log/big.log", "next\n"),
          "what would be more begins a new one");
    truncate(in_scratch("log/big.log"), 0);
    file_close(file);
    for (char of = '1'; of <= '7'; of++) {
        ten_mib(file, of);
    }
    check(slurp("log/big.log") == FILE_MOST && content[0] == '7',
          "the newest is in the file itself");
    check(slurp("log/big.log.1") == FILE_MOST && content[0] == '6',
          "the one before it is the first");
    check(slurp("log/big.log.5") == FILE_MOST && content[0] == '2', "and the fifth the oldest");
    check(slurp("log/big.log.6") == -1, "for no more are kept");
    file_give(file, NOW);
}

static void deleted(void)
{
    struct log_file *file = take("gone");
    append(file, NOW, "one\n");
    unlink(in_scratch("log/gone.log"));
    append(file, NOW + LOOK_AGAIN_MS, "two\n");
    check(holds("log/gone.log", "two\n"), "a file that was deleted is made again");
    file_give(file, NOW);
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
            char name[16];
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

static int remove_one(const char *path, const struct stat *file, int kind,
                      struct FTW *place_in_walk)
{
    (void)file, (void)kind, (void)place_in_walk;
    return remove(path);
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    need(mkdtemp(scratch) != NULL && files_begin(in_scratch("log")) == 0, "a scratch directory");
    places();
    torn();
    full_disk();
    no_directory();
    rotation();
    deleted();
    many();
    nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return result();
}
