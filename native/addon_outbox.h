// What JavaScript sends: bytes, text and descriptors, and what it asks the keeper over the channel.
#ifndef ARCHON_ADDON_OUTBOX_H
#define ARCHON_ADDON_OUTBOX_H

#include "addon_inbox.h"
#include "addon_plain.h"

#include <poll.h>

class Outbox {
  public:
    explicit Outbox(Inbox &inbox) : inbox_(inbox)
    {
    }

    Napi::Value Send(Info info)
    {
        Napi::Buffer<char> bytes = info[1].As<Napi::Buffer<char>>();
        uint32_t from = info[2].As<Napi::Number>(), to = info[3].As<Napi::Number>();
        if (from > to || to > bytes.Length()) {
            return Result(info, -EINVAL);
        }
        return Result(info, fdpass_send(Int(info[0]), bytes.Data() + from, to - from));
    }

    Napi::Value SendText(Info info)
    {
        int length = Latin1(info[1]);
        return Result(info, length < 0 ? length : fdpass_send(Int(info[0]), text_, length));
    }

    Napi::Value SendDescriptor(Info info)
    {
        int length = Latin1(info[1]);
        return Result(info, length < 0
                                ? length
                                : fdpass_send_one(Int(info[0]), text_, static_cast<size_t>(length),
                                                  Int(info[2])));
    }

    Napi::Value ChannelSend(Info info)
    {
        int length = Latin1(info[0]), fds[] = { Int(info[1]), Int(info[2]) };
        int count = fds[0] < 0 ? 0 : fds[1] < 0 ? 1 : 2;
        return Result(info,
                      length < 0 ? length : fdpass_send_all(kChannel, text_, length, fds, count));
    }

    // A spare daemon has nothing to do until the minder says `Begin`; its death ends ours as well.
    Napi::Value ChannelBegin(Info info)
    {
        pollfd said = { kChannel, POLLIN, 0 };
        ssize_t taken;
        do {
            (void)poll(&said, 1, -1);
            taken = inbox_.Receive(kChannel);
        } while (taken == -EINTR || taken == -EAGAIN);
        bool begins = taken > 0 && std::string(inbox_.bytes, static_cast<size_t>(taken)) == "Begin";
        return Result(info, begins ? 0 : -EPIPE);
    }

    Napi::Value ChannelTake(Info info)
    {
        int err = Ask(info[0]);
        return Result(info, err != 0 ? err : Answer(Key()));
    }

    // Many one after the other, of which some are asked for ahead: each alone waits until the
    // keeper has its turn, and then we ours. A keeper that did not answer in time is none for the
    // rest either.
    Napi::Value ChannelTakeAll(Info info)
    {
        Napi::Array texts = info[0].As<Napi::Array>();
        Napi::Array found = Napi::Array::New(info.Env(), texts.Length());
        std::string keys[kAhead];
        int errs[kAhead];
        bool late = false;
        for (uint32_t taken = 0, asked = 0; taken < texts.Length(); taken++) {
            if (late) {
                found.Set(taken, Result(info, -ETIMEDOUT));
                continue;
            }
            for (; asked < texts.Length() && asked < taken + kAhead; asked++) {
                errs[asked % kAhead] = Ask(texts.Get(asked));
                keys[asked % kAhead] = Key();
            }
            int err = errs[taken % kAhead];
            err = err != 0 ? err : Answer(keys[taken % kAhead]);
            late = err == -ETIMEDOUT;
            found.Set(taken, Result(info, err));
        }
        return found;
    }

  private:
    static constexpr int kChannel = 3;
    // Descriptors on their way count against those that their owner may have.
    static constexpr uint32_t kAhead = 16;

    // Leaves in text_ what was asked.
    int Ask(const Napi::Value &text)
    {
        int length = Latin1(text);
        text_[length < 0 ? 0 : length] = '\0';
        return length < 0 ? length : fdpass_send_all(kChannel, text_, length, nullptr, 0);
    }

    // The key in it.
    std::string Key() const
    {
        std::string text(text_);
        return text.substr(text.find(',') + 1);
    }

    // The keeper answers at once; one that does not within 5 s is no keeper. What it said to others
    // before (`Ready`, an answer that came too late) is not what is waited for.
    int Answer(const std::string &key)
    {
        pollfd answer = { kChannel, POLLIN, 0 };
        for (int ready; (ready = poll(&answer, 1, 5000)) != 0;) {
            ssize_t taken = ready < 0 ? -errno : inbox_.Receive(kChannel);
            if (taken == -EINTR || taken == -EAGAIN) {
                continue;
            }
            if (taken <= 0) {
                return -EPIPE;
            }
            std::string said(inbox_.bytes, static_cast<size_t>(taken));
            int count = inbox_.passed[0], fd = count > 0 ? inbox_.passed[1] : -1;
            if (said == "Fd," + key) {
                return count < 0 ? -EMFILE : fd >= 0 ? fd : -ENOENT;
            }
            if (said == "Full," + key) {
                return -ENFILE;
            }
            if (said == "Late," + key) {
                return -EMFILE;
            }
            closer_close(inbox_.closing, &fd, fd < 0 ? 0 : 1);
        }
        return -ETIMEDOUT;
    }

    // Copies a latin1 string into text_: its length or -errno.
    int Latin1(const Napi::Value &text)
    {
        size_t length = 0;
        if (napi_get_value_string_latin1(text.Env(), text, text_, sizeof text_, &length) != 0) {
            return -EINVAL;
        }
        return length > kInbox ? -EMSGSIZE : static_cast<int>(length);
    }

    Inbox &inbox_;
    char text_[kInbox + 2];
};

// One of its methods, as a function of JavaScript whose data is the outbox.
template <auto method> struct Sending {
    static Napi::Value Call(Info info)
    {
        return (static_cast<Outbox *>(info.Data())->*method)(info);
    }
};

#endif
