/*
 * The ledger's memory: a file on tmpfs in the run directory, else a file without a name. One that a
 * keeper left that was killed is taken over, for what it started lives on.
 */
#include "archond.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_ours(int fd);
static int is_of_now(const struct ledger_head *head);
static int make_new(struct minder *minder);
static int begin_new(struct ledger *ledger);
static uint64_t lower_nonce(uint64_t nonce);
static int open_new(struct settings *settings);
static void warn(const struct settings *settings, int error);
static void take_over(struct ledger *ledger);
static int map(int fd, struct ledger **out);

int ledger_make(struct minder *minder)
{
    int found = ledger_find(&minder->settings, &minder->ledger);
    if (found == -EPROTO && has_room(STDERR_FILENO)) {
        say("%s is another version's: what that one left running is not known here",
            minder->settings.ledger);
    }
    if (found == -ENOENT || found == -EPROTO) {
        found = make_new(minder);
    }
    else if (found >= 0) {
        minder->keeper->ledger_fd = found;
        take_over(minder->ledger);
    }
    if (found < 0) {
        return found;
    }
    struct ledger_head *head = &minder->ledger->head;
    head->handover = HANDOVER_VERSION; /* ours, whoever made the ledger */
    head->keeper = getpid();
    ledger_note(head, OWN_KEEPER, getpid());
    return 0;
}

int ledger_find(const struct settings *settings, struct ledger **out)
{
    int fd = open(settings->ledger, O_RDWR | O_NOFOLLOW);
    if (fd < 0) {
        return errno == EACCES || errno == ELOOP ? -ENOENT : -errno;
    }
    int ours = is_ours(fd);
    int failed = ours < 0 ? ours : ours == 0 ? -ENOENT : map(fd, out);
    if (!failed) {
        failed = is_of_now(&(*out)->head);
        if (failed) {
            (void)munmap(*out, sizeof(struct ledger));
        }
    }
    if (failed) {
        close(fd);
    }
    return failed ? failed : fd;
}

/* 1 or 0, or -errno: -EPROTO where it is of another size, and so of another version. */
static int is_ours(int fd)
{
    struct stat about;
    if (fstat(fd, &about) < 0) {
        return -errno;
    }
    bool ours = S_ISREG(about.st_mode) && about.st_uid == geteuid() && !(about.st_mode & 022);
    int found = ours ? os_in_memory(fd) : 0;
    return found == 1 && about.st_size != (off_t)sizeof(struct ledger) ? -EPROTO : found;
}

/* 0, -ENOENT when it is not, -EPROTO when it is of another version, or -errno. */
static int is_of_now(const struct ledger_head *head)
{
    char boot[sizeof head->boot];
    if (head->magic != LEDGER_MAGIC) {
        return -ENOENT;
    }
    if (head->version != LEDGER_VERSION || head->slots != LEDGER_SLOTS) {
        return -EPROTO;
    }
    int failed = os_boot(boot, sizeof boot);
    return failed ? failed : strncmp(head->boot, boot, sizeof boot) == 0 ? 0 : -ENOENT;
}

int ledger_held(const struct minder *minder)
{
    if (!minder->settings.ledger[0]) {
        return memory_file("archon-held", 0);
    }
    int created = minder->ledger->head.keepers > 1 ? O_CREAT : O_CREAT | O_TRUNC;
    return open(minder->settings.held, created | O_RDWR | O_NOFOLLOW, 0600);
}

static int make_new(struct minder *minder)
{
    int fd = open_new(&minder->settings);
    if (fd < 0) {
        warn(&minder->settings, -fd);
        minder->settings.ledger[0] = '\0';
        fd = memory_file("archon-ledger", sizeof(struct ledger));
    }
    int failed = fd < 0 ? fd : map(fd, &minder->ledger);
    minder->keeper->ledger_fd = fd;
    return failed ? failed : begin_new(minder->ledger);
}

/* Told at once, for else it shows when it is too late. */
static void warn(const struct settings *settings, int error)
{
    /* Nobody may be reading; it is no reason not to start. */
    if (strcmp(settings->log_level, "error") == 0 || !has_room(STDERR_FILENO)) {
        return;
    }
    if (error == ENOTSUP) {
        say("%s is not in memory (tmpfs): if this archond is killed, the next one does not take "
            "over what it started; name a --socket on a tmpfs, as /run or /dev/shm are mostly",
            settings->run_dir);
    }
    else {
        say("cannot make %s: %s; if this archond is killed, the next one does not take over what "
            "it started",
            settings->ledger, strerror(error));
    }
}

static int begin_new(struct ledger *ledger)
{
    struct ledger_head *head = &ledger->head;
    if (getrandom(&head->nonce, sizeof head->nonce, 0) != (ssize_t)sizeof head->nonce) {
        return -errno;
    }
    head->nonce = lower_nonce(head->nonce);
    head->version = LEDGER_VERSION;
    head->slots = LEDGER_SLOTS;
    head->keepers = 1;
    if (os_boot(head->boot, sizeof head->boot) != 0) {
        head->boot[0] = '\0'; /* no boot is called so: nobody takes it over */
    }
    __atomic_store_n(&head->magic, LEDGER_MAGIC, __ATOMIC_SEQ_CST);
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
static int open_new(struct settings *settings)
{
    (void)unlink(settings->ledger);
    int fd = open(settings->ledger, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return -errno;
    }
    int failed = os_in_memory(fd) == 1 ? os_reserve(fd, sizeof(struct ledger)) : -ENOTSUP;
    if (!failed) {
        return fd;
    }
    (void)unlink(settings->ledger);
    close(fd);
    return failed;
}

/* What there is was started by another keeper: it is not ours to wait for, and the connections and
 * other descriptors that it held went with it. */
static void take_over(struct ledger *ledger)
{
    ledger->head.outlived = ledger->head.start;
    ledger->head.keepers++;
    ledger->head.minder = 0;
    for (uint32_t slot = 0; slot < LEDGER_SLOTS; slot++) {
        ledger->at[slot].conn = -1;
        ledger->at[slot].kept = 0;
    }
    memset(ledger->connections, 0, sizeof ledger->connections);
}

static int map(int fd, struct ledger **out)
{
    size_t size = sizeof(struct ledger);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        return -errno;
    }
    *out = memory;
    return 0;
}
