-- Somebody hears about it when a process gives up: archon will not start it again by itself.
--
-- To change: `command` is what is run, with the notice as its last argument (mail, curl, a script of your own). To hear
-- of some processes only, add for instance `when = { labels = { tier = "gold" } }`.

local command = { "logger", "-t", "archon", "-p", "daemon.err" }

rule "somebody hears about it when a process gives up" {
    on    = { "process.failed", "group.failed" },
    limit = { times = 20, within = "1h" },
    act   = function(event)
        local notice = event.name .. " gave up: " .. (event.reason or "it does not say why")
        local words = { table.unpack(command) }
        words[#words + 1] = notice
        return { log { level = "error", text = notice }, run(words) }
    end,
}
