# zsh completion.zsh FOLDER LINE: prints what zsh offers at the end of LINE with the completions of FOLDER. That works
# only where somebody types, so in a terminal of its own, which reads this file too: it writes down what is added.
if [[ -o interactive ]]; then
    PROMPT= fpath=($FOLDER $fpath)
    autoload -U compinit
    compinit -u -D
    compadd() {
        # Calls that only ask what would fit add nothing.
        if [[ ${@[1,(i)(-|--)]} == *-[ADO]* ]]; then
            builtin compadd "$@"
            return
        fi
        local -a hits
        builtin compadd -A hits "$@"
        print -rl -- $hits >>offered
        builtin compadd "$@"
    }
    list() { zle list-choices; print -r -- all-was-offered }
    zle -N list
    bindkey '^I' list
    return
fi
export FOLDER=$1
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell ". ${(q)0:A}; print is-'r'eady"
zpty -r shell said '*is-ready*'
zpty -w -n shell "$2"$'\t'
zpty -r shell said '*all-was-offered*'
zpty -d shell
[[ ! -e offered ]] || cat offered
