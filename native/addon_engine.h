// What is asked of V8 that Node-API has no word for: functions of its C++ interface that every Node
// exports, declared by hand as libuv's are (v8-isolate.h, v8-initialization.h). Weak, so that one
// that is gone some day is a refusal rather than an addon that cannot be loaded.
#ifndef ARCHON_ADDON_ENGINE_H
#define ARCHON_ADDON_ENGINE_H

#include <cerrno>
#include <pthread.h>

#ifdef __linux__
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

extern "C" {
void *v8_isolate() __asm__("_ZN2v87Isolate10GetCurrentEv") __attribute__((weak));
void v8_low_memory(void *) __asm__("_ZN2v87Isolate21LowMemoryNotificationEv") __attribute__((weak));
void v8_set_flags(const char *) __asm__("_ZN2v82V818SetFlagsFromStringEPKc") __attribute__((weak));
double absl_cpu_frequency() __asm__("_ZN4absl13base_internal19NominalCPUFrequencyEv")
    __attribute__((weak));
}

inline void *AskFrequency(void *)
{
    (void)absl_cpu_frequency();
    return nullptr;
}

// How fast the processor counts is asked by the first of V8's locks that two threads want at once.
// Where the kernel does not say, it is found out by sleeping for 1 and for 2 ms, while everybody
// waits for that lock: that happened to every second daemon that took over. So it is found out
// ahead, by a thread that nobody waits for.
inline void MeasureAhead()
{
    pthread_t thread;
    if (absl_cpu_frequency && pthread_create(&thread, nullptr, AskFrequency, nullptr) == 0) {
        (void)pthread_detach(thread);
    }
}

// Frees all that can be freed, as the global `gc` does; that there is only under --expose-gc.
inline int Collect()
{
    if (!v8_isolate || !v8_low_memory) {
        return -ENOSYS;
    }
    v8_low_memory(v8_isolate());
    return 0;
}

// What is compiled stays so: a service that ends after hours of rest is started again as fast as
// any. On the command line this would have each start compile what Node brings compiled.
inline int KeepCompiled()
{
    if (!v8_set_flags) {
        return -ENOSYS;
    }
    v8_set_flags("--no-flush-bytecode");
    return 0;
}

#ifdef __linux__
// Of Node itself, which comes first, what cannot be written to: the file has it all.
inline int ForgetProgram(dl_phdr_info *program, size_t, void *)
{
    const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    for (int i = 0; i < program->dlpi_phnum; i++) {
        const auto &part = program->dlpi_phdr[i];
        if (part.p_type == PT_LOAD && (part.p_flags & PF_W) == 0) {
            uintptr_t from = (program->dlpi_addr + part.p_vaddr) & ~(page - 1);
            uintptr_t to = (program->dlpi_addr + part.p_vaddr + part.p_memsz) & ~(page - 1);
            (void)madvise(reinterpret_cast<void *>(from), to - from, MADV_DONTNEED);
        }
    }
    return 1;
}
#endif

// Gives back the pages of Node's program that its start has touched; what is used again comes back
// by itself, from the page cache (madvise(2)).
inline int Forget()
{
#ifdef __linux__
    (void)dl_iterate_phdr(ForgetProgram, nullptr);
#endif
    return 0;
}

#endif
