import { branchOf, type Kind, type Option, optionWord, type Verb } from './docs-words.ts';

type Lists = Partial<Record<Kind, readonly string[]>>;

/** docs/completion/archonctl.bash: needs no bash-completion, and bash 4. */
export function bash(verbs: readonly Verb[], common: readonly Option[], lists: Lists): string {
	return `# bash completion for archonctl. Generated from the request registry by npm run docs.

# Sets places (what each word behind the verb may be) and options (OPTION=what it takes, nothing: a flag).
_archonctl_verb() {
    places=() options=(${common.map(optionWord).join(' ')})
    case $1 in
${verbs.map(branchOf).join('\n')}
    esac
}

# Prints the words of a kind, one a line.
_archonctl_words() {
    case $1 in
        name) _archonctl_names ;;
        verb) printf '%s\\n' ${verbs.map((it) => it.verb).join(' ')} ;;
${Object.entries(lists)
	.map(([kind, words]) => `        ${kind}) printf '%s\\n' ${words.join(' ')} ;;`)
	.join('\n')}
    esac
}

# The names there are; nothing when no daemon answers.
_archonctl_names() {
    local row
    "$program" \${socket:+--socket "$socket"} status --json 2>/dev/null </dev/null | while IFS= read -r row; do
        [[ $row =~ ^\\{\\"name\\":\\"([^\\"]+)\\" ]] && printf '%s\\n' "\${BASH_REMATCH[1]}"
    done
}

_archonctl() {
    local program=$1 cur=$2 verb='' socket='' kind='' place=0 i word option places options
    _archonctl_verb ''
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]} kind=''
        if [[ $word == -- && ($verb == run || $verb == start-daemon) ]]; then
            _command_offset_of_archonctl $((i + 1))
            return
        fi
        for option in "\${options[@]}"; do
            [[ $option == "$word="?* ]] && kind=\${option#*=}
        done
        if [[ -n $kind ]]; then
            # Its value is the next word, which bash may have cut at a = before it.
            [[ \${COMP_WORDS[i + 1]} == '=' ]] && ((i++))
            ((++i < COMP_CWORD)) && [[ $word == --socket ]] && socket=\${COMP_WORDS[i]}
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
        COMPREPLY=($(compgen -W "\${options[*]%%=*}" -- "$cur"))
        return
    fi
    if [[ -z $kind ]]; then
        if [[ -z $verb ]]; then kind=verb; else kind=\${places[place]-}; fi
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
`;
}
