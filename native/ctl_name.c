/* The name that a run gets when none is chosen: <base name of the program>.<pid of archonctl>. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_letter(char c);

/* By the rules for names: others than [A-Za-z0-9_.@-] are `_`, `_.@-` at the start are dropped. */
char *run_name(const char *args)
{
    char *copy = text_of("%s", args);
    struct list words = { 0 };
    csv_split(copy, &words);
    char *base = words.at[0];
    char *slash = strrchr(base, '/');
    base = slash ? slash + 1 : base;
    for (char *at = base; *at; at++) {
        if (!is_letter(*at) && !strchr("_.@-", *at)) {
            *at = '_';
        }
    }
    base += strspn(base, "_.@-");
    char *name = text_of("%.56s.%d", *base ? base : "process", (int)getpid());
    free(words.at);
    free(copy);
    return name;
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
