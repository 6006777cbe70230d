// Looks for what was accepted on a thread of libuv's pool: the kernel may take a while.
#ifndef ARCHON_ADDON_ARRIVALS_H
#define ARCHON_ADDON_ARRIVALS_H

#include "addon_plain.h"

#include <string>
#include <vector>

extern "C" {
#include "arrivals.h"
}

class Arrivals : public Napi::AsyncWorker {
  public:
    // (addresses, ports, told(result)): a port of 0 with a path.
    static Napi::Value Find(Info info)
    {
        (new Arrivals(info))->Queue();
        return Result(info, 0);
    }

  protected:
    void Execute() override
    {
        std::vector<arrivals> all(addresses_.size());
        for (size_t i = 0; i < all.size(); i++) {
            const char *address = addresses_[i].c_str();
            (ports_[i] == 0 ? all[i].path : all[i].host) = address;
            all[i].port = ports_[i];
        }
        err_ = arrivals_find(all.data(), static_cast<int>(all.size()));
        found_.resize(all.size());
        for (size_t i = 0; i < all.size(); i++) {
            for (int k = 0; k < all[i].count; k++) {
                found_[i].push_back(all[i].found[k].number);
                found_[i].push_back(all[i].found[k].age);
            }
        }
    }

    void OnOK() override
    {
        Napi::Env env = Env();
        Napi::HandleScope scope(env);
        if (err_ != 0) {
            Callback().MakeCallback(env.Global(), { Napi::Number::New(env, err_) });
            return;
        }
        Napi::Array list = Napi::Array::New(env, found_.size());
        for (uint32_t i = 0; i < found_.size(); i++) {
            Napi::Array one = Napi::Array::New(env, found_[i].size());
            for (uint32_t k = 0; k < found_[i].size(); k++) {
                one.Set(k, found_[i][k]);
            }
            list.Set(i, one);
        }
        Callback().MakeCallback(env.Global(), { list });
    }

  private:
    explicit Arrivals(Info info)
        : Napi::AsyncWorker(info[2].As<Napi::Function>(), "archon arrivals")
    {
        Napi::Array addresses = info[0].As<Napi::Array>(), ports = info[1].As<Napi::Array>();
        for (uint32_t i = 0; i < addresses.Length(); i++) {
            addresses_.push_back(Napi::Value(addresses.Get(i)).As<Napi::String>());
            ports_.push_back(Int(ports.Get(i)));
        }
    }

    std::vector<std::string> addresses_;
    std::vector<int> ports_;
    std::vector<std::vector<uint32_t>> found_;
    int err_ = 0;
};

#endif
