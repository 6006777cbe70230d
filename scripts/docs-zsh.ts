import { branchOf, type Kind, type Option, optionWord, type Verb } from './docs-words.ts';

type Lists = Partial<Record<Kind, readonly string[]>>;

/** docs/completion/_archonctl, for a folder of zsh's $fpath. */
export function zsh(verbs: readonly Verb[], common: readonly Option[], lists: Lists): string {
	return `#compdef archonctl
# zsh completion for archonctl. Generated from the request registry by npm run docs.

# Sets places (what each word behind the verb may be) and options (OPTION=what it takes, nothing: a flag).
_archonctl_verb() {
    places=() options=(${common.map(optionWord).join(' ')})
    case $1 in
${verbs.map(branchOf).join('\n')}
    esac
}

# Offers the words of a kind.
_archonctl_words() {
    local -a offered
    case $1 in
        name)
            # The names there are; nothing when no daemon answers.
            offered=(\${(f)"$(archonctl \${socket:+--socket} $socket status --json 2>/dev/null </dev/null)"})
            offered=(\${\${(M)offered:#'{"name":"'*}#'{"name":"'})
            compadd -- \${offered%%\\"*}
            ;;
        verb)
            offered=(
${verbs.map((it) => `                ${quoted(`${it.verb}:${it.summary}`)}`).join('\n')}
            )
            _describe -V verb offered
            ;;
        file) _files ;;
        folder) _files -/ ;;
        command) _command_names -e ;;
${Object.entries(lists)
	.map(([kind, words]) => `        ${kind}) compadd -V ${kind} -- ${words.join(' ')} ;;`)
	.join('\n')}
    esac
}

_archonctl() {
    local verb socket kind word option
    local -a places options
    local -i place=1 i
    _archonctl_verb ''
    for ((i = 2; i < CURRENT; i++)); do
        word=$words[i] kind=
        if [[ $word == -- && $verb == (run|start-daemon) ]]; then
            if ((CURRENT == i + 1)); then _command_names -e; else _files; fi
            return
        fi
        for option in $options; do
            [[ $option == $word=?* ]] && kind=\${option#*=}
        done
        if [[ -n $kind ]]; then
            ((++i < CURRENT)) && { [[ $word == --socket ]] && socket=$words[i]; kind= }
        elif [[ $word == --socket=?* ]]; then
            socket=\${word#*=}
        elif [[ $word == -* ]]; then
            :
        elif [[ -z $verb ]]; then
            verb=$word
            _archonctl_verb $verb
        else
            ((place++))
        fi
    done
    if [[ -n $kind ]]; then
        _archonctl_words $kind
    elif [[ $PREFIX == -* ]]; then
        compadd -- \${options%%=*}
    elif [[ -z $verb ]]; then
        _archonctl_words verb
    else
        _archonctl_words "$places[place]"
    fi
}

# As a file of $fpath this is the body of that function; read by source it only makes it known.
if [[ $funcstack[1] == _archonctl ]]; then
    _archonctl "$@"
else
    compdef _archonctl archonctl
fi
`;
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
