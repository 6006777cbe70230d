# fish completion for archonctl. Generated from the request registry by npm run docs.

# The names there are; nothing when no daemon answers.
function __archonctl_names
    set -l tokens (commandline -opc)
    set -l socket
    if set -l at (contains -i -- --socket $tokens)
        set socket --socket $tokens[(math $at + 1)]
    end
    archonctl $socket status --json 2>/dev/null </dev/null | string match -rg '^\{"name":"([^"]+)"'
end

# Whether the word at the cursor is that one behind that verb (0: the verb itself).
function __archonctl_at -a verb place
    set -l tokens (commandline -opc)
    set -l words
    set -l skip 0
    for token in $tokens[2..]
        if test $skip = 1
            set skip 0
        else if contains -- $token --socket --color -e -C --name --key --restart --user --ready --pid --fd --timeout --kind --range --lines --since --stream --types --names --exclude --last --request
            set skip 1
        else if not string match -q -- '-*' $token
            set -a words $token
        end
    end
    test $skip = 0; and test (count $words) = $place; and test $place = 0 -o "$words[1]" = "$verb"
end

# Whether that verb was said.
function __archonctl_verb -a verb
    contains -- $verb (commandline -opc)[2..]
end

complete -c archonctl -f
complete -c archonctl -l socket -x -a '(__fish_complete_path)'
complete -c archonctl -l color -x -k -a 'always never auto'
complete -c archonctl -l json
complete -c archonctl -l help
complete -c archonctl -n '__archonctl_at "" 0' -a run -d 'Run a program and reply with its exit code when it has ended.'
complete -c archonctl -n '__archonctl_at run 1' -a '(__fish_complete_command)'
complete -c archonctl -n '__archonctl_verb run' -s e -x
complete -c archonctl -n '__archonctl_verb run' -s C -x -a '(__fish_complete_directories)'
complete -c archonctl -n '__archonctl_verb run' -l name -x
complete -c archonctl -n '__archonctl_verb run' -l key -x
complete -c archonctl -n '__archonctl_verb run' -s E
complete -c archonctl -n '__archonctl_at "" 0' -a start-daemon -d 'Start a program and keep it running; replies once it runs.'
complete -c archonctl -n '__archonctl_at start-daemon 1' -a '(__fish_complete_command)'
complete -c archonctl -n '__archonctl_verb start-daemon' -s e -x
complete -c archonctl -n '__archonctl_verb start-daemon' -s C -x -a '(__fish_complete_directories)'
complete -c archonctl -n '__archonctl_verb start-daemon' -l name -x
complete -c archonctl -n '__archonctl_verb start-daemon' -l key -x
complete -c archonctl -n '__archonctl_verb start-daemon' -l restart -x -k -a 'always on-failure never'
complete -c archonctl -n '__archonctl_verb start-daemon' -l user -x
complete -c archonctl -n '__archonctl_verb start-daemon' -l ready -x
complete -c archonctl -n '__archonctl_at "" 0' -a monitor-fd -d 'Watch the process whose pidfd comes along.'
complete -c archonctl -n '__archonctl_verb monitor-fd' -l pid -x
complete -c archonctl -n '__archonctl_verb monitor-fd' -l fd -x
complete -c archonctl -n '__archonctl_verb monitor-fd' -l name -x
complete -c archonctl -n '__archonctl_at "" 0' -a monitor-pid -d 'Watch a process that archon did not start, by its number.'
complete -c archonctl -n '__archonctl_at monitor-pid 2' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb monitor-pid' -l name -x -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a start -d 'Start what is not running, what it requires and wants first, and reply when it is ready.'
complete -c archonctl -n '__archonctl_at start 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a stop -d 'Stop what requires it, ask it to end, kill what is left after the timeout; replies when all of it is gone.'
complete -c archonctl -n '__archonctl_at stop 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb stop' -l timeout -x
complete -c archonctl -n '__archonctl_at "" 0' -a restart -d 'End what runs and start it again, what requires it as well; replies when it is ready.'
complete -c archonctl -n '__archonctl_at restart 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a refresh -d 'Do what the key reload of a service says; replies when that is done, and it is ready again.'
complete -c archonctl -n '__archonctl_at refresh 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a signal -d 'Send a signal to the main process alone.'
complete -c archonctl -n '__archonctl_at signal 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at signal 2' -k -a 'HUP INT QUIT USR1 USR2 TERM CONT STOP KILL WINCH'
complete -c archonctl -n '__archonctl_at "" 0' -a pause -d 'Freeze a process and everything it started, until Resume.'
complete -c archonctl -n '__archonctl_at pause 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a resume -d 'Let a paused process go on.'
complete -c archonctl -n '__archonctl_at resume 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a wait -d 'Reply when a process is in that state, or say why it will not be.'
complete -c archonctl -n '__archonctl_at wait 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at wait 2' -k -a 'waiting starting running stopping stopped exited backoff failed paused'
complete -c archonctl -n '__archonctl_verb wait' -l timeout -x
complete -c archonctl -n '__archonctl_at "" 0' -a remove -d 'Forget a process that is stopped, exited or failed, and free its name.'
complete -c archonctl -n '__archonctl_at remove 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a depend -d 'Have a daemon require another process from its next start or the end of the other on; lasts until Undepend or Shutdown.'
complete -c archonctl -n '__archonctl_at depend 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at depend 2' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at depend 3' -k -a 'requires wants after'
complete -c archonctl -n '__archonctl_verb depend' -l kind -x -k -a 'requires wants after'
complete -c archonctl -n '__archonctl_at "" 0' -a undepend -d 'Take back what Depend added.'
complete -c archonctl -n '__archonctl_at undepend 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at undepend 2' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a impact -d 'Say what a Start, Stop or Restart would stop, start and keep, in that order, without doing it.'
complete -c archonctl -n '__archonctl_at impact 1' -a '(archonctl --help | string match -rg "^  ([a-z-]+) ")'
complete -c archonctl -n '__archonctl_at impact 2' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a config -d 'Show the configuration in force, each value with where it comes from.'
complete -c archonctl -n '__archonctl_at "" 0' -a reload -d 'Read the configuration again and touch only what changed; with dry-run only say what that would be.'
complete -c archonctl -n '__archonctl_verb reload' -l dry-run
complete -c archonctl -n '__archonctl_at "" 0' -a status -d 'Say what each process is doing.'
complete -c archonctl -n '__archonctl_at status 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb status' -l name -x -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a usage -d 'Say what each process takes up with all that it started: bytes in memory, percent of a core, open files.'
complete -c archonctl -n '__archonctl_at usage 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb usage' -l name -x -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a tree -d 'Show the tree of processes, with the name and state of each that has one.'
complete -c archonctl -n '__archonctl_at "" 0' -a sockets -d 'Show the sockets that archon keeps: for whom, how many connections wait to be accepted, which process was seen to accept last; and the ports that it has chosen.'
complete -c archonctl -n '__archonctl_at "" 0' -a bind-fd -d 'Get the socket that archon keeps at an address for the service of the process that asks; it comes along with the Ok.'
complete -c archonctl -n '__archonctl_verb bind-fd' -l v
complete -c archonctl -n '__archonctl_at "" 0' -a allocate-port -d 'Choose a port that is free for a process, which keeps it until it is stopped or ends for good.'
complete -c archonctl -n '__archonctl_at allocate-port 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb allocate-port' -l range -x
complete -c archonctl -n '__archonctl_at "" 0' -a release-port -d 'Give back a port that AllocatePort has chosen.'
complete -c archonctl -n '__archonctl_at "" 0' -a why -d 'Say in sentences why a process is in its state, what it waits for and what would change that.'
complete -c archonctl -n '__archonctl_at why 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a save -d 'Show a daemon as a [service] table for the configuration file.'
complete -c archonctl -n '__archonctl_at save 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_at "" 0' -a logs -d 'Show the last lines that processes wrote, and with follow new ones.'
complete -c archonctl -n '__archonctl_at logs 1' -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb logs' -l lines -x
complete -c archonctl -n '__archonctl_verb logs' -l since -x
complete -c archonctl -n '__archonctl_verb logs' -l stream -x -k -a 'stdout stderr archon'
complete -c archonctl -n '__archonctl_verb logs' -l follow
complete -c archonctl -n '__archonctl_at "" 0' -a rules -d 'Show the rules in force, how often and when each has fired, and its latest error.'
complete -c archonctl -n '__archonctl_at rules 1' -k -a 'test'
complete -c archonctl -n '__archonctl_at rules 2' -a '(__fish_complete_path)'
complete -c archonctl -n '__archonctl_verb rules' -l since -x
complete -c archonctl -n '__archonctl_at "" 0' -a events -d 'Show the events of the journal, after since= if given, the last= of them.'
complete -c archonctl -n '__archonctl_verb events' -l types -x -k -a 'process.starting process.started process.ready process.exited process.stopping process.stopped process.backoff process.failed process.paused process.resumed process.degraded process.recovered process.replaced process.kept process.monitored process.sample process.spawned process.output group.starting group.started group.ready group.exited group.stopping group.stopped group.backoff group.failed group.paused group.resumed group.degraded group.recovered group.replaced group.kept group.monitored group.sample group.spawned group.output daemon.started daemon.recovered daemon.stopping rule.fired rule.error file.changed library.replaced pressure.cpu pressure.memory pressure.io oom.killed timer config.reloaded bind.requested request.received request.handled'
complete -c archonctl -n '__archonctl_verb events' -l names -x -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb events' -l exclude -x -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb events' -l since -x
complete -c archonctl -n '__archonctl_verb events' -l last -x
complete -c archonctl -n '__archonctl_at "" 0' -a subscribe -d 'Follow events as they happen, after since= if given; the connection takes no further request.'
complete -c archonctl -n '__archonctl_verb subscribe' -l types -x -k -a 'process.starting process.started process.ready process.exited process.stopping process.stopped process.backoff process.failed process.paused process.resumed process.degraded process.recovered process.replaced process.kept process.monitored process.sample process.spawned process.output group.starting group.started group.ready group.exited group.stopping group.stopped group.backoff group.failed group.paused group.resumed group.degraded group.recovered group.replaced group.kept group.monitored group.sample group.spawned group.output daemon.started daemon.recovered daemon.stopping rule.fired rule.error file.changed library.replaced pressure.cpu pressure.memory pressure.io oom.killed timer config.reloaded bind.requested request.received request.handled'
complete -c archonctl -n '__archonctl_verb subscribe' -l names -x -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb subscribe' -l exclude -x -a '(__archonctl_names)'
complete -c archonctl -n '__archonctl_verb subscribe' -l since -x
complete -c archonctl -n '__archonctl_at "" 0' -a ping -d 'Answer, to say that the daemon is there.'
complete -c archonctl -n '__archonctl_at "" 0' -a version -d 'Say which archon this is and what it runs on.'
complete -c archonctl -n '__archonctl_at "" 0' -a help -d 'Say which requests there are and how each is written.'
complete -c archonctl -n '__archonctl_at help 1' -a '(archonctl --help | string match -rg "^  ([a-z-]+) ")'
complete -c archonctl -n '__archonctl_verb help' -l request -x -a '(archonctl --help | string match -rg "^  ([a-z-]+) ")'
complete -c archonctl -n '__archonctl_at "" 0' -a upgrade -d 'Exchange the daemon, and archond itself, for what is installed by now, under the running processes.'
complete -c archonctl -n '__archonctl_at "" 0' -a shutdown -d 'Stop everything but foreign processes, reply, and exit.'
complete -c archonctl -n '__archonctl_at "" 0' -a reboot -d 'As process 1: stop everything, reply, kill what is left, and start the machine anew.'
complete -c archonctl -n '__archonctl_at "" 0' -a power-off -d 'As process 1: stop everything, reply, kill what is left, and switch the machine off.'
complete -c archonctl -n '__archonctl_at "" 0' -a halt -d 'As process 1: stop everything, reply, kill what is left, and halt the machine.'
complete -c archonctl -n '__archonctl_at "" 0' -a completion -d 'Print the completion of a shell.'
complete -c archonctl -n '__archonctl_at completion 1' -k -a 'bash zsh fish'
