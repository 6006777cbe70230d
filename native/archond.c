/* archond: main. See archond.h for the whole. */
#include "archond.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void own_descriptors(void);
static uint64_t raise_descriptor_limit(void);
static int begin(struct keeper *keeper, char **argv);

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
    struct keeper *keeper = state_make();
    if (!keeper) {
        return 1;
    }
    if (!options_read(argc, argv, &keeper->settings, &file, &exit_code)) {
        return exit_code;
    }
    keeper->nofile = raise_descriptor_limit();
    if (keeper->nofile == 0) {
        return 1;
    }
    exit_code = keeper->settings.init ? init_check(&keeper->settings) : 0;
    if (exit_code == 0) {
        exit_code = programs_find(&keeper->settings);
    }
    if (exit_code == 0 && file) {
        return check(&keeper->settings, file, keeper->nofile);
    }
    if (exit_code == 0) {
        exit_code = setup(keeper);
    }
    return exit_code != 0 ? exit_code : begin(keeper, argv);
}

/* The keeper is called as we are. */
static int begin(struct keeper *keeper, char **argv)
{
    keeper->asked[SIGTERM] = keeper->asked[SIGINT] = END_EXIT;
    if (keeper->settings.init) {
        init_begin(keeper);
    }
    become(keeper->settings.keeper, argv);
    (void)unlink(keeper->settings.socket);
    ledger_end(keeper);
    return 1;
}

/* The first descriptor that we open. */
struct keeper *state_make(void)
{
    int fd = memory_file("archon-keeper", sizeof(struct keeper));
    void *memory =
        fd < 0 ? MAP_FAILED
               : mmap(NULL, sizeof(struct keeper), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED || fd != KEEPER_STATE) {
        say("cannot make the keeper's memory: %s", strerror(fd < 0 ? -fd : errno));
        return NULL;
    }
    struct keeper *keeper = memory;
    keeper->magic = KEEPER_MAGIC;
    keeper->version = HANDOVER_VERSION;
    keeper->ledger_version = LEDGER_VERSION;
    keeper->ending = END_EXIT;
    return keeper;
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
