-- A process whose configuration changed is told so, once the file has been written.
--
-- To change: the table. On the left a path or a glob (naming it here is what makes archon watch it), on the right whom it
-- is for. What takes no HUP is restarted: `act = restart { name = name }`. For a service of archon's own configuration
-- with a `reload` key, HUP may be the wrong word: see archon.toml(5).

local watched = {
    ["/etc/nginx/*.conf"]  = "nginx",
    ["/etc/haproxy/*.cfg"] = "haproxy",
}

for path, name in pairs(watched) do
    rule(name .. " is told of new configuration in " .. path) {
        on   = "file.changed",
        when = { path = path, what = { "created", "changed" } },
        act  = signal { name = name, signal = "HUP", because = "its configuration changed" },
    }
end
