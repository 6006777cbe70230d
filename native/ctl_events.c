/* Events as lines to read: local time, number, type, name, the rest; a line for each new day. */
#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void columns(struct show *show);
static void row(struct show *show, const struct list *record);
static void event(struct show *show, const struct list *record);
static void head(struct show *show, char *const *fields);
static void clock_time(struct show *show, const char *iso);
static int day_number(const struct tm *at);

const struct form form_events = { columns, row, event, columns };

static void columns(struct show *show)
{
    (void)show;
}

/* `Row,seq,time,type,name,fields`: the last one is a record within the record. */
static void row(struct show *show, const struct list *record)
{
    if (record->count < 6) {
        return;
    }
    struct list inner = { 0 };
    head(show, record->at + 1);
    csv_split(record->at[5], &inner);
    for (size_t i = 0; i < inner.count; i++) {
        bytes_text(&show->out, i == 0 && *inner.at[i] ? "  " : i == 0 ? "" : " ");
        readable_add(&show->out, inner.at[i], 0);
    }
    bytes_char(&show->out, '\n');
    free(inner.at);
}

/* `Event,seq,time,type,name,key=value...` or `Gap,first,last`. */
static void event(struct show *show, const struct list *record)
{
    if (strcmp(record->at[0], "Gap") == 0) {
        bytes_text(&show->out, "gap  ");
        readable_add(&show->out, record->count > 1 ? record->at[1] : "", 0);
        bytes_char(&show->out, '-');
        readable_add(&show->out, record->count > 2 ? record->at[2] : "", 0);
    }
    else if (record->count > 4) {
        head(show, record->at + 1);
        for (size_t i = 5; i < record->count; i++) {
            bytes_text(&show->out, i == 5 ? "  " : " ");
            readable_add(&show->out, record->at[i], 0);
        }
    }
    bytes_char(&show->out, '\n');
}

/* seq, time, type, name. */
static void head(struct show *show, char *const *fields)
{
    clock_time(show, fields[1]);
    static const int order[] = { 0, 2, 3 };
    for (size_t i = 0; i < 3; i++) {
        bytes_text(&show->out, "  ");
        readable_add(&show->out, fields[order[i]], 0);
    }
}

/* ISO 8601 UTC with milliseconds as HH:MM:SS.mmm here; what is none as it is. */
static void clock_time(struct show *show, const char *iso)
{
    struct tm at = { 0 };
    int ms;
    if (sscanf(iso, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &at.tm_year, &at.tm_mon, &at.tm_mday,
               &at.tm_hour, &at.tm_min, &at.tm_sec, &ms) != 7) {
        readable_add(&show->out, iso, 0);
        return;
    }
    at.tm_year -= 1900;
    at.tm_mon -= 1;
    time_t seconds = timegm(&at);
    localtime_r(&seconds, &at);
    if (show->day == 0) {
        time_t now = time(NULL);
        struct tm today;
        show->day = day_number(localtime_r(&now, &today));
    }
    if (show->day != day_number(&at)) {
        show->day = day_number(&at);
        bytes_printf(&show->out, "%04d-%02d-%02d\n", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday);
    }
    bytes_printf(&show->out, "%02d:%02d:%02d.%03d", at.tm_hour, at.tm_min, at.tm_sec, ms);
}

static int day_number(const struct tm *at)
{
    return at->tm_year * 400 + at->tm_yday + 1;
}
