/* What the two files of the puppet share; see puppet.c. */
#ifndef PUPPET_H
#define PUPPET_H

#include "../../native/core/ledger.h"

extern struct ledger *ledger;

/* The line that answers an order. */
void reply(const char *format, ...) __attribute__((format(printf, 1, 2)));

void order_start(char *rest);
void order_put(char *rest);
void order_slot(char *rest);
void order_whole(char *rest);
void order_connection(char *rest);
void order_head(char *rest);
void order_beat(char *rest);
void order_logged(char *rest);
void order_answer(char *rest);
void order_number(char *rest);

#endif
