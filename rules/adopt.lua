-- Any postgres that appears is watched, whoever started it, and its end runs a command.
--
-- To change: `program` is the name of the program (its comm, 15 bytes at most), `command` what is run at its end, with
-- the name it is watched under and how it ended behind it.

local program = "postgres"
local command = { "logger", "-t", "archon", "-p", "daemon.crit" }

rule "any postgres that appears is watched" {
    on   = "process.spawned",
    when = { name = program },
    act  = monitor { because = "it is a " .. program },
}

rule "the end of a watched postgres runs a command" {
    on   = "process.exited",
    when = { name = { program, program .. "-*" }, kind = "foreign" },
    act  = function(event)
        local how = event.exit and "exit " .. event.exit or event.signal or "unknown"
        local words = { table.unpack(command) }
        words[#words + 1] = event.name
        words[#words + 1] = how
        return run(words)
    end,
}
