-- When memory is short, what can wait does: processes with a name in `patient` are frozen while the whole system waits
-- for memory, and go on when it has enough.
--
-- To change: who can wait, and how short is short. `some` is the share of the last ten seconds, in percent, in which
-- some process waited for memory (/proc/pressure/memory, avg10).

local patient = { "batch", "indexer" }

local function each(act, because)
    local actions = {}
    for i, name in ipairs(patient) do
        actions[i] = act { name = name, because = because }
    end
    return actions
end

rule "what can wait is frozen while memory is short" {
    on      = "pressure.memory",
    when    = { some = above(20) },
    lasting = "10s",
    limit   = { times = 4, within = "1h" },
    act     = each(pause, "memory is short"),
}

rule "what waited goes on when there is memory" {
    on      = "pressure.memory",
    when    = { some = below(5) },
    lasting = "30s",
    act     = each(resume, "there is memory again"),
}
