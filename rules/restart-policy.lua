-- A restart policy of your own, as rules: a service with `restart = "never"` and the label `policy = "patient"` is
-- started again after each failure, ever later, and is left alone after so many failures in a row.
--
-- To change: the numbers, or all of it: `policy` gets how many failures there were in a row and gives back how many
-- seconds to wait, or nothing to give up.

local function policy(failures)
    if failures <= 8 then
        return math.min(2 ^ (failures - 1), 60)
    end
end

local steady = 60 -- seconds after which a run counts as good

state.failures = state.failures or {} -- by name: in a row
state.started  = state.started or {}  -- by name: when it was started
state.due      = state.due or {}      -- by name: when to start it again

local patient = { labels = { policy = "patient" } }

rule "a start is remembered" {
    on   = "process.started",
    when = patient,
    act  = function(event)
        state.started[event.name] = event.time
        state.due[event.name] = nil
    end,
}

rule "a failure is answered by the policy" {
    on   = "process.failed",
    when = patient,
    act  = function(event)
        local name = event.name
        local ran = event.time - (state.started[name] or event.time)
        local failures = ran >= steady * 1000 and 1 or (state.failures[name] or 0) + 1
        state.failures[name] = failures
        local wait = policy(failures)
        if wait then
            state.due[name] = event.time + wait * 1000
            return
        end
        state.failures[name] = nil
        return emit { type = "policy.gave-up", name = name, failures = failures }
    end,
}

rule "who has waited long enough is started" {
    every = "1s",
    act   = function(event)
        local actions = {}
        for name, time in pairs(state.due) do
            if time <= event.time then
                state.due[name] = nil
                actions[#actions + 1] = start { name = name, because = "failure " .. state.failures[name] }
            end
        end
        return actions
    end,
}

rule "a stop by request is a stop" {
    on   = "process.stopped",
    when = patient,
    act  = function(event)
        state.due[event.name] = nil
        state.failures[event.name] = nil
    end,
}
