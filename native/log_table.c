/* All FIFOs, found by their names `<slot>.<d|r>.<name>.<out|err>`: at most one per slot and stream.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct parts {
    uint32_t slot;
    unsigned stream;
    bool run;
    const char *name;
    size_t length;
};

static struct fifo *table[LEDGER_SLOTS][2];
static bool late;

static bool parse(const char *entry, struct parts *parts);
static struct fifo *make(const char *entry, const struct parts *parts);
static void add(const char *entry, const struct parts *parts);
static void limit(struct fifo *fifo);

void fifo_found(const char *entry)
{
    struct parts parts;
    if (!parse(entry, &parts)) {
        return;
    }
    struct fifo *old = table[parts.slot][parts.stream];
    if (old != NULL && !fifo_is_replaced(old, entry)) {
        return;
    }
    /* An archond that was killed in this directory left the old one. */
    if (old != NULL && fifo_drain(old)) {
        fifo_end(old);
    }
    add(entry, &parts);
}

static bool parse(const char *entry, struct parts *parts)
{
    char *dot;
    unsigned long slot = strtoul(entry, &dot, 10);
    const char *last = strrchr(entry, '.');
    if (entry[0] < '0' || entry[0] > '9' || slot >= LEDGER_SLOTS || last == NULL ||
        last - dot < 4) {
        return false;
    }
    *parts = (struct parts){ .slot = (uint32_t)slot,
                             .stream = strcmp(last, ".err") == 0,
                             .run = dot[1] == 'r',
                             .name = dot + 3,
                             .length = (size_t)(last - dot) - 3 };
    bool known_kind = dot[0] == '.' && (dot[1] == 'd' || dot[1] == 'r') && dot[2] == '.';
    return known_kind && (parts->stream == 1 || strcmp(last, ".out") == 0);
}

struct fifo *fifo_named(const char *entry)
{
    struct parts parts;
    if (!parse(entry, &parts)) {
        return NULL;
    }
    struct fifo *known = table[parts.slot][parts.stream];
    return known != NULL && strcmp(known->entry, entry) == 0 ? known : make(entry, &parts);
}

static struct fifo *make(const char *entry, const struct parts *parts)
{
    struct fifo *fifo = calloc(1, sizeof *fifo + strlen(entry) + 1);
    struct log_file *file = file_take(parts->run, parts->name, parts->length);
    if (fifo == NULL || file == NULL) {
        _exit(1); /* what is in the FIFOs stays there for the next archon-log */
    }
    fifo->fd = -1;
    fifo->slot = parts->slot;
    fifo->stream = (uint8_t)parts->stream;
    fifo->file = file;
    memcpy(fifo->entry, entry, strlen(entry) + 1);
    return fifo;
}

static void add(const char *entry, const struct parts *parts)
{
    struct fifo *fifo = make(entry, parts);
    int result = fifo_open(fifo, O_RDWR);
    if (result == -ENOENT) {
        file_give(fifo->file, now_ms());
        free(fifo);
        return;
    }
    late |= result < 0;
    table[fifo->slot][fifo->stream] = fifo;
    limit(fifo);
    held_load(fifo);
}

/* The file has the limits of the newest process of its name. */
static void limit(struct fifo *fifo)
{
    struct log_file *file = fifo->file;
    if (ledger_is_retired(fifo->slot) && file->slot != NO_SLOT) {
        return;
    }
    if (file->slot != fifo->slot) {
        if (file->slot != NO_SLOT) {
            ledger_set_dropped(file->slot, 0);
        }
        file->dropped += ledger_dropped(fifo->slot);
        file->slot = fifo->slot;
        if (file->dropped > 0) {
            ledger_set_dropped(fifo->slot, file->dropped);
            file_owes();
        }
    }
    file_limit(file, ledger_max(fifo->slot), ledger_keep(fifo->slot));
}

void fifos_limit(void)
{
    for (uint32_t slot = 0; slot < ledger_high(); slot++) {
        struct fifo *fifo = table[slot][0] != NULL ? table[slot][0] : table[slot][1];
        if (fifo != NULL && ledger_is_open(slot)) {
            limit(fifo);
        }
    }
}

struct fifo *fifo_at(uint32_t slot, unsigned stream)
{
    return table[slot][stream];
}

void fifo_forget(struct fifo *fifo)
{
    table[fifo->slot][fifo->stream] = NULL;
}

uint32_t fifo_key(const struct fifo *fifo)
{
    return 2 * fifo->slot + fifo->stream;
}

struct fifo *fifo_of(uint32_t key)
{
    return table[key / 2][key % 2];
}

void fifos_late(void)
{
    late = true;
}

bool fifos_are_late(void)
{
    return late;
}

void fifos_tick(void)
{
    late = false;
    for (uint32_t key = 0; key < FIFO_KEYS; key++) {
        struct fifo *fifo = fifo_of(key);
        int result = fifo != NULL && fifo->fd < 0 ? fifo_open(fifo, O_RDWR) : 0;
        if (result == -ENOENT) {
            fifo_end(fifo);
        }
        late |= result < 0 && result != -ENOENT;
    }
}

void fifos_drain(bool flush)
{
    for (uint32_t key = 0; key < FIFO_KEYS; key++) {
        struct fifo *fifo = fifo_of(key);
        if (fifo != NULL && fifo_drain(fifo) && flush) {
            fifo_flush(fifo);
        }
    }
}
