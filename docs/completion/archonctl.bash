# bash completion for archonctl. Generated from the request registry by npm run docs.

# Sets places (what each word behind the verb may be) and options (OPTION=what it takes, nothing: a flag).
_archonctl_verb() {
    places=() options=(--socket=file --color=when --json --help)
    case $1 in
        run) places=(command) options+=(-e=any -C=folder --name=any --key=any -E) ;;
        start-daemon) places=(command) options+=(-e=any -C=folder --name=any --key=any --restart=restart --user=any --ready=any) ;;
        monitor-fd) options+=(--pid=any --fd=any --name=any) ;;
        monitor-pid) places=(any name) options+=(--name=name) ;;
        start) places=(name) ;;
        stop) places=(name any) options+=(--timeout=any) ;;
        restart) places=(name) ;;
        refresh) places=(name) ;;
        signal) places=(name signal) ;;
        pause) places=(name) ;;
        resume) places=(name) ;;
        wait) places=(name state any) options+=(--timeout=any) ;;
        remove) places=(name) ;;
        depend) places=(name name edge) options+=(--kind=edge) ;;
        undepend) places=(name name) ;;
        impact) places=(verb name) ;;
        config) : ;;
        reload) options+=(--dry-run) ;;
        status) places=(name) options+=(--name=name) ;;
        usage) places=(name) options+=(--name=name) ;;
        tree) : ;;
        sockets) : ;;
        bind-fd) places=(any) options+=(--v) ;;
        allocate-port) places=(name any) options+=(--range=any) ;;
        release-port) places=(any) ;;
        why) places=(name) ;;
        save) places=(name) ;;
        logs) places=(name) options+=(--lines=any --since=any --stream=stream --follow) ;;
        rules) places=(test file) options+=(--since=any) ;;
        events) options+=(--types=type --names=name --exclude=name --since=any --last=any) ;;
        subscribe) options+=(--types=type --names=name --exclude=name --since=any) ;;
        ping) : ;;
        version) : ;;
        help) places=(verb) options+=(--request=verb) ;;
        upgrade) : ;;
        shutdown) : ;;
        reboot) : ;;
        power-off) : ;;
        halt) : ;;
        completion) places=(shell) ;;
    esac
}

# Prints the words of a kind, one a line.
_archonctl_words() {
    case $1 in
        name) _archonctl_names ;;
        verb) printf '%s\n' run start-daemon monitor-fd monitor-pid start stop restart refresh signal pause resume wait remove depend undepend impact config reload status usage tree sockets bind-fd allocate-port release-port why save logs rules events subscribe ping version help upgrade shutdown reboot power-off halt completion ;;
        state) printf '%s\n' waiting starting running stopping stopped exited backoff failed paused ;;
        signal) printf '%s\n' HUP INT QUIT USR1 USR2 TERM CONT STOP KILL WINCH ;;
        edge) printf '%s\n' requires wants after ;;
        type) printf '%s\n' process.starting process.started process.ready process.exited process.stopping process.stopped process.backoff process.failed process.paused process.resumed process.degraded process.recovered process.replaced process.kept process.monitored process.sample process.spawned process.output group.starting group.started group.ready group.exited group.stopping group.stopped group.backoff group.failed group.paused group.resumed group.degraded group.recovered group.replaced group.kept group.monitored group.sample group.spawned group.output daemon.started daemon.recovered daemon.stopping rule.fired rule.error file.changed library.replaced pressure.cpu pressure.memory pressure.io oom.killed timer config.reloaded bind.requested request.received request.handled ;;
        stream) printf '%s\n' stdout stderr archon ;;
        shell) printf '%s\n' bash zsh fish ;;
        test) printf '%s\n' test ;;
        when) printf '%s\n' always never auto ;;
        restart) printf '%s\n' always on-failure never ;;
    esac
}

# The names there are; nothing when no daemon answers.
_archonctl_names() {
    local row
    "$program" ${socket:+--socket "$socket"} status --json 2>/dev/null </dev/null | while IFS= read -r row; do
        [[ $row =~ ^\{\"name\":\"([^\"]+)\" ]] && printf '%s\n' "${BASH_REMATCH[1]}"
    done
}

_archonctl() {
    local program=$1 cur=$2 verb='' socket='' kind='' place=0 i word option places options
    _archonctl_verb ''
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]} kind=''
        if [[ $word == -- && ($verb == run || $verb == start-daemon) ]]; then
            _command_offset_of_archonctl $((i + 1))
            return
        fi
        for option in "${options[@]}"; do
            [[ $option == "$word="?* ]] && kind=${option#*=}
        done
        if [[ -n $kind ]]; then
            # Its value is the next word, which bash may have cut at a = before it.
            [[ ${COMP_WORDS[i + 1]} == '=' ]] && ((i++))
            ((++i < COMP_CWORD)) && [[ $word == --socket ]] && socket=${COMP_WORDS[i]}
            ((i < COMP_CWORD)) && kind=''
        elif [[ $word == -* ]]; then
            :
        elif [[ -z $verb ]]; then
            verb=$word
            _archonctl_verb "$verb"
        else
            ((place++))
        fi
    done
    [[ $cur == '=' ]] && cur=''
    if [[ -z $kind && $cur == -* ]]; then
        COMPREPLY=($(compgen -W "${options[*]%%=*}" -- "$cur"))
        return
    fi
    if [[ -z $kind ]]; then
        if [[ -z $verb ]]; then kind=verb; else kind=${places[place]-}; fi
    fi
    case $kind in
        file) COMPREPLY=($(compgen -f -- "$cur")) ;;
        folder) COMPREPLY=($(compgen -d -- "$cur")) ;;
        command) COMPREPLY=($(compgen -c -- "$cur")) ;;
        *) COMPREPLY=($(compgen -W "$(_archonctl_words "$kind")" -- "$cur")) ;;
    esac
}

# Behind -- stands a program, then its arguments: names of files.
_command_offset_of_archonctl() {
    if ((COMP_CWORD == $1)); then
        COMPREPLY=($(compgen -c -- "$cur"))
    else
        COMPREPLY=($(compgen -f -- "$cur"))
    fi
}

complete -F _archonctl archonctl
