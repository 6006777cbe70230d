/* Times: local ones on a terminal, below a line that names the day and the place's distance from
 * UTC; anywhere else as they came, in UTC with a Z. */
#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int moment_of(const char *iso, struct tm *at, int *ms);
static void heading(struct show *show, const struct tm *at);

/* Appends an ISO 8601 time in UTC with milliseconds; anything else as it is. At the begin of a
 * line.
 */
void clock_add(struct show *show, const char *iso)
{
    struct tm at;
    int ms;
    if (!show->terminal || !moment_of(iso, &at, &ms)) {
        struct bytes text = { 0 };
        readable_add(&text, iso, 0);
        coloured_add(show, colour_faint, text.at ? text.at : "");
        free(text.at);
        return;
    }
    heading(show, &at);
    char text[32];
    (void)snprintf(text, sizeof text, "%02d:%02d:%02d.%03d", at.tm_hour, at.tm_min, at.tm_sec,
                   ms % 1000);
    coloured_add(show, colour_faint, text);
}

static int moment_of(const char *iso, struct tm *at, int *ms)
{
    *at = (struct tm){ 0 };
    if (sscanf(iso, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &at->tm_year, &at->tm_mon, &at->tm_mday,
               &at->tm_hour, &at->tm_min, &at->tm_sec, ms) != 7) {
        return 0;
    }
    at->tm_year -= 1900;
    at->tm_mon -= 1;
    time_t seconds = timegm(at);
    return localtime_r(&seconds, at) != NULL;
}

/* A line for the first time shown, each new day, and each change of the clocks. */
static void heading(struct show *show, const struct tm *at)
{
    int64_t minutes = at->tm_gmtoff / 60;
    int64_t day = ((int64_t)at->tm_year * 400 + at->tm_yday + 1) * 4096 + minutes + 2048;
    if (show->day == day) {
        return;
    }
    show->day = day;
    int64_t distance = minutes < 0 ? -minutes : minutes;
    char text[64];
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d, local time (UTC%c%02d:%02d)",
                   at->tm_year + 1900, at->tm_mon + 1, at->tm_mday, minutes < 0 ? '-' : '+',
                   (int)(distance / 60), (int)(distance % 60));
    coloured_add(show, colour_head, text);
    bytes_char(&show->out, '\n');
}
