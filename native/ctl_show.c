/* Showing what comes back: which form a request's records take, and which record goes to what of
 * it. */
#include "ctl.h"

#include <signal.h>
#include <string.h>

/* Forms of their own: for people at a terminal, and for programs. */
static const struct {
    const char *request;
    const struct form *people, *programs;
} own_forms[] = {
    { "Subscribe", &form_events, &form_events }, { "Events", &form_events, &form_events },
    { "Logs", &form_logs, &form_logs },          { "Save", &form_lines, &form_lines },
    { "Tree", &form_tree, &form_table },         { "Why", &form_sentences, &form_table },
};

void show_begin(struct show *show, const struct ask *ask, int follows)
{
    terminal_look(show, ask);
    show->asked = ask->fields.count > 0 ? ask->fields.at[0] : NULL;
    show->form = ask->json ? (follows ? &form_json_lines : &form_json) : &form_table;
    for (size_t i = 0; !ask->json && i < sizeof own_forms / sizeof own_forms[0]; i++) {
        if (strcmp(own_forms[i].request, ask->verb->request) == 0) {
            show->form = show->terminal ? own_forms[i].people : own_forms[i].programs;
        }
    }
    if (ask->verb->flags & (VERB_ROWS | VERB_FOLLOW)) {
        signal(SIGPIPE, SIG_IGN);
    }
}

/* Shows a record that is no final reply; 0 for one that is, or that nobody knows. */
int show_record(struct show *show, const struct list *record)
{
    const char *tag = record->at[0];
    if (strcmp(tag, "Columns") == 0) {
        show->columns.count = 0;
        for (size_t i = 1; i < record->count; i++) {
            list_add(&show->columns, text_of("%s", record->at[i]));
        }
        show->form->columns(show);
    }
    else if (strcmp(tag, "Row") == 0 && show->columns.count > 0) {
        show->form->row(show, record);
    }
    else if (strcmp(tag, "Event") == 0 || strcmp(tag, "Gap") == 0) {
        show->form->event(show, record);
    }
    else {
        return 0;
    }
    return 1;
}
