// Puts the core's queue of readiness under Node's event loop: one uv_poll_t for everything.
#ifndef ARCHON_ADDON_LOOP_H
#define ARCHON_ADDON_LOOP_H

#include <napi.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

extern "C" {
#include "poller.h"
#include "spawn.h"

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

class Loop {
  public:
    poller queue;
    starter *starts = nullptr; // looked after before JavaScript hears of the rest

    int Start(Napi::Function on_ready)
    {
        Napi::Env env = on_ready.Env();
        uv_loop_s *loop = nullptr;
        if (handle_ != nullptr || napi_get_uv_event_loop(env, &loop) != napi_ok) {
            return -EINVAL;
        }
        on_ready_ = Napi::Persistent(on_ready);
        context_ = std::make_unique<Napi::AsyncContext>(env, "archon");
        handle_ = static_cast<uv_poll_t *>(calloc(1, uv_handle_size(kPoll)));
        uv_handle_set_data(handle_, this);
        int err = uv_poll_init(loop, handle_, queue.fd);
        if (err == 0) {
            err = uv_poll_start(handle_, kReadable, OnReady);
            napi_add_async_cleanup_hook(env, OnEnd, this, &hook_);
            KeepAlive();
        }
        return err;
    }

    // Tells of one that is not in the queue, as if it were. Not to be called while a batch is
    // handled.
    void Tell(int32_t token, int32_t events)
    {
        queue.ready[0] = token;
        queue.ready[1] = events;
        Call(1);
    }

    // What is watched keeps the event loop alive, and nothing else of this does.
    void KeepAlive()
    {
        if (handle_ != nullptr) {
            (queue.watched > 0 ? uv_ref : uv_unref)(handle_);
        }
    }

  private:
    static constexpr int kPoll = 8, kReadable = 1; // UV_POLL, UV_READABLE

    static void OnReady(uv_poll_t *handle, int, int)
    {
        Loop *self = static_cast<Loop *>(uv_handle_get_data(handle));
        int count = poller_take(&self->queue) <= 0 ? 0 : starter_sift(self->starts);
        if (count > 0) {
            self->Call(count);
        }
        poller_taken(&self->queue);
    }

    void Call(int count)
    {
        Napi::Env env = on_ready_.Env();
        Napi::HandleScope scope(env);
        on_ready_.MakeCallback(env.Global(), { Napi::Number::New(env, count) }, *context_);
        if (env.IsExceptionPending()) {
            napi_fatal_exception(env, env.GetAndClearPendingException().Value());
        }
    }

    static void OnEnd(napi_async_cleanup_hook_handle, void *self)
    {
        uv_close(static_cast<Loop *>(self)->handle_, [](uv_poll_t *handle) {
            Loop *ended = static_cast<Loop *>(uv_handle_get_data(handle));
            napi_remove_async_cleanup_hook(ended->hook_);
            free(handle);
        });
    }

    uv_poll_t *handle_ = nullptr;
    napi_async_cleanup_hook_handle hook_ = nullptr;
    std::unique_ptr<Napi::AsyncContext> context_;
    Napi::FunctionReference on_ready_;
};

#endif
