/* Growing byte strings and lists. Without memory there is nothing left to do but say so. */
#include "ctl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *grown(void *at, size_t *room, size_t wanted, size_t size);
static void abort_memory(void) __attribute__((noreturn));

void bytes_add(struct bytes *to, const void *from, size_t len)
{
    if (to->len + len + 1 > to->room) {
        to->at = grown(to->at, &to->room, to->len + len + 1, 1);
    }
    memcpy(to->at + to->len, from, len);
    to->len += len;
    to->at[to->len] = '\0';
}

void bytes_text(struct bytes *to, const char *text)
{
    bytes_add(to, text, strlen(text));
}

void bytes_char(struct bytes *to, char c)
{
    bytes_add(to, &c, 1);
}

void bytes_printf(struct bytes *to, const char *format, ...)
{
    char *text;
    va_list values;
    va_start(values, format);
    int len = vasprintf(&text, format, values);
    va_end(values);
    if (len < 0) {
        abort_memory();
    }
    bytes_add(to, text, (size_t)len);
    free(text);
}

void list_add(struct list *to, const char *item)
{
    if (to->count == to->room) {
        to->at = grown(to->at, &to->room, to->count + 1, sizeof to->at[0]);
    }
    to->at[to->count++] = (char *)item;
}

/* A formatted string of its own, for a list to keep. */
char *text_of(const char *format, ...)
{
    char *text;
    va_list values;
    va_start(values, format);
    int len = vasprintf(&text, format, values);
    va_end(values);
    if (len < 0) {
        abort_memory();
    }
    return text;
}

/* Zeroed, to be freed. */
void *room_for(size_t count, size_t size)
{
    void *room = calloc(count, size);
    if (!room) {
        abort_memory();
    }
    return room;
}

static void *grown(void *at, size_t *room, size_t wanted, size_t size)
{
    size_t next = *room * 2 > wanted ? *room * 2 : wanted;
    if (next < 64) {
        next = 64;
    }
    void *moved = realloc(at, next * size);
    if (!moved) {
        abort_memory();
    }
    *room = next;
    return moved;
}

static void abort_memory(void)
{
    static const char line[] = "archonctl: out of memory\n";
    ssize_t told = write(STDERR_FILENO, line, sizeof line - 1);
    (void)told;
    _exit(CTL_ERROR);
}
