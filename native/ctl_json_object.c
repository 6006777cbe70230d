/*
 * One row, event or gap as a JSON object. An event has the same keys whether it was followed or
 * read from the journal, where its `fields` are a CSV record within a column.
 */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

static void member(struct bytes *to, const char *name, const char *column, const char *value);
static void settings(struct bytes *to, char *const *fields, size_t count);

void json_row(struct bytes *to, const struct list *columns, const struct list *record)
{
    for (size_t i = 0; i < columns->count; i++) {
        char *value = i + 1 < record->count ? record->at[i + 1] : "";
        bytes_char(to, i == 0 ? '{' : ',');
        if (strcmp(columns->at[i], "fields") == 0) {
            struct list inner = { 0 };
            csv_split(value, &inner);
            settings(to, inner.at, *value || inner.count > 1 ? inner.count : 0);
            free(inner.at);
        }
        else {
            member(to, columns->at[i], columns->at[i], value);
        }
    }
    bytes_text(to, columns->count > 0 ? "}" : "{}");
}

/* `Event,seq,time,type,name,key=value...` or `Gap,first,last`. */
void json_event(struct bytes *to, const struct list *record)
{
    static const char *const names[][5] = { { "seq", "time", "type", "name" },
                                            { "first", "last" } };
    int gap = strcmp(record->at[0], "Gap") == 0;
    bytes_text(to, gap ? "{\"type\":\"gap\"" : "");
    for (size_t i = 0; names[gap][i]; i++) {
        bytes_char(to, i == 0 && !gap ? '{' : ',');
        member(to, names[gap][i], gap ? "seq" : names[gap][i],
               i + 1 < record->count ? record->at[i + 1] : "");
    }
    if (!gap) {
        bytes_char(to, ',');
        settings(to, record->at + 5, record->count > 5 ? record->count - 5 : 0);
    }
    bytes_char(to, '}');
}

/* `column` says what kind of value it is. */
static void member(struct bytes *to, const char *name, const char *column, const char *value)
{
    json_string(to, name, strlen(name));
    bytes_char(to, ':');
    json_value(to, column, strlen(column), value);
}

/* "fields":{...} of key=value texts. */
static void settings(struct bytes *to, char *const *fields, size_t count)
{
    bytes_text(to, "\"fields\":{");
    for (size_t i = 0; i < count; i++) {
        size_t len = strcspn(fields[i], "=");
        bytes_text(to, i > 0 ? "," : "");
        json_string(to, fields[i], len);
        bytes_char(to, ':');
        json_value(to, fields[i], len, fields[i][len] ? fields[i] + len + 1 : "");
    }
    bytes_char(to, '}');
}
