// The core for Node: each function unpacks its arguments, calls one thing, returns a value or
// -errno, and decides nothing. src/native/addon.ts says what each of them means. Main thread only.
#include <napi.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <unistd.h>
#include <vector>

#include <sys/socket.h>

extern "C" {
#define _Static_assert static_assert
#include "core/closer.h"
#include "core/fdpass.h"
#include "core/fifo.h"
#include "core/ledger_map.h"
#include "core/mark.h"
#include "core/peer.h"
#include "core/pidfd.h"
#include "core/poller.h"
#include "core/spawn.h"
#include "core/wake.h"

// The part of libuv that is needed; node-api-headers brings no uv.h (docs.libuv.org, uv_poll_t).
typedef struct uv_handle_s uv_poll_t;
extern size_t uv_handle_size(int type);
extern int uv_poll_init(struct uv_loop_s *loop, uv_poll_t *handle, int fd);
extern int uv_poll_start(uv_poll_t *handle, int events, void (*ready)(uv_poll_t *, int, int));
extern void uv_close(uv_poll_t *handle, void (*closed)(uv_poll_t *));
extern void uv_ref(uv_poll_t *handle);
extern void uv_unref(uv_poll_t *handle);
extern void *uv_handle_get_data(const uv_poll_t *handle);
extern void uv_handle_set_data(uv_poll_t *handle, void *data);
}

namespace {

constexpr int kUvPoll = 8, kUvReadable = 1;
constexpr int kChannel = 3;
constexpr size_t kInbox = 65536;

int Int(const Napi::Value &value)
{
    return value.As<Napi::Number>().Int32Value();
}

class Archon : public Napi::Addon<Archon> {
  public:
    Archon(Napi::Env env, Napi::Object exports);

  private:
    using Info = const Napi::CallbackInfo &;
    Napi::Value MapLedger(Info info);
    Napi::Value Start(Info info);
    Napi::Value Watch(Info info);
    Napi::Value Change(Info info);
    Napi::Value Unwatch(Info info);
    Napi::Value Accept(Info info);
    Napi::Value Receive(Info info);
    Napi::Value Send(Info info);
    Napi::Value SendText(Info info);
    Napi::Value HangUp(Info info);
    Napi::Value Peer(Info info);
    Napi::Value Close(Info info);
    Napi::Value CloseLater(Info info);
    Napi::Value ChannelSend(Info info);
    Napi::Value ChannelReceive(Info info);
    Napi::Value EventfdWrite(Info info);
    Napi::Value EventfdRead(Info info);
    Napi::Value Spawn(Info info);
    Napi::Value SpawnDone(Info info);
    Napi::Value PidfdOpen(Info info);
    Napi::Value PidfdSignal(Info info);
    Napi::Value PidfdInfo(Info info);
    Napi::Value MarkOf(Info info);
    Napi::Value Mkfifo(Info info);
    Napi::Value Unread(Info info);
    Napi::Value Monotonic(Info info);

    static void OnReady(uv_poll_t *handle, int status, int events);
    static void OnEnd(napi_async_cleanup_hook_handle hook, void *self);
    int Latin1(const Napi::Value &text);
    void TakeBatch();
    void KeepAlive();

    Napi::Value Result(long value)
    {
        return Napi::Number::New(env_, static_cast<double>(value));
    }

    Napi::Int32Array New32(size_t length)
    {
        kept_.push_back(Napi::Persistent(Napi::Int32Array::New(env_, length).As<Napi::Object>()));
        return kept_.back().Value().As<Napi::Int32Array>();
    }

    Napi::Env env_;
    std::vector<Napi::ObjectReference> kept_; // so that the memory below stays where it is
    int32_t *passed_, *spawned_;
    char *inbox_;
    char text_[kInbox + 2];
    ledger *ledger_ = nullptr;
    closer *closer_ = nullptr;
    starter *starter_ = nullptr;
    poller poller_;
    uv_poll_t *handle_ = nullptr;
    napi_async_cleanup_hook_handle hook_ = nullptr;
    std::unique_ptr<Napi::AsyncContext> context_;
    Napi::FunctionReference on_ready_;
    uint64_t nofile_ = 0;
};

Napi::Value Archon::MapLedger(Info info)
{
    int err = ledger_map(Int(info[0]), &ledger_);
    if (err != 0) {
        return Result(err);
    }
    return Napi::ArrayBuffer::New(env_, ledger_, sizeof *ledger_);
}

Napi::Value Archon::Start(Info info)
{
    uv_loop_s *loop;
    napi_get_uv_event_loop(env_, &loop);
    on_ready_ = Napi::Persistent(info[0].As<Napi::Function>());
    context_ = std::make_unique<Napi::AsyncContext>(env_, "archon");
    handle_ = static_cast<uv_poll_t *>(calloc(1, uv_handle_size(kUvPoll)));
    uv_handle_set_data(handle_, this);
    int err = uv_poll_init(loop, handle_, poller_.fd);
    if (err == 0) {
        err = uv_poll_start(handle_, kUvReadable, OnReady);
        napi_add_async_cleanup_hook(env_, OnEnd, this, &hook_);
        KeepAlive();
    }
    return Result(err);
}

void Archon::OnReady(uv_poll_t *handle, int, int)
{
    static_cast<Archon *>(uv_handle_get_data(handle))->TakeBatch();
}

void Archon::TakeBatch()
{
    Napi::HandleScope scope(env_);
    int count = poller_take(&poller_);
    if (count <= 0) {
        return;
    }
    on_ready_.MakeCallback(env_.Global(), { Napi::Number::New(env_, count) }, *context_);
    poller_taken(&poller_);
    if (env_.IsExceptionPending()) {
        napi_fatal_exception(env_, env_.GetAndClearPendingException().Value());
    }
}

// What is watched keeps the event loop alive, and nothing else of this does.
void Archon::KeepAlive()
{
    if (handle_ != nullptr) {
        (poller_.watched > 0 ? uv_ref : uv_unref)(handle_);
    }
}

void Archon::OnEnd(napi_async_cleanup_hook_handle, void *self)
{
    uv_close(static_cast<Archon *>(self)->handle_, [](uv_poll_t *handle) {
        Archon *archon = static_cast<Archon *>(uv_handle_get_data(handle));
        napi_remove_async_cleanup_hook(archon->hook_);
        free(handle);
    });
}

Napi::Value Archon::Watch(Info info)
{
    int err = poller_watch(&poller_, Int(info[0]), Int(info[1]), Int(info[2]));
    KeepAlive();
    return Result(err);
}

Napi::Value Archon::Change(Info info)
{
    return Result(poller_change(&poller_, Int(info[0]), Int(info[1]), Int(info[2])));
}

Napi::Value Archon::Unwatch(Info info)
{
    int err = poller_unwatch(&poller_, Int(info[0]));
    KeepAlive();
    return Result(err);
}

Napi::Value Archon::Accept(Info info)
{
    int fd = accept4(Int(info[0]), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return Result(fd < 0 ? -errno : fd);
}

Napi::Value Archon::Receive(Info info)
{
    fdpass_received received;
    ssize_t taken = fdpass_receive(Int(info[0]), inbox_, kInbox, &received);
    if (received.truncated) {
        closer_close(closer_, received.fds, received.count);
    }
    passed_[0] = received.truncated ? -1 : received.count;
    for (int i = 0; i < passed_[0]; i++) {
        passed_[i + 1] = received.fds[i];
    }
    return Result(taken);
}

Napi::Value Archon::Send(Info info)
{
    Napi::Buffer<char> bytes = info[1].As<Napi::Buffer<char>>();
    uint32_t from = info[2].As<Napi::Number>(), to = info[3].As<Napi::Number>();
    if (from > to || to > bytes.Length()) {
        return Result(-EINVAL);
    }
    return Result(fdpass_send(Int(info[0]), bytes.Data() + from, to - from));
}

// Copies a latin1 string into text_: its length or -errno.
int Archon::Latin1(const Napi::Value &text)
{
    size_t length = 0;
    if (napi_get_value_string_latin1(env_, text, text_, sizeof text_, &length) != napi_ok) {
        return -EINVAL;
    }
    return length > kInbox ? -EMSGSIZE : static_cast<int>(length);
}

Napi::Value Archon::SendText(Info info)
{
    int length = Latin1(info[1]);
    return Result(length < 0 ? length : fdpass_send(Int(info[0]), text_, length));
}

Napi::Value Archon::HangUp(Info info)
{
    return Result(fdpass_hang_up(Int(info[0])));
}

Napi::Value Archon::Peer(Info info)
{
    peer peer;
    int err = peer_of(Int(info[0]), &peer);
    if (err != 0) {
        return Result(err);
    }
    Napi::Object object = Napi::Object::New(env_);
    object.Set("pid", peer.pid);
    object.Set("uid", peer.uid);
    object.Set("gid", peer.gid);
    return object;
}

Napi::Value Archon::Close(Info info)
{
    return Result(close(Int(info[0])) == 0 ? 0 : -errno);
}

Napi::Value Archon::CloseLater(Info info)
{
    Napi::Array list = info[0].As<Napi::Array>();
    std::vector<int> fds(list.Length());
    for (uint32_t i = 0; i < fds.size(); i++) {
        fds[i] = Int(list.Get(i));
    }
    return Result(closer_close(closer_, fds.data(), static_cast<int>(fds.size())));
}

Napi::Value Archon::ChannelSend(Info info)
{
    int length = Latin1(info[0]), fds[] = { Int(info[1]), Int(info[2]) };
    int count = fds[0] < 0 ? 0 : fds[1] < 0 ? 1 : 2;
    return Result(length < 0 ? length : fdpass_send_all(kChannel, text_, length, fds, count));
}

Napi::Value Archon::ChannelReceive(Info)
{
    ssize_t length = recv(kChannel, text_, kInbox, MSG_DONTWAIT);
    if (length <= 0) {
        return Result(length < 0 ? -errno : -EPIPE);
    }
    napi_value text;
    napi_create_string_latin1(env_, text_, length, &text);
    return Napi::Value(env_, text);
}

Napi::Value Archon::EventfdWrite(Info info)
{
    return Result(wake_write(Int(info[0])));
}

Napi::Value Archon::EventfdRead(Info info)
{
    return Result(wake_read(Int(info[0])));
}

Napi::Value Archon::Spawn(Info info)
{
    Napi::Object want = info[0].As<Napi::Object>();
    auto number = [&](const char *key) { return Int(want.Get(key)); };
    Napi::Buffer<char> block = want.Get("block").As<Napi::Buffer<char>>();
    spawn_request request = {};
    request.ledger = ledger_;
    request.slot = number("slot");
    request.block = block.Data();
    request.size = block.Length();
    request.candidates = number("candidates");
    request.argc = number("argc");
    request.envc = number("envc");
    request.given[0] = number("stdin");
    request.given[1] = number("stdout");
    request.given[2] = number("stderr");
    request.directory = number("directory");
    request.token = number("execToken");
    request.nofile = nofile_;
    struct spawned out = { -1, -1 };
    int err = spawn(starter_, &request, &out);
    spawned_[0] = out.pid;
    spawned_[1] = out.pidfd;
    KeepAlive();
    return Result(err);
}

Napi::Value Archon::SpawnDone(Info info)
{
    int err = spawn_done(starter_, Int(info[0]));
    KeepAlive();
    return Result(err);
}

Napi::Value Archon::PidfdOpen(Info info)
{
    return Result(pidfd_of(Int(info[0])));
}

Napi::Value Archon::PidfdSignal(Info info)
{
    return Result(pidfd_signal(Int(info[0]), Int(info[1])));
}

Napi::Value Archon::PidfdInfo(Info info)
{
    pidfd_about about;
    int err = pidfd_info(Int(info[0]), &about);
    if (err != 0) {
        return Result(err);
    }
    Napi::Object object = Napi::Object::New(env_);
    object.Set("pid", about.pid);
    object.Set("ppid", about.ppid);
    object.Set("ruid", about.ruid);
    object.Set("suid", about.suid);
    object.Set("exit", about.exit);
    return object;
}

Napi::Value Archon::MarkOf(Info info)
{
    uint32_t start;
    int err = ledger_ == nullptr ? -EINVAL : mark_of(Int(info[0]), ledger_->head.nonce, &start);
    return Result(err != 0 ? err : static_cast<long>(start));
}

Napi::Value Archon::Mkfifo(Info info)
{
    std::string path = info[0].As<Napi::String>();
    return Result(fifo_make(path.c_str(), Int(info[1]), Int(info[2])));
}

Napi::Value Archon::Unread(Info info)
{
    return Result(fifo_unread(Int(info[0])));
}

Napi::Value Archon::Monotonic(Info)
{
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return Napi::Number::New(env_,
                             static_cast<double>(now.tv_sec * 1000000000 + now.tv_nsec) / 1e3);
}

Archon::Archon(Napi::Env env, Napi::Object exports) : env_(env)
{
    Napi::Int32Array ready = New32(2 * POLLER_BATCH), passed = New32(1 + FDPASS_MAX);
    Napi::Int32Array spawned = New32(2);
    Napi::Buffer<char> inbox = Napi::Buffer<char>::New(env, kInbox);
    kept_.push_back(Napi::Persistent(inbox.As<Napi::Object>()));
    passed_ = passed.Data();
    spawned_ = spawned.Data();
    inbox_ = inbox.Data();
    closer_ = closer_new();
    const char *nofile = getenv("ARCHON_NOFILE");
    nofile_ = nofile == nullptr ? 0 : strtoull(nofile, nullptr, 10);
    if (closer_ == nullptr || poller_open(&poller_, ready.Data()) != 0 ||
        starter_open(&starter_, closer_, &poller_) != 0) {
        Napi::Error::New(env, "cannot set up archon.node").ThrowAsJavaScriptException();
        return;
    }
    DefineAddon(exports, {
                             InstanceValue("ready", ready, napi_enumerable),
                             InstanceValue("inbox", inbox, napi_enumerable),
                             InstanceValue("passed", passed, napi_enumerable),
                             InstanceValue("spawned", spawned, napi_enumerable),
                             InstanceMethod<&Archon::MapLedger>("mapLedger"),
                             InstanceMethod<&Archon::Start>("start"),
                             InstanceMethod<&Archon::Watch>("watch"),
                             InstanceMethod<&Archon::Change>("change"),
                             InstanceMethod<&Archon::Unwatch>("unwatch"),
                             InstanceMethod<&Archon::Accept>("accept"),
                             InstanceMethod<&Archon::Receive>("receive"),
                             InstanceMethod<&Archon::Send>("send"),
                             InstanceMethod<&Archon::SendText>("sendText"),
                             InstanceMethod<&Archon::HangUp>("hangUp"),
                             InstanceMethod<&Archon::Peer>("peer"),
                             InstanceMethod<&Archon::Close>("close"),
                             InstanceMethod<&Archon::CloseLater>("closeLater"),
                             InstanceMethod<&Archon::ChannelSend>("channelSend"),
                             InstanceMethod<&Archon::ChannelReceive>("channelReceive"),
                             InstanceMethod<&Archon::EventfdWrite>("eventfdWrite"),
                             InstanceMethod<&Archon::EventfdRead>("eventfdRead"),
                             InstanceMethod<&Archon::Spawn>("spawn"),
                             InstanceMethod<&Archon::SpawnDone>("spawnDone"),
                             InstanceMethod<&Archon::PidfdOpen>("pidfdOpen"),
                             InstanceMethod<&Archon::PidfdSignal>("pidfdSignal"),
                             InstanceMethod<&Archon::PidfdInfo>("pidfdInfo"),
                             InstanceMethod<&Archon::MarkOf>("markOf"),
                             InstanceMethod<&Archon::Mkfifo>("mkfifo"),
                             InstanceMethod<&Archon::Unread>("unread"),
                             InstanceMethod<&Archon::Monotonic>("monotonic"),
                         });
}

} // namespace

NODE_API_ADDON(Archon)
