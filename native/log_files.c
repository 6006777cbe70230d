/*
 * Which log files there are: a hash table by path, because runs come by thousands, and the order of
 * their last use, because descriptors are bounded.
 */
#include "log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUCKETS 4096u
#define OPEN_MOST 512u
#define OWED_MOST 1024u /* files without a user that are remembered for the count they are owed */

static char root[PATH_MAX];
static struct log_file *buckets[BUCKETS];
static struct log_file *newest, *oldest;
static unsigned open_files;
static unsigned orphans;
static bool owed;

static struct log_file **place(const char *path);
static void forget(struct log_file *file);
static void unlink_use(struct log_file *file);

int files_begin(const char *directory)
{
    /* What follows it: "/runs/", a name of at most NAME_MAX, ".log.4294967295". */
    if (strlen(directory) + NAME_MAX + 24 > sizeof root) {
        return -ENAMETOOLONG;
    }
    snprintf(root, sizeof root, "%s", directory);
    return 0;
}

struct log_file *file_take(bool run, const char *name, size_t length)
{
    char path[PATH_MAX + NAME_MAX + 16];
    snprintf(path, sizeof path, "%s%s/%.*s.log", root, run ? "/runs" : "", (int)length, name);
    struct log_file **at = place(path);
    if (*at == NULL) {
        struct log_file *file = calloc(1, sizeof *file + strlen(path) + 1);
        if (file == NULL) {
            return NULL;
        }
        memcpy(file->path, path, strlen(path) + 1);
        file->fd = -1;
        file->slot = NO_SLOT;
        file->max = FILE_MAX;
        file->keep = FILE_KEEP;
        *at = file;
    }
    else if ((*at)->users == 0) {
        orphans--;
    }
    (*at)->users++;
    return *at;
}

void file_give(struct log_file *file, int64_t now)
{
    file->users--;
    if (file->users > 0) {
        return;
    }
    if (file_note(file, now) || orphans >= OWED_MOST) {
        forget(file);
    }
    else {
        orphans++;
    }
}

void file_limit(struct log_file *file, uint64_t max, uint32_t keep)
{
    uint32_t before = file->keep;
    file->max = max > 0 ? max : FILE_MAX;
    file->keep = keep > 0 ? keep : FILE_KEEP;
    if (file->pruned && file->keep < before) {
        rotate_prune(file->path, file->keep);
    }
}

void file_owes(void)
{
    owed = true;
}

bool files_owe(void)
{
    return owed;
}

void files_tick(int64_t now)
{
    owed = false;
    for (unsigned i = 0; i < BUCKETS; i++) {
        struct log_file *next = NULL;
        for (struct log_file *file = buckets[i]; file != NULL; file = next) {
            next = file->next;
            if (!file_note(file, now)) {
                owed = true;
            }
            else if (file->users == 0) {
                orphans--;
                forget(file);
            }
        }
    }
}

void file_opened(struct log_file *file, int fd)
{
    while (open_files >= OPEN_MOST) {
        files_close_oldest();
    }
    file->fd = fd;
    open_files++;
    file->older = newest;
    *(newest != NULL ? &newest->newer : &oldest) = file;
    newest = file;
}

void file_used(struct log_file *file)
{
    if (file != newest) {
        int fd = file->fd;
        unlink_use(file);
        file_opened(file, fd);
    }
}

void file_close(struct log_file *file)
{
    if (file->fd >= 0) {
        close(file->fd);
        unlink_use(file);
        file->fd = -1;
    }
}

bool files_close_oldest(void)
{
    if (oldest == NULL) {
        return false;
    }
    file_close(oldest);
    return true;
}

/* Where the pointer to the file of that path is, or belongs; FNV-1a. */
static struct log_file **place(const char *path)
{
    uint32_t hash = 2166136261u;
    for (const char *at = path; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    }
    struct log_file **at = &buckets[hash % BUCKETS];
    while (*at != NULL && strcmp((*at)->path, path) != 0) {
        at = &(*at)->next;
    }
    return at;
}

static void forget(struct log_file *file)
{
    file_close(file);
    *place(file->path) = file->next;
    free(file);
}

static void unlink_use(struct log_file *file)
{
    *(file->newer != NULL ? &file->newer->older : &newest) = file->older;
    *(file->older != NULL ? &file->older->newer : &oldest) = file->newer;
    file->newer = NULL;
    file->older = NULL;
    open_files--;
}
