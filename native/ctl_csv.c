/* CSV as RFC 4180 has it: what archonctl sends and reads. A quote opens a field only at its start.
 */
#include "ctl.h"

#include <errno.h>
#include <string.h>

/* Appends one field, in quotes where it needs them; its bytes are unchanged. */
void csv_field(struct bytes *to, const char *field)
{
    if (!strpbrk(field, ",\"\r\n")) {
        bytes_text(to, field);
        return;
    }
    bytes_char(to, '"');
    for (const char *quote; (quote = strchr(field, '"')); field = quote + 1) {
        bytes_add(to, field, (size_t)(quote - field) + 1);
        bytes_char(to, '"');
    }
    bytes_text(to, field);
    bytes_char(to, '"');
}

/* Appends the fields as one record, without its line break. One empty field is "", no empty line.
 */
void csv_record(struct bytes *to, const struct list *fields)
{
    if (fields->count == 1 && fields->at[0][0] == '\0') {
        bytes_text(to, "\"\"");
        return;
    }
    for (size_t i = 0; i < fields->count; i++) {
        if (i > 0) {
            bytes_char(to, ',');
        }
        csv_field(to, fields->at[i]);
    }
}

/*
 * Splits a record (without its line break) in place: the fields point into it. 0, or -EBADMSG for
 * a stray quote, text behind a closing one, or a field that is never closed.
 */
int csv_split(char *line, struct list *fields)
{
    fields->count = 0;
    for (char *read = line;;) {
        char *write = read;
        list_add(fields, write);
        if (*read == '"') {
            read++;
            while (*read && (*read != '"' || read[1] == '"')) {
                read += *read == '"';
                *write++ = *read++;
            }
            if (*read++ != '"' || (*read && *read != ',')) {
                return -EBADMSG;
            }
        }
        else {
            read += strcspn(read, ",\"");
            if (*read == '"') {
                return -EBADMSG;
            }
            write = read;
        }
        char end = *read++;
        *write = '\0';
        if (!end) {
            return 0;
        }
    }
}
