#include "arrivals.h"

#include "listen_address.h"

#include <errno.h>
#include <stddef.h>

static const uint32_t lot = 1024;

int arrivals_find(struct arrivals *all, int count)
{
    int v4 = 0, v6 = 0, paths = 0;
    for (int i = 0; i < count; i++) {
        union address address;
        all[i].count = 0;
        if (all[i].host == NULL) {
            paths++;
            continue;
        }
        if (all[i].port < 1 || all[i].port > UINT16_MAX ||
            listen_address(all[i].host, all[i].port, &address) == 0) {
            return -EINVAL;
        }
        *(address.any.sa_family == AF_INET ? &v4 : &v6) += 1;
    }
    int err = v4 == 0 ? 0 : arrivals_tcp(all, count, AF_INET);
    err = err != 0 || v6 == 0 ? err : arrivals_tcp(all, count, AF_INET6);
    return err != 0 || paths == 0 ? err : arrivals_unix(all, count);
}

void arrivals_note(struct arrivals *at, uint32_t number, uint32_t age)
{
    struct arrival *place = NULL;
    for (int i = 0; i < at->count; i++) {
        if (at->found[i].number / lot == number / lot) {
            if (at->found[i].number < number) {
                at->found[i] = (struct arrival){ number, age };
            }
            return;
        }
        if (place == NULL || place->age < at->found[i].age) {
            place = &at->found[i];
        }
    }
    if (at->count < MOST_ARRIVALS) {
        at->found[at->count++] = (struct arrival){ number, age };
    }
    else if (age < place->age) {
        *place = (struct arrival){ number, age };
    }
}
