// Descriptors that tell what is urgent (EPOLLPRI) and tell it but once, as pressure files do: who
// polls the queue of readiness, which is an epoll, polls them as well and takes it away from
// whoever looks into the queue next. So each is under Node's event loop by itself.
#ifndef ARCHON_ADDON_URGENT_H
#define ARCHON_ADDON_URGENT_H

#include "addon_loop.h"
#include "addon_plain.h"

#include <vector>

extern "C" {
extern int uv_poll_stop(uv_poll_t *handle);
}

class Urgent {
  public:
    explicit Urgent(Loop &loop) : loop_(loop)
    {
    }

    ~Urgent()
    {
        while (!watched_.empty()) {
            Remove(watched_.back()->fd);
        }
    }

    static Napi::Value Watch(Info info)
    {
        auto *self = static_cast<Urgent *>(info.Data());
        return Result(info, self->Add(info.Env(), Int(info[0]), Int(info[1])));
    }

    static Napi::Value Unwatch(Info info)
    {
        return Result(info, static_cast<Urgent *>(info.Data())->Remove(Int(info[0])));
    }

  private:
    int Add(Napi::Env env, int fd, int32_t token)
    {
        uv_loop_s *loop = nullptr;
        if (napi_get_uv_event_loop(env, &loop) != napi_ok || Find(fd) != watched_.end()) {
            return -EEXIST;
        }
        auto *one = new Watched{ &loop_, fd, token };
        auto *handle = static_cast<uv_poll_t *>(calloc(1, uv_handle_size(kPoll)));
        int err = uv_poll_init(loop, handle, fd);
        if (err != 0) { // it is not the loop's yet
            free(handle);
            delete one;
            return err;
        }
        one->handle = handle;
        watched_.push_back(one);
        uv_handle_set_data(handle, one);
        uv_unref(handle);
        err = uv_poll_start(handle, kPrioritized, OnReady);
        if (err != 0) {
            Remove(fd);
        }
        return err;
    }

    int Remove(int fd)
    {
        auto found = Find(fd);
        if (found == watched_.end()) {
            return -ENOENT;
        }
        uv_poll_stop((*found)->handle);
        uv_close((*found)->handle, [](uv_poll_t *handle) {
            delete static_cast<Watched *>(uv_handle_get_data(handle));
            free(handle);
        });
        watched_.erase(found);
        return 0;
    }

    static constexpr int kPoll = 8, kPrioritized = 8; // UV_POLL, UV_PRIORITIZED
    static constexpr int kPri = 2;                    // EPOLLPRI

    struct Watched {
        Loop *loop;
        int fd;
        int32_t token;
        uv_poll_t *handle = nullptr;
    };

    // What cannot be polled any more (status) is told in the same way: whoever reads it sees why.
    static void OnReady(uv_poll_t *handle, int, int)
    {
        auto *one = static_cast<Watched *>(uv_handle_get_data(handle));
        one->loop->Tell(one->token, kPri);
    }

    std::vector<Watched *>::iterator Find(int fd)
    {
        auto at = watched_.begin();
        while (at != watched_.end() && (*at)->fd != fd) {
            ++at;
        }
        return at;
    }

    Loop &loop_;
    std::vector<Watched *> watched_;
};

#endif
