/*
 * One value as JSON: a number where its column counts something, null for `-` where that means
 * "none", else a string in proper UTF-8.
 */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

static int is_one_of(const char *name, size_t len, const char *const *names);

void json_value(struct bytes *to, const char *name, size_t len, const char *escaped)
{
    if (is_number(escaped) && is_number_column(name, len)) {
        bytes_text(to, escaped);
    }
    else if (strcmp(escaped, "-") == 0 && !is_one_of(name, len, word_columns)) {
        bytes_text(to, "null");
    }
    else {
        json_string(to, escaped, strlen(escaped));
    }
}

/* Whether a column of that name counts something. */
int is_number_column(const char *name, size_t len)
{
    return is_one_of(name, len, number_columns);
}

/* `len` bytes of an escaped text; bytes that are no UTF-8 become U+FFFD, as JSON can hold none. */
void json_string(struct bytes *to, const char *escaped, size_t len)
{
    const char *end = escaped + len;
    struct unit unit;
    bytes_char(to, '"');
    while (escaped < end) {
        escaped = escape_next(escaped, &unit);
        if (unit.is_byte) {
            utf8_add(to, 0xfffd);
        }
        else if (unit.code == '"' || unit.code == '\\') {
            bytes_char(to, '\\');
            bytes_char(to, (char)unit.code);
        }
        else if (is_control(unit.code)) {
            bytes_printf(to, "\\u%04x", unit.code);
        }
        else {
            utf8_add(to, unit.code);
        }
    }
    bytes_char(to, '"');
}

static int is_one_of(const char *name, size_t len, const char *const *names)
{
    for (; *names; names++) {
        if (strlen(*names) == len && strncmp(*names, name, len) == 0) {
            return 1;
        }
    }
    return 0;
}

/* As JSON spells one, without an exponent, and exact in a double (RFC 8259, 6). */
int is_number(const char *text)
{
    const char *at = text + (*text == '-');
    size_t whole = strspn(at, "0123456789");
    if (whole == 0 || whole > 15 || (whole > 1 && *at == '0')) {
        return 0;
    }
    at += whole;
    if (*at != '.') {
        return *at == '\0';
    }
    size_t part = strspn(at + 1, "0123456789");
    return part > 0 && part <= 6 && at[1 + part] == '\0';
}
