-- A process that runs on a library (or a program) that was replaced on disk, by a security update for instance, is
-- restarted, so that it runs on the new one. What requires it goes down before it and comes back behind it.
--
-- To change: whom to leave alone. A service with the label `update = "by-hand"` is only told of in the log, as is what
-- archon did not start.

rule "what runs on a replaced library is restarted" {
    on     = "library.replaced",
    when   = { kind = "daemon" },
    except = { labels = { update = "by-hand" } },
    act    = restart { because = "a library of it was replaced" },
}

rule "somebody reads that a process runs on a replaced library" {
    on   = "library.replaced",
    when = { labels = { update = "by-hand" } },
    act  = function(event)
        return log { level = "warn", text = event.name .. " runs on " .. event.path .. ", which was replaced" }
    end,
}
