// What is asked of V8 that Node-API has no word for: functions of its C++ interface that every Node
// exports, declared by hand as libuv's are (v8-isolate.h, v8-initialization.h). Weak, so that one
// that is gone some day is a refusal rather than an addon that cannot be loaded.
#ifndef ARCHON_ADDON_ENGINE_H
#define ARCHON_ADDON_ENGINE_H

#include <cerrno>

extern "C" {
void *v8_isolate() __asm__("_ZN2v87Isolate10GetCurrentEv") __attribute__((weak));
void v8_low_memory(void *) __asm__("_ZN2v87Isolate21LowMemoryNotificationEv") __attribute__((weak));
void v8_set_flags(const char *) __asm__("_ZN2v82V818SetFlagsFromStringEPKc") __attribute__((weak));
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

#endif
