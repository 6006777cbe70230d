/* Numbers as people read them: seconds, bytes, percent. Programs get them as they came. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

static void seconds_add(struct bytes *to, long long seconds);
static void size_add(struct bytes *to, double size);

/* Appends the value of that column if it is one to be rounded; 0: it is not. */
int human_add(struct bytes *to, const char *column, const char *value)
{
    if (!is_number(value) || *value == '-') {
        return 0;
    }
    if (strcmp(column, "uptime") == 0) {
        seconds_add(to, atoll(value));
    }
    else if (strcmp(column, "rss") == 0) {
        size_add(to, atof(value));
    }
    else if (strcmp(column, "cpu") == 0) {
        bytes_printf(to, "%s%%", value);
    }
    else {
        return 0;
    }
    return 1;
}

/* The two largest units: 42s, 4m05s, 3h12m, 5d04h. */
static void seconds_add(struct bytes *to, long long seconds)
{
    static const struct {
        long long unit, next;
        char name, next_name;
    } units[] = { { 86400, 3600, 'd', 'h' }, { 3600, 60, 'h', 'm' }, { 60, 1, 'm', 's' } };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (seconds >= units[i].unit) {
            bytes_printf(to, "%lld%c%02lld%c", seconds / units[i].unit, units[i].name,
                         seconds % units[i].unit / units[i].next, units[i].next_name);
            return;
        }
    }
    bytes_printf(to, "%llds", seconds);
}

/* Of 1024 each: 512, 12.3K, 512.0M. */
static void size_add(struct bytes *to, double size)
{
    const char *unit = "KMGTPE";
    if (size < 1024) {
        bytes_printf(to, "%.0f", size);
        return;
    }
    /* What would be shown as 1024.0 is one of the next. */
    for (size /= 1024; size >= 1023.95 && unit[1]; size /= 1024) {
        unit++;
    }
    bytes_printf(to, "%.1f%c", size, *unit);
}
