/* archond: main. See archond.h for the whole. */
#include "archond.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/become.h"
#include "core/map.h"

static void own_descriptors(void);
static uint64_t raise_descriptor_limit(void);
static int begin(struct minder *minder, char **argv);
static bool can_fork(void);
static void *memory_make(const char *name, size_t size, int number);

int main(int argc, char **argv)
{
    int exit_code;
    const char *file;
    if (argc == 4 && strcmp(argv[1], "--child") == 0) {
        return child_become(argv[2], argv[3]);
    }
    if (argc == 2 && strcmp(argv[1], "--end") == 0) {
        return init_end();
    }
    own_descriptors();
    if (argc == 4 && strcmp(argv[1], "--fits") == 0) {
        return upgrade_fits(argv[2], argv[3]);
    }
    struct minder *minder = state_make();
    if (!minder) {
        return 1;
    }
    if (!options_read(argc, argv, &minder->settings, &file, &exit_code)) {
        return exit_code;
    }
    minder->nofile = raise_descriptor_limit();
    if (minder->nofile == 0) {
        return 1;
    }
    exit_code = minder->settings.init ? init_check(&minder->settings) : 0;
    if (exit_code == 0) {
        exit_code = programs_find(minder);
    }
    if (exit_code == 0 && file) {
        return check(&minder->settings, file, minder->nofile);
    }
    if (exit_code == 0) {
        exit_code = setup(minder);
    }
    return exit_code != 0 ? exit_code : begin(minder, argv);
}

/* The keeper is called as we are. */
static int begin(struct minder *minder, char **argv)
{
    minder->asked[SIGTERM] = minder->asked[SIGINT] = END_EXIT;
    if (minder->settings.init) {
        init_begin(minder);
    }
    if (minder->settings.init || can_fork()) {
        become(minder->keeper->self, argv);
    }
    (void)unlink(minder->settings.socket);
    ledger_end(minder);
    return 1;
}

/* Asked while there is somebody to be told: a keeper that cannot would try for ever, as process 1
 * does. */
static bool can_fork(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    if (pid < 0) {
        say("cannot start the daemon: %s", strerror(errno));
        return false;
    }
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    return true;
}

/* The first two descriptors that we open. */
struct minder *state_make(void)
{
    struct keeper *keeper = memory_make("archon-keeper", sizeof *keeper, KEEPER_STATE);
    struct minder *minder = memory_make("archon-minder", sizeof *minder, MINDER_STATE);
    if (!keeper || !minder) {
        say("cannot make the keeper's memory: %s", strerror(errno));
        return NULL;
    }
    keeper->magic = KEEPER_MAGIC;
    keeper->version = HANDOVER_VERSION;
    keeper->ledger_version = LEDGER_VERSION;
    minder->keeper = keeper;
    minder->ending = END_EXIT;
    return minder;
}

static void *memory_make(const char *name, size_t size, int number)
{
    int fd = memory_file(name, size);
    errno = fd < 0 ? -fd : errno;
    return fd == number ? map_file(fd, size, MAP_SHARED) : NULL;
}

/* 0 to 2 are open, so that nothing of ours lands there, and nothing else is inherited. */
static void own_descriptors(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= 2);
    os_close_from(3);
    umask(022);
}

/* With fewer the daemon does not come up. */
#define LEAST_DESCRIPTORS 256

/* Returns the soft limit that was; 0, after a message, when the hard one is too low. */
static uint64_t raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) {
        return 1024;
    }
    if (limit.rlim_max < LEAST_DESCRIPTORS) {
        say("%d descriptors are needed, the hard limit is %llu: raise it (ulimit -Hn)",
            LEAST_DESCRIPTORS, (unsigned long long)limit.rlim_max);
        return 0;
    }
    uint64_t soft = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return soft;
}
