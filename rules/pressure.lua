-- When memory is short, what can wait does: the processes in `patient` are frozen while the whole system waits for memory,
-- and go on when that has been over for a while.
--
-- To change: who can wait, how short is short, and for how long there has to be enough again. `some` is the share of the
-- last ten seconds, in percent, in which some process waited for memory (/proc/pressure/memory, avg10).

local patient = { "batch", "indexer" }
local short   = 20
local rest    = 30 -- seconds

local function each(act, because)
    local actions = {}
    for i, name in ipairs(patient) do
        actions[i] = act { name = name, because = because }
    end
    return actions
end

rule "what can wait is frozen while memory is short" {
    on   = "pressure.memory",
    when = { some = above(short) },
    act  = function(event)
        local isFrozen = state.last ~= nil
        state.last = event.time
        if not isFrozen then
            return each(pause, "memory is short")
        end
    end,
}

rule "what waited goes on when there is memory again" {
    every = "10s",
    act   = function(event)
        if state.last and event.time - state.last >= rest * 1000 then
            state.last = nil
            return each(resume, "there is memory again")
        end
    end,
}
