// What a start asks for, out of JavaScript's objects: SpawnRequest and SpawnExtras of addon.ts.
#ifndef ARCHON_ADDON_SPAWN_H
#define ARCHON_ADDON_SPAWN_H

#include "addon_plain.h"

#include <vector>

#include <sys/resource.h>

extern "C" {
#include "spawn.h"
}

class Wanted {
  public:
    spawn_request request = {};

    Wanted(const Napi::Object &want, const Napi::Value &extras)
    {
        auto number = [&](const char *key) { return Int(want.Get(key)); };
        Napi::Buffer<char> block = want.Get("block").As<Napi::Buffer<char>>();
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
        if (extras.IsObject()) {
            AddExtras(extras.As<Napi::Object>());
        }
    }
    Wanted(const Wanted &) = delete;

  private:
    void AddExtras(const Napi::Object &extras)
    {
        Napi::Value passed = extras.Get("passed"), pid = extras.Get("pidSetting");
        Napi::Value identity = extras.Get("identity"), cgroup = extras.Get("cgroup");
        if (passed.IsArray()) {
            AddPassed(passed.As<Napi::Array>());
        }
        if (pid.IsNumber()) {
            request.pid_setting = Int(pid) + 1;
        }
        if (identity.IsObject()) {
            AddIdentity(identity.As<Napi::Object>());
        }
        if (cgroup.IsNumber()) {
            cgroup_ = Int(cgroup);
            request.cgroup = &cgroup_;
        }
        if (extras.Get("listens").IsNumber()) {
            listens_ = Int(extras.Get("listens"));
            request.listens = &listens_;
        }
        if (extras.Get("copy").ToBoolean()) {
            request.how |= SPAWN_COPY;
        }
        if (extras.Get("terminal").ToBoolean()) {
            request.how |= SPAWN_TERMINAL;
        }
    }

    void AddPassed(const Napi::Array &pairs)
    {
        for (uint32_t i = 0; i < pairs.Length(); i++) {
            Napi::Array pair = pairs.Get(i).As<Napi::Array>();
            passed_.push_back({ Int(pair.Get(0u)), Int(pair.Get(1u)) });
        }
        request.passed = passed_.data();
        request.passed_count = static_cast<uint32_t>(passed_.size());
    }

    void AddIdentity(const Napi::Object &want)
    {
        AddUser(want.Get("user"));
        AddLimits(want.Get("limits").As<Napi::Array>());
        identity_.umask = Int(want.Get("umask"));
        if (want.Get("nice").IsNumber()) {
            identity_.set |= IDENTITY_NICE;
            identity_.nice = Int(want.Get("nice"));
        }
        if (want.Get("oomScore").IsNumber()) {
            identity_.set |= IDENTITY_OOM_SCORE;
            identity_.oom_score = Int(want.Get("oomScore"));
        }
        if (want.Get("noNewPrivs").ToBoolean()) {
            identity_.set |= IDENTITY_NO_NEW_PRIVS;
        }
        request.identity = &identity_;
    }

    void AddUser(const Napi::Value &want)
    {
        if (!want.IsObject()) {
            return;
        }
        Napi::Object user = want.As<Napi::Object>();
        Napi::Array groups = user.Get("groups").As<Napi::Array>();
        for (uint32_t i = 0; i < groups.Length(); i++) {
            groups_.push_back(groups.Get(i).As<Napi::Number>());
        }
        identity_.set |= IDENTITY_USER;
        identity_.uid = user.Get("uid").As<Napi::Number>();
        identity_.gid = user.Get("gid").As<Napi::Number>();
        identity_.groups = groups_.data();
        identity_.group_count = static_cast<uint32_t>(groups_.size());
    }

    void AddLimits(const Napi::Array &pairs)
    {
        for (uint32_t i = 0; i < pairs.Length(); i++) {
            Napi::Array pair = pairs.Get(i).As<Napi::Array>();
            double value = pair.Get(1u).As<Napi::Number>();
            uint64_t most = value < 0x1p63 ? static_cast<uint64_t>(value) : RLIM_INFINITY;
            limits_.push_back({ pair.Get(0u).As<Napi::Number>(), most });
        }
        identity_.limits = limits_.data();
        identity_.limit_count = static_cast<uint32_t>(limits_.size());
    }

    identity identity_ = {};
    std::vector<spawn_passed> passed_;
    std::vector<identity_limit> limits_;
    std::vector<uint32_t> groups_;
    int cgroup_ = -1, listens_ = -1;
};

#endif
