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
    check(told == EFBIG, "why was told");
    limit_size(1);
    file->slot = 7;
    append(file, NOW, "lost\n");
    check(dropped_word == 1, "a count outlives a kill");
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

/* Each record has 10 bytes. */
static void ten(struct log_file *file, char from)
{
    char record[16];
    for (int i = 0; i < 10; i++) {
        snprintf(record, sizeof record, "%c%d.......\n", from, i);
        append(file, NOW, record);
    }
}

static struct log_file *limited(const char *name, uint64_t max, uint32_t keep)
{
    struct log_file *file = take(name);
    file_limit(file, max, keep);
    return file;
}

static void rotation(void)
{
    struct log_file *file = limited("big", 100, 3);
    ten(file, 'a');
    check(slurp("log/big.log") == 100 && slurp("log/big.log.1") == -1, "a file may have its most");
    append(file, NOW, "next\n");
    check(slurp("log/big.log.1") == 100 && holds("log/big.log", "next\n"),
          "what would be more begins a new one");
    for (char of = 'b'; of <= 'f'; of++) {
        ten(file, of);
    }
    check(slurp("log/big.log") == 10 && content[0] == 'f' && content[1] == '9',
          "the newest is in the file itself");
    check(slurp("log/big.log.1") == 100 && content[0] == 'e', "the one before it is the first");
    check(slurp("log/big.log.2") == 100 && content[0] == 'd', "and the second the oldest");
    check(slurp("log/big.log.3") == -1, "for three are kept, the one in use counted");
    file_give(file, NOW);
}

static void rotation_in_a_batch(void)
{
    struct log_file *file = limited("batch", 20, 9);
    append(file, NOW, "1.\n22222222222.\n33333333333333333333333333333.\n4.\n5.\n");
    check(holds("log/batch.log.2", "1.\n22222222222.\n"), "a batch may fill several files");
    check(holds("log/batch.log.1", "33333333333333333333333333333.\n"),
          "a record that is longer than a file may be has one of its own");
    check(holds("log/batch.log", "4.\n5.\n"), "and the rest goes on in the next");
    check(noted.skip == 47 && noted.offset == 0 && noted.ino == file->ino,
          "what is noted last is where the rest begins");
    file_append(file, NOW, "4.\n5.\n6.\n", 9, 6);
    check(holds("log/batch.log", "4.\n5.\n6.\n"), "what was written before a kill is skipped");
    file_cut(file, file->ino, 3);
    check(holds("log/batch.log", "4.\n"), "and what was half written is cut off");
    file_cut(file, file->ino + 1, 0);
    check(holds("log/batch.log", "4.\n"), "but of no other file");
    file_give(file, NOW);
}

static void limits(void)
{
    struct log_file *file = limited("one", 10, 1);
    append(file, NOW, "1.......\n2.......\n3.......\n");
    check(holds("log/one.log", "3.......\n") && slurp("log/one.log.1") == -1,
          "where one file is kept the old one goes");
    file_limit(file, 1, 3);
    append(file, NOW, "4\n5\n6\n");
    check(holds("log/one.log", "6\n") && holds("log/one.log.1", "5\n") &&
              holds("log/one.log.2", "4\n"),
          "with a most of 1 byte each record has a file");
    file_limit(file, 1, 2);
    check(slurp("log/one.log.2") == -1 && holds("log/one.log.1", "5\n"),
          "fewer to keep: the older ones go at once");
    file_give(file, NOW);
    spill("log/one.log.2", "of former times\n");
    spill("log/one.log.4", "of former times\n");
    spill("log/one.log.7", "of somebody else\n");
    file = limited("one", 100, 2);
    append(file, NOW, "7\n");
    check(slurp("log/one.log.2") == -1 && slurp("log/one.log.4") == -1,
          "or when the first record is written");
    check(slurp("log/one.log.7") > 0, "but for what stands alone");
    check(limited("zero", 0, 0)->max == FILE_MAX && take("zero")->keep == FILE_KEEP,
          "0 stands for what is usual");
    file_give(file, NOW);
}

static void holes(void)
{
    struct log_file *file = limited("hole", 1, 4);
    append(file, NOW, "1\n2\n3\n4\n");
    unlink(in_scratch("log/hole.log.2"));
    append(file, NOW, "5\n");
    check(holds("log/hole.log.3", "1\n") && holds("log/hole.log.2", "3\n") &&
              holds("log/hole.log.1", "4\n"),
          "where a part is missing, none is given up");
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
    rotation_in_a_batch();
    limits();
    holes();
    deleted();
    end_scratch();
    return result();
}
