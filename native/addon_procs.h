// What the kernel tells of processes, into an array of JavaScript's.
#ifndef ARCHON_ADDON_PROCS_H
#define ARCHON_ADDON_PROCS_H

#include "addon_plain.h"

extern "C" {
#include "procs.h"
}

constexpr size_t kProcs = PROCS_BATCH * sizeof(procs_event) / sizeof(int32_t);

inline Napi::Value ProcsRead(Info info)
{
    return Result(info, procs_read(Int(info[0]), static_cast<procs_event *>(info.Data())));
}

#endif
