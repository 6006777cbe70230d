-- A worker that leaks is recycled before anybody notices: when it and all that it started have taken up more memory than
-- `most` for as long as `lasting` says, it is restarted.
--
-- To change: which processes (`name`, a list of names and globs), how much is too much, for how long. A service that
-- matches is looked at every `[daemon] sample` (5s); no other one is.

local most = "512MiB"

rule "a leaking worker is recycled" {
    on      = "process.sample",
    when    = { name = { "worker-*", "queue" }, rss = above(most) },
    lasting = "2m",
    act     = restart { because = "it took more than " .. most },
}
