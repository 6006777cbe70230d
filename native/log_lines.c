/* Cutting bytes into lines and putting the stamp before each; no system calls but the heap's. */
#include "log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *record(char *to, struct held *held, const char *stamp, const char *bytes, size_t n);
static bool hold(struct held *held, const char *bytes, size_t n);

size_t lines_cut(struct held *held, const char *stamp, const char *bytes, size_t n, char *out)
{
    const char *end = bytes + n;
    char *to = out;
    while (bytes < end) {
        const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
        size_t length = (size_t)((stop != NULL ? stop : end) - bytes);
        if (stop != NULL && held->length == 0 && length <= LINE_MOST) { /* nearly all are such */
            memcpy(to, stamp, STAMP_SIZE);
            memcpy(to + STAMP_SIZE, bytes, length + 1);
            to += STAMP_SIZE + length + 1;
            bytes = stop + 1;
            continue;
        }
        /* A line of exactly LINE_MOST bytes is still one record, so a full one waits for what
         * follows. */
        while (held->length + length > LINE_MOST) {
            size_t piece = LINE_MOST - held->length;
            to = record(to, held, stamp, bytes, piece);
            bytes += piece;
            length -= piece;
        }
        if (stop != NULL || !hold(held, bytes, length)) {
            to = record(to, held, stamp, bytes, length);
        }
        bytes = stop != NULL ? stop + 1 : end;
    }
    return (size_t)(to - out);
}

size_t lines_end(struct held *held, const char *stamp, char *out)
{
    return held->length == 0 ? 0 : (size_t)(record(out, held, stamp, NULL, 0) - out);
}

static char *record(char *to, struct held *held, const char *stamp, const char *bytes, size_t n)
{
    memcpy(to, stamp, STAMP_SIZE);
    to += STAMP_SIZE;
    if (held->length > 0) {
        memcpy(to, held->bytes, held->length);
        to += held->length;
        free(held->bytes);
        *held = (struct held){ 0 };
    }
    if (n > 0) {
        memcpy(to, bytes, n);
        to += n;
    }
    *to = '\n';
    return to + 1;
}

/* False without memory: then what there is of the line becomes a record now, which loses nothing.
 */
static bool hold(struct held *held, const char *bytes, size_t n)
{
    size_t needed = held->length + n;
    if (needed > held->room) {
        size_t room = held->room > 0 ? held->room : 256;
        while (room < needed) {
            room *= 2;
        }
        char *grown = realloc(held->bytes, room);
        if (grown == NULL) {
            return false;
        }
        held->bytes = grown;
        held->room = room;
    }
    memcpy(held->bytes + held->length, bytes, n);
    held->length = needed;
    return true;
}

/* Records hold no line break but their last byte. */
size_t lines_whole(const char *records, size_t n)
{
    const char *last = n > 0 ? memrchr(records, '\n', n) : NULL;
    return last != NULL ? (size_t)(last - records) + 1 : 0;
}

uint64_t lines_count(const char *records, size_t n)
{
    uint64_t count = 0;
    const char *end = records + n;
    while ((records = memchr(records, '\n', (size_t)(end - records))) != NULL) {
        count++;
        records++;
    }
    return count;
}

void stamp_write(char stamp[STAMP_SIZE], int64_t ms, char stream)
{
    static char second[64] = "";
    static int64_t known = -1;
    if (known != ms / 1000) {
        known = ms / 1000;
        time_t when = (time_t)known;
        struct tm date;
        gmtime_r(&when, &date);
        strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S.", &date);
    }
    int rest = (int)(ms % 1000);
    memcpy(stamp, second, 20);
    stamp[20] = (char)('0' + rest / 100);
    stamp[21] = (char)('0' + rest / 10 % 10);
    stamp[22] = (char)('0' + rest % 10);
    memcpy(stamp + 23, "Z o ", 4);
    stamp[25] = stream;
}
