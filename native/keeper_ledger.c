/* The ledger's memory: a file on tmpfs in the run directory, else a file without a name. */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t lower_nonce(uint64_t nonce);
static int open_file(struct settings *settings);

int ledger_make(struct keeper *keeper)
{
    size_t size = sizeof(struct ledger);
    int fd = open_file(&keeper->settings);
    if (fd < 0) {
        keeper->settings.ledger[0] = '\0';
        fd = os_memory_file("archon-ledger", size);
    }
    if (fd < 0) {
        return fd;
    }
    struct ledger *ledger = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (ledger == MAP_FAILED) {
        return -errno;
    }
    (void)mlock(ledger, size); /* its pages are reserved in any case; a user may lock little */
    struct ledger_head *head = &ledger->head;
    if (getrandom(&head->nonce, sizeof head->nonce, 0) != (ssize_t)sizeof head->nonce) {
        return -errno;
    }
    head->nonce = lower_nonce(head->nonce);
    head->version = LEDGER_VERSION;
    head->slots = LEDGER_SLOTS;
    head->handover = HANDOVER_VERSION;
    head->keeper = getpid();
    __atomic_store_n(&head->magic, LEDGER_MAGIC, __ATOMIC_SEQ_CST);
    keeper->ledger = ledger;
    keeper->ledger_fd = fd;
    return 0;
}

/*
 * The mark of a process (core/mark.h) is a limit that only CAP_SYS_RESOURCE may raise. A keeper
 * that carries one itself, as the child of another archon, must give marks that lie below it.
 */
static uint64_t lower_nonce(uint64_t nonce)
{
    struct rlimit own;
    if (getrlimit(RLIMIT_LOCKS, &own) != 0 || own.rlim_max == RLIM_INFINITY) {
        return nonce;
    }
    uint64_t high = own.rlim_max >> 32;
    return high == 0 ? 0 : (nonce >> 32) % high << 32;
}

/* An old one belongs to a keeper that is gone, for the locks are ours. Never on a disk. */
static int open_file(struct settings *settings)
{
    (void)unlink(settings->ledger);
    int fd = open(settings->ledger, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return -errno;
    }
    if (os_in_memory(fd) && os_reserve(fd, sizeof(struct ledger)) == 0) {
        return fd;
    }
    (void)unlink(settings->ledger);
    close(fd);
    return -ENOTSUP;
}
