-- A process that ends again and again, though never often enough at a stretch to give up, is put in quarantine: it is
-- stopped, rests for a while, and is then started again.
--
-- To change: how many ends within which time are too many, how long the rest is. A process with the label
-- `quarantine = "no"` is left alone.

local most   = 5         -- ends that made archon start it again
local within = 10 * 60   -- seconds
local rest   = 30 * 60   -- seconds

state.ends = state.ends or {} -- by name: when it ended
state.over = state.over or {} -- by name: when its rest is over
state.rest = state.rest or {} -- by name: whether it has come to rest

rule "what flaps is put in quarantine" {
    on     = "process.backoff",
    except = { labels = { quarantine = "no" } },
    act    = function(event)
        local ends = {}
        for _, time in ipairs(state.ends[event.name] or {}) do
            if time > event.time - within * 1000 then
                ends[#ends + 1] = time
            end
        end
        ends[#ends + 1] = event.time
        state.ends[event.name] = ends
        if #ends < most then
            return
        end
        state.ends[event.name] = nil
        state.over[event.name] = event.time + rest * 1000
        return {
            stop { because = #ends .. " ends within " .. within .. " seconds" },
            emit { type = "quarantine.entered", name = event.name, ends = #ends },
        }
    end,
}

rule "who has rested is started again" {
    every = "30s",
    act   = function(event)
        local actions = {}
        for name, time in pairs(state.over) do
            if time <= event.time then
                state.over[name] = nil
                state.rest[name] = nil
                actions[#actions + 1] = start { name = name, because = "its quarantine is over" }
                actions[#actions + 1] = emit { type = "quarantine.left", name = name }
            end
        end
        return actions
    end,
}

-- A start that was on its way when it was to be stopped is not by hand.
rule "who is in quarantine has come to rest" {
    on  = "process.stopped",
    act = function(event)
        state.rest[event.name] = state.over[event.name] ~= nil or nil
    end,
}

rule "who is started by hand is not in quarantine" {
    on  = "process.starting",
    act = function(event)
        if state.rest[event.name] then
            state.over[event.name] = nil
            state.rest[event.name] = nil
        end
    end,
}
