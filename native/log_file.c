/*
 * One log file: appended to, rotated at its size. What a full disk took half of is cut off at once.
 */
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 1000

static size_t put(struct log_file *file, int64_t now, const char *records, size_t n, size_t done);
static size_t next_piece(const struct log_file *file, const char *records, size_t n);
static size_t put_piece(struct log_file *file, const char *records, size_t n);
static void take_back(struct log_file *file, size_t n);
static void look_for(struct log_file *file, int64_t now);
static void count_dropped(struct log_file *file, int64_t now, const char *records, size_t n);
static void set_dropped(struct log_file *file, uint64_t count);
static void look_again(struct log_file *file);
static int opened(struct log_file *file);

#define TELL_AGAIN_MS 60000

static int failure; /* errno of the latest write that did not succeed */
static int64_t failure_told = -TELL_AGAIN_MS;

void file_append(struct log_file *file, int64_t now, const char *records, size_t n, size_t skip)
{
    if (skip >= n) {
        return;
    }
    size_t kept = file_note(file, now) ? put(file, now, records, n, skip) : skip;
    if (kept < n) {
        count_dropped(file, now, records + kept, n - kept);
    }
}

static void count_dropped(struct log_file *file, int64_t now, const char *records, size_t n)
{
    /* A full disk may take a few bytes now and then. */
    if (now < failure_told || now - failure_told >= TELL_AGAIN_MS) {
        failure_told = now;
        say_dropping(file->path, failure);
    }
    if (file->dropped == 0) {
        file_owes();
    }
    set_dropped(file, file->dropped + lines_count(records, n));
}

static void set_dropped(struct log_file *file, uint64_t count)
{
    file->dropped = count;
    if (file->slot != NO_SLOT) {
        ledger_set_dropped(file->slot, count);
    }
}

bool file_note(struct log_file *file, int64_t now)
{
    if (file->dropped == 0) {
        return true;
    }
    char note[96];
    stamp_write(note, now, 'a');
    int more = snprintf(note + STAMP_SIZE, sizeof note - STAMP_SIZE, "%llu lines dropped\n",
                        (unsigned long long)file->dropped);
    size_t n = STAMP_SIZE + (size_t)more;
    look_for(file, now);
    if (opened(file) < 0 || put_piece(file, note, n) < n) {
        return false;
    }
    set_dropped(file, 0);
    return true;
}

/* Puts the records behind the first `done` bytes; returns how many bytes of whole records are in
 * files then; behind them is nothing. */
static size_t put(struct log_file *file, int64_t now, const char *records, size_t n, size_t done)
{
    look_for(file, now);
    while (done < n && opened(file) == 0) {
        size_t piece = next_piece(file, records + done, n - done);
        if (piece == 0) {
            batch_piece(NULL, done);
            int err = rotate(file->path, file->keep);
            if (err == 0) {
                file_close(file);
                continue;
            }
            piece = n - done; /* better a file too large than lines lost */
        }
        batch_piece(file, done);
        size_t whole = put_piece(file, records + done, piece);
        done += whole;
        if (whole < piece) {
            break;
        }
    }
    return done;
}

/* How many of the bytes go into this file: whole records, in an empty one at least one; 0: it is to
 * be rotated. */
static size_t next_piece(const struct log_file *file, const char *records, size_t n)
{
    size_t room = file->size < file->max ? (size_t)(file->max - file->size) : 0;
    if (n <= room) {
        return n;
    }
    size_t whole = lines_whole(records, room);
    if (whole > 0 || file->size > 0) {
        return whole;
    }
    const char *first = memchr(records, '\n', n);
    return first != NULL ? (size_t)(first - records) + 1 : n;
}

/* Returns how many bytes of whole records it took. */
static size_t put_piece(struct log_file *file, const char *records, size_t n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t got = write(file->fd, records + done, n - done);
        if (got > 0) {
            done += (size_t)got;
        }
        else if (got == 0 || errno != EINTR) {
            failure = got == 0 ? ENOSPC : errno;
            break;
        }
    }
    file->size += done;
    if (done == n) {
        return n;
    }
    size_t whole = lines_whole(records, done);
    if (whole < done) {
        take_back(file, done - whole);
    }
    return whole;
}

/* Cuts n bytes off its end. */
static void take_back(struct log_file *file, size_t n)
{
    look_again(file); /* its size is known for sure, not only from what was written */
    if (file->fd >= 0 && file->size >= n) {
        file->size -= n;
        if (ftruncate(file->fd, (off_t)file->size) < 0) {
            file_close(file); /* it is cut when it is opened again */
        }
    }
}

void file_cut(struct log_file *file, uint64_t ino, uint64_t size)
{
    if (file_is_beyond(file, ino, size) && ftruncate(file->fd, (off_t)size) == 0) {
        file->size = size;
    }
}

bool file_is_beyond(struct log_file *file, uint64_t ino, uint64_t size)
{
    return ino != 0 && opened(file) == 0 && file->ino == ino && file->size > size;
}

static void look_for(struct log_file *file, int64_t now)
{
    if (file->fd >= 0 && (now < file->looked || now - file->looked >= LOOK_AGAIN_MS)) {
        look_again(file);
        file->looked = now;
    }
}

/* It may have been deleted (the logs of old runs are) or truncated by hand. */
static void look_again(struct log_file *file)
{
    struct stat now;
    if (fstat(file->fd, &now) < 0 || now.st_nlink == 0) {
        file_close(file);
    }
    else {
        file->size = (uint64_t)now.st_size;
    }
}

/* Opens the file if need be; why not is remembered. */
static int opened(struct log_file *file)
{
    int result = file_open(file);
    if (result < 0) {
        failure = -result;
    }
    return result;
}
