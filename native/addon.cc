// The core for Node: each function unpacks its arguments, calls one thing, returns a value or
// -errno, and decides nothing. src/native/addon.ts says what each of them means, the table is at
// the bottom. For the main thread only.
extern "C" {
#define _Static_assert static_assert
#include "clock.h"
#include "closer.h"
#include "fdpass.h"
#include "ledger_map.h"
#include "mark.h"
#include "wake.h"
}
#include "addon_arrivals.h"
#include "addon_engine.h"
#include "addon_inbox.h"
#include "addon_loop.h"
#include "addon_outbox.h"
#include "addon_plain.h"
#include "addon_procs.h"
#include "addon_spawn.h"
#include "addon_urgent.h"
#include "addon_users.h"

namespace {

class Archon : public Napi::Addon<Archon> {
  public:
    Archon(Napi::Env env, Napi::Object exports);

  private:
    Napi::Value MapLedger(Info info)
    {
        int err = ledger_map(Int(info[0]), &ledger_);
        if (err != 0) {
            return Result(info, err);
        }
        return Napi::ArrayBuffer::New(info.Env(), ledger_, sizeof *ledger_);
    }

    Napi::Value Start(Info info)
    {
        return Result(info, loop_.Start(info[0].As<Napi::Function>()));
    }

    Napi::Value Watch(Info info)
    {
        return Alive(info, poller_watch(&loop_.queue, Int(info[0]), Int(info[1]), Int(info[2])));
    }

    Napi::Value Change(Info info)
    {
        return Result(info, poller_change(&loop_.queue, Int(info[0]), Int(info[1]), Int(info[2])));
    }

    Napi::Value Unwatch(Info info)
    {
        return Alive(info, poller_unwatch(&loop_.queue, Int(info[0])));
    }

    Napi::Value Peek(Info info)
    {
        return Result(info, inbox_.Peek(Int(info[0])));
    }

    Napi::Value Receive(Info info)
    {
        return Result(info, inbox_.Receive(Int(info[0])));
    }

    Napi::Value NotifyReceive(Info info)
    {
        return Result(info, inbox_.NotifyReceive(Int(info[0]), info[1].ToBoolean()));
    }

    Napi::Value Pipe(Info info)
    {
        return Result(info, inbox_.Pipe());
    }

    Napi::Value Pair(Info info)
    {
        return Result(info, inbox_.Pair());
    }

    Napi::Value CloseLater(Info info)
    {
        Napi::Array list = info[0].As<Napi::Array>();
        std::vector<int> fds(list.Length());
        for (uint32_t i = 0; i < fds.size(); i++) {
            fds[i] = Int(list.Get(i));
        }
        return Result(info, closer_close(inbox_.closing, fds.data(), static_cast<int>(fds.size())));
    }

    Napi::Value Spawn(Info info)
    {
        Wanted want(info[0].As<Napi::Object>(), info[1]);
        want.request.ledger = ledger_;
        want.request.nofile = nofile_;
        return Alive(info, spawn(loop_.starts, &want.request, spawned_));
    }

    Napi::Value SpawnDone(Info info)
    {
        return Alive(info, spawn_done(loop_.starts, Int(info[0])));
    }

    Napi::Value MarkOf(Info info)
    {
        uint32_t start = 0;
        int err = ledger_ == nullptr ? -EINVAL : mark_of(Int(info[0]), ledger_->head.nonce, &start);
        return Result(info, err != 0 ? err : static_cast<long>(start));
    }

    // What was done may keep Node's loop alive, or no longer.
    Napi::Value Alive(Info info, int result)
    {
        loop_.KeepAlive();
        return Result(info, result);
    }

    // Kept, so that the memory stays where it is.
    template <typename Array> Array Keep(Array array)
    {
        kept_.push_back(Napi::Persistent(array.template As<Napi::Object>()));
        return array;
    }

    std::vector<Napi::ObjectReference> kept_;
    Loop loop_;
    Urgent urgent_{ loop_ };
    ledger *ledger_ = nullptr;
    Inbox inbox_;
    Outbox outbox_{ inbox_ };
    spawned *spawned_;
    uint64_t nofile_ = 0;
};

Archon::Archon(Napi::Env env, Napi::Object exports)
{
    MeasureAhead();
    Napi::Int32Array ready = Keep(Napi::Int32Array::New(env, 2 * POLLER_BATCH));
    Napi::Int32Array passed = Keep(Napi::Int32Array::New(env, 1 + FDPASS_MAX));
    Napi::Uint32Array sender = Keep(Napi::Uint32Array::New(env, 2));
    Napi::Int32Array started = Keep(Napi::Int32Array::New(env, sizeof *spawned_ / sizeof(int)));
    Napi::Int32Array procs = Keep(Napi::Int32Array::New(env, kProcs));
    Napi::Buffer<char> inbox = Keep(Napi::Buffer<char>::New(env, kInbox));
    spawned_ = reinterpret_cast<spawned *>(started.Data());
    inbox_ = { inbox.Data(), passed.Data(), sender.Data(), closer_new() };
    const char *nofile = getenv("ARCHON_NOFILE");
    nofile_ = nofile == nullptr ? 0 : strtoull(nofile, nullptr, 10);
    if (inbox_.closing == nullptr || poller_open(&loop_.queue, ready.Data()) != 0 ||
        starter_open(&loop_.starts, inbox_.closing, &loop_.queue) != 0) {
        Napi::Error::New(env, "archon.node: no memory or descriptors").ThrowAsJavaScriptException();
        return;
    }
    auto plain = [&](const char *name, auto function) {
        return InstanceValue(name, Napi::Function::New<decltype(function)::Call>(env, name));
    };
    auto sending = [&](const char *name, auto function) {
        return InstanceValue(name,
                             Napi::Function::New<decltype(function)::Call>(env, name, &outbox_));
    };
    const std::initializer_list<PropertyDescriptor> table = {
        InstanceValue("ready", ready),
        InstanceValue("queue", Napi::Number::New(env, loop_.queue.fd)),
        InstanceValue("inbox", inbox),
        InstanceValue("passed", passed),
        InstanceValue("sender", sender),
        InstanceValue("spawned", started),
        InstanceValue("procs", procs),
        InstanceMethod<&Archon::MapLedger>("mapLedger"),
        InstanceMethod<&Archon::Start>("start"),
        InstanceMethod<&Archon::Watch>("watch"),
        InstanceMethod<&Archon::Change>("change"),
        InstanceMethod<&Archon::Unwatch>("unwatch"),
        InstanceValue("watchUrgent", Napi::Function::New<Urgent::Watch>(env, nullptr, &urgent_)),
        InstanceValue("unwatchUrgent",
                      Napi::Function::New<Urgent::Unwatch>(env, nullptr, &urgent_)),
        plain("accept", Plain<Accept>{}),
        plain("peekBegin", Plain<peek_begin>{}),
        InstanceMethod<&Archon::Peek>("peek"),
        InstanceMethod<&Archon::Receive>("receive"),
        plain("consume", Plain<ConsumeAll>{}),
        InstanceValue("consumeMarked", Napi::Function::New<ConsumeMarked>(env, "consumeMarked")),
        InstanceValue("notifyOpen", Napi::Function::New<NotifyOpen>(env, "notifyOpen")),
        InstanceMethod<&Archon::NotifyReceive>("notifyReceive"),
        plain("fileOrder", Plain<notify_order>{}),
        InstanceMethod<&Archon::Pipe>("pipe"),
        InstanceMethod<&Archon::Pair>("pair"),
        sending("send", Sending<&Outbox::Send>{}),
        sending("sendText", Sending<&Outbox::SendText>{}),
        plain("hangUp", Plain<fdpass_hang_up>{}),
        InstanceValue("peer", Napi::Function::New<Peer>(env, "peer")),
        plain("close", Plain<Close>{}),
        plain("trim", Plain<Trim>{}),
        plain("collect", Plain<Collect>{}),
        plain("keepCompiled", Plain<KeepCompiled>{}),
        plain("forgetProgram", Plain<Forget>{}),
        InstanceValue("writeWithin", Napi::Function::New<WriteWithin>(env, "writeWithin")),
        InstanceMethod<&Archon::CloseLater>("closeLater"),
        sending("channelSend", Sending<&Outbox::ChannelSend>{}),
        sending("channelTake", Sending<&Outbox::ChannelTake>{}),
        sending("channelTakeAll", Sending<&Outbox::ChannelTakeAll>{}),
        sending("channelBegin", Sending<&Outbox::ChannelBegin>{}),
        plain("eventfdWrite", Plain<wake_write>{}),
        plain("eventfdRead", Plain<wake_read>{}),
        plain("clockWatch", Plain<clock_watch>{}),
        InstanceMethod<&Archon::Spawn>("spawn"),
        InstanceMethod<&Archon::SpawnDone>("spawnDone"),
        InstanceValue("lookupUser", Napi::Function::New<Lookup::User>(env, "lookupUser")),
        InstanceValue("lookupGroup", Napi::Function::New<Lookup::Group>(env, "lookupGroup")),
        plain("pidfdOpen", Plain<pidfd_of>{}),
        plain("pidfdCopy", Plain<pidfd_copy>{}),
        plain("pidfdOfThread", Plain<pidfd_of_thread>{}),
        plain("pidfdSignal", Plain<pidfd_signal>{}),
        plain("pidfdTake", Plain<pidfd_take>{}),
        InstanceValue("pidfdInfo", Napi::Function::New<PidfdInfo>(env, "pidfdInfo")),
        InstanceValue("againNote", Napi::Function::New<AgainNote>(env, "againNote")),
        InstanceValue("againOpen", Napi::Function::New<AgainOpen>(env, "againOpen")),
        InstanceMethod<&Archon::MarkOf>("markOf"),
        plain("procsOpen", Plain<procs_open>{}),
        InstanceValue("procsRead", Napi::Function::New<ProcsRead>(env, nullptr, procs.Data())),
        plain("procsClose", Plain<procs_close>{}),
        plain("seekEnd", Plain<SeekEnd>{}),
        InstanceValue("mkfifo", Napi::Function::New<Mkfifo>(env, "mkfifo")),
        plain("unread", Plain<fifo_unread>{}),
        plain("pipeHolds", Plain<pipe_holds>{}),
        plain("preallocate", Plain<preallocate>{}),
        InstanceValue("listenInet", Napi::Function::New<ListenInet>(env, "listenInet")),
        InstanceValue("listenUnix", Napi::Function::New<ListenUnix>(env, "listenUnix")),
        InstanceValue("tcpListener", Napi::Function::New<TcpListener>(env, "tcpListener")),
        InstanceValue("tcpListeners", Napi::Function::New<TcpListeners>(env, "tcpListeners")),
        InstanceValue("tcpAccepted", Napi::Function::New<TcpAccepted>(env, "tcpAccepted")),
        InstanceValue("arrivals", Napi::Function::New<Arrivals::Find>(env, "arrivals")),
        InstanceValue("listenHeldInet", Napi::Function::New<ListenHeldInet>(env, "listenHeldInet")),
        InstanceValue("listenHeldUnix", Napi::Function::New<ListenHeldUnix>(env, "listenHeldUnix")),
        plain("listenAgain", Plain<listen_again>{}),
        plain("listenWaiting", Plain<listen_waiting>{}),
        plain("peerPidfd", Plain<peer_pidfd>{}),
        sending("sendDescriptor", Sending<&Outbox::SendDescriptor>{}),
        InstanceValue("monotonic", Napi::Function::New<Monotonic>(env, "monotonic")),
    };
    DefineAddon(exports, table);
}

} // namespace

NODE_API_ADDON(Archon)
