/*
 * Log files in a scratch directory. archon-log is no library, so its sources are taken in here.
 */
#ifndef ARCHON_TEST_LOG_SCRATCH_H
#define ARCHON_TEST_LOG_SCRATCH_H

#include "../log_file.c"   // NOLINT(bugprone-suspicious-include)
#include "../log_files.c"  // NOLINT(bugprone-suspicious-include)
#include "../log_lines.c"  // NOLINT(bugprone-suspicious-include)
#include "../log_open.c"   // NOLINT(bugprone-suspicious-include)
#include "../log_rotate.c" // NOLINT(bugprone-suspicious-include)

#include "check.h"

#include <ftw.h>

#define NOW 1795168800007

/* What log_batch.c, log_ledger.c and log_say.c do otherwise. */
static struct ledger_piece noted;
static uint64_t dropped_word;
static int told;

void batch_piece(const struct log_file *file, uint64_t skip)
{
    noted = (struct ledger_piece){ .skip = skip };
    if (file != NULL) {
        noted.ino = file->ino;
        noted.offset = file->size;
    }
}

void ledger_set_dropped(uint32_t slot, uint64_t count)
{
    (void)slot;
    dropped_word = count;
}

void say_dropping(const char *path, int err)
{
    (void)path;
    told = err;
}

static char scratch[PATH_MAX] = "/tmp/archon-log-XXXXXX";
static char content[16 << 20];

static inline const char *in_scratch(const char *name)
{
    static char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", scratch, name);
    return path;
}

static inline void begin_scratch(void)
{
    need(mkdtemp(scratch) != NULL && files_begin(in_scratch("log")) == 0, "a scratch directory");
}

static inline int remove_one(const char *path, const struct stat *file, int kind,
                             struct FTW *place_in_walk)
{
    (void)file, (void)kind, (void)place_in_walk;
    return remove(path);
}

static inline void end_scratch(void)
{
    nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The size of a file, -1 when there is none; `content` is what it holds. */
static inline long slurp(const char *name)
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

static inline bool holds(const char *name, const char *wanted)
{
    slurp(name);
    bool good = strcmp(content, wanted) == 0;
    if (!good) {
        printf("#   %s: %s\n", name, content);
    }
    return good;
}

static inline void spill(const char *name, const char *bytes)
{
    FILE *file = fopen(in_scratch(name), "w");
    fputs(bytes, file);
    fclose(file);
}

static inline struct log_file *take(const char *name)
{
    return file_take(false, name, strlen(name));
}

static inline void append(struct log_file *file, int64_t now, const char *text)
{
    file_append(file, now, text, strlen(text), 0);
}

#endif
