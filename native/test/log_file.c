/*
 * What is in a log file after a disk was full (a limit of the size of files stands for it: write(2)
 * takes what fits and then fails in the same way), after a kill, after a rotation.
 */
#include "log_scratch.h"

#include <signal.h>
#include <sys/resource.h>

#define NOTE(n) "2026-11-20T10:00:00.007Z a " n " lines dropped\n"

static char records[1 << 20];

static void limit_size(rlim_t bytes)
{
    struct rlimit limit = { bytes, RLIM_INFINITY };
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void torn(void)
{
    struct log_file *file = take("torn");
    append(file, NOW, "make its directory\n");
    file_give(file, NOW);
    spill("log/torn.log", "whole\nto");
    file = take("torn");
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
    files_begin(in_scratch("blocked"));
    struct log_file *file = take("web");
    append(file, NOW, "one\n");
    check(file->dropped == 1, "where no file can be made all is counted as dropped");
    unlink(in_scratch("blocked"));
    append(file, NOW, "two\n");
    check(holds("blocked/web.log", NOTE("1") "two\n"), "and told when one can be made");
    file_give(file, NOW);
    files_begin(in_scratch("log"));
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

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    begin_scratch();
    torn();
    full_disk();
    no_directory();
    rotation();
    deleted();
    end_scratch();
    return result();
}
