// What needs no state: values in and out, and the functions that only call one of the core.
#ifndef ARCHON_ADDON_PLAIN_H
#define ARCHON_ADDON_PLAIN_H

#include <napi.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <string>
#include <utility>

#include <malloc.h>
#include <sys/socket.h>
#include <unistd.h>

extern "C" {
#include "again.h"
#include "fdpass.h"
#include "fifo.h"
#include "listen.h"
#include "notify.h"
#include "now.h"
#include "peek.h"
#include "peer.h"
#include "pidfd.h"
#include "pipe_holds.h"
#include "preallocate.h"
#include "tcp_accepted.h"
#include "tcp_listeners.h"
#include "write_within.h"
}

using Info = const Napi::CallbackInfo &;

inline int Int(const Napi::Value &value)
{
    return value.As<Napi::Number>().Int32Value();
}

inline Napi::Value Result(Info info, long value)
{
    return Napi::Number::New(info.Env(), static_cast<double>(value));
}

// A core function that takes numbers and returns one needs no more than this.
template <auto function> struct Plain;
template <typename... Args, int (*function)(Args...)> struct Plain<function> {
    static Napi::Value Call(Info info)
    {
        return Unpack(info, std::index_sequence_for<Args...>{});
    }
    template <size_t... index> static Napi::Value Unpack(Info info, std::index_sequence<index...>)
    {
        return Result(info, function(Int(info[index])...));
    }
};

inline int Accept(int listener)
{
    int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

inline int ConsumeAll(int fd, int bytes)
{
    return fdpass_consume(fd, bytes, nullptr);
}

inline Napi::Value ConsumeMarked(Info info)
{
    return Result(
        info, fdpass_consume(Int(info[0]), Int(info[1]), info[2].As<Napi::Uint8Array>().Data()));
}

inline Napi::Value WriteWithin(Info info)
{
    const auto bytes = info[2].As<Napi::Uint8Array>();
    return Result(info, write_within(Int(info[0]), Int(info[1]), bytes.Data(), bytes.ByteLength()));
}

// Gives what malloc holds and nobody uses back to the system: what compiling and starting took in
// passing.
inline int Trim()
{
#ifdef __GLIBC__
    return malloc_trim(0);
#else
    return 0;
#endif
}

inline int Close(int fd)
{
    return close(fd) == 0 ? 0 : -errno;
}

inline int SeekEnd(int fd)
{
    return lseek(fd, 0, SEEK_END) < 0 ? -errno : 0;
}

inline Napi::Value Peer(Info info)
{
    peer peer;
    int err = peer_of(Int(info[0]), &peer);
    if (err != 0) {
        return Result(info, err);
    }
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("pid", peer.pid);
    object.Set("uid", peer.uid);
    object.Set("gid", peer.gid);
    return object;
}

inline Napi::Value PidfdInfo(Info info)
{
    pidfd_about about;
    int err = pidfd_info(Int(info[0]), &about);
    if (err != 0) {
        return Result(info, err);
    }
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("pid", about.pid);
    object.Set("ppid", about.ppid);
    object.Set("ruid", about.ruid);
    object.Set("suid", about.suid);
    object.Set("exit", about.exit);
    return object;
}

inline Napi::Value AgainNote(Info info)
{
    again known;
    int err = again_note(Int(info[0]), Int(info[1]), &known);
    if (err != 0) {
        return Result(info, err);
    }
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("handle", known.handle);
    object.Set("began", known.began);
    return object;
}

inline Napi::Value AgainOpen(Info info)
{
    Napi::Object object = info[1].As<Napi::Object>();
    const again known = { object.Get("handle").As<Napi::Number>(),
                          object.Get("began").As<Napi::Number>() };
    return Result(info, again_open(Int(info[0]), &known));
}

inline Napi::Value Mkfifo(Info info)
{
    std::string path = info[0].As<Napi::String>();
    return Result(info, fifo_make(path.c_str(), Int(info[1]), Int(info[2])));
}

inline Napi::Value NotifyOpen(Info info)
{
    std::string path = info[0].As<Napi::String>();
    return Result(info, notify_open(path.c_str(), Int(info[1]), Int(info[2])));
}

inline Napi::Value ListenInet(Info info)
{
    std::string host = info[0].As<Napi::String>();
    return Result(
        info, listen_inet(host.c_str(), Int(info[1]), info[2].ToBoolean(), info[3].ToBoolean()));
}

inline Napi::Value TcpAccepted(Info info)
{
    std::string near = info[0].As<Napi::String>(), far = info[2].As<Napi::String>();
    return Result(info,
                  tcp_accepted({ near.c_str(), Int(info[1]) }, { far.c_str(), Int(info[3]) }));
}

inline Napi::Value TcpListener(Info info)
{
    std::string near = info[0].As<Napi::String>();
    return Result(info, tcp_listener({ near.c_str(), Int(info[1]) }));
}

inline Napi::Value TcpListeners(Info info)
{
    std::string host = info[0].As<Napi::String>();
    tcp_listening found[1024];
    const int room = sizeof found / sizeof *found;
    int count = tcp_listeners(host.empty() ? nullptr : host.c_str(), Int(info[1]), found, room);
    if (count < 0 || count > room) {
        return Result(info, count < 0 ? count : -E2BIG);
    }
    Napi::Array list = Napi::Array::New(info.Env(), static_cast<size_t>(count));
    for (int i = 0; i < count; i++) {
        Napi::Object one = Napi::Object::New(info.Env());
        one.Set("uid", found[i].uid);
        one.Set("inode", found[i].inode);
        list.Set(static_cast<uint32_t>(i), one);
    }
    return list;
}

inline Napi::Value ListenUnix(Info info)
{
    std::string path = info[0].As<Napi::String>();
    return Result(info,
                  listen_unix(path.c_str(), static_cast<mode_t>(Int(info[1])),
                              static_cast<uid_t>(Int(info[2])), static_cast<gid_t>(Int(info[3]))));
}

inline Napi::Value ListenHeldInet(Info info)
{
    std::string host = info[2].As<Napi::String>();
    return Result(info, listen_held_inet(Int(info[0]), Int(info[1]), host.c_str(), Int(info[3]),
                                         info[4].ToBoolean(), info[5].ToBoolean()));
}

inline Napi::Value ListenHeldUnix(Info info)
{
    std::string path = info[2].As<Napi::String>();
    return Result(info, listen_held_unix(Int(info[0]), Int(info[1]), path.c_str()));
}

inline Napi::Value Monotonic(Info info)
{
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double nanoseconds = static_cast<double>(now.tv_sec * 1000000000 + now.tv_nsec);
    return Napi::Number::New(info.Env(), nanoseconds / 1e3);
}

#endif
