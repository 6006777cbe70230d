// Looks users and groups up on a thread of libuv's pool.
#ifndef ARCHON_ADDON_USERS_H
#define ARCHON_ADDON_USERS_H

#include "addon_plain.h"

#include <vector>

extern "C" {
#include "users.h"
}

// What is asked: a user by name, a user by number (name ""), or a group.
class Lookup : public Napi::AsyncWorker {
  public:
    Lookup(Napi::Function told, std::string name, uint32_t number, bool of_group)
        : Napi::AsyncWorker(told, "archon lookup"), name_(std::move(name)), number_(number),
          of_group_(of_group)
    {
    }
    ~Lookup() override
    {
        users_free(&user_);
    }

    static Napi::Value User(Info info)
    {
        return Begin(info, false);
    }
    static Napi::Value Group(Info info)
    {
        return Begin(info, true);
    }

  protected:
    void Execute() override
    {
        const char *name = name_.empty() ? nullptr : name_.c_str();
        err_ = of_group_ ? users_group(name_.c_str(), &number_) : users_find(name, number_, &user_);
    }

    std::vector<napi_value> GetResult(Napi::Env env) override
    {
        if (err_ != 0) {
            return { Napi::Number::New(env, err_) };
        }
        return { of_group_ ? napi_value(Napi::Number::New(env, number_)) : Found(env) };
    }

    void OnOK() override
    {
        Napi::HandleScope scope(Env());
        Callback().MakeCallback(Env().Global(), GetResult(Env()));
    }

  private:
    // (name or number, told(result))
    static Napi::Value Begin(Info info, bool of_group)
    {
        bool by_number = info[0].IsNumber();
        std::string name = by_number ? "" : Latin1Of(info[0]);
        uint32_t number = by_number ? info[0].As<Napi::Number>().Uint32Value() : 0;
        if (!by_number && name.empty()) {
            return Result(info, -EINVAL);
        }
        (new Lookup(info[1].As<Napi::Function>(), name, number, of_group))->Queue();
        return Result(info, 0);
    }

    static std::string Latin1Of(const Napi::Value &text)
    {
        char bytes[256];
        size_t length = 0;
        bool fits = napi_get_value_string_latin1(text.Env(), text, bytes, sizeof bytes, &length) ==
                        napi_ok &&
                    length < sizeof bytes - 1;
        return fits ? std::string(bytes, length) : "";
    }

    napi_value Found(Napi::Env env)
    {
        auto text = [&](const char *from) {
            napi_value value;
            napi_create_string_latin1(env, from == nullptr ? "" : from, NAPI_AUTO_LENGTH, &value);
            return value;
        };
        Napi::Object found = Napi::Object::New(env);
        Napi::Array groups = Napi::Array::New(env, user_.group_count);
        for (int i = 0; i < user_.group_count; i++) {
            groups.Set(i, user_.groups[i]);
        }
        found.Set("uid", user_.uid);
        found.Set("gid", user_.gid);
        found.Set("name", text(user_.name));
        found.Set("home", text(user_.home));
        found.Set("shell", text(user_.shell));
        found.Set("groups", groups);
        return found;
    }

    std::string name_;
    uint32_t number_;
    bool of_group_;
    int err_ = 0;
    user_found user_ = {};
};

#endif
