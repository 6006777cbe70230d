import type { Kind, Option, Verb } from './docs-words.ts';

type Lists = Partial<Record<Kind, readonly string[]>>;

/** docs/completion/archonctl.fish. */
export function fish(verbs: readonly Verb[], common: readonly Option[], lists: Lists): string {
	const taking = [...common, ...verbs.flatMap((it) => it.options)].filter((it) => it.value !== undefined);
	return `# fish completion for archonctl. Generated from the request registry by npm run docs.

# The names there are; nothing when no daemon answers.
function __archonctl_names
    set -l tokens (commandline -opc)
    set -l socket
    if set -l at (contains -i -- --socket $tokens)
        set socket --socket $tokens[(math $at + 1)]
    end
    archonctl $socket status --json 2>/dev/null </dev/null | string match -rg '^\\{"name":"([^"]+)"'
end

# Whether the word at the cursor is that one behind that verb (0: the verb itself).
function __archonctl_at -a verb place
    set -l tokens (commandline -opc)
    set -l words
    set -l skip 0
    for token in $tokens[2..]
        if test $skip = 1
            set skip 0
        else if contains -- $token ${[...new Set(taking.map(({ word }) => word))].join(' ')}
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
${common.map((it) => optionLine('', it, lists)).join('\n')}
${verbs.map((it) => verbLines(it, lists)).join('\n')}
`;
}

function verbLines({ verb, summary, places, options }: Verb, lists: Lists): string {
	const lines = [`complete -c archonctl -n '__archonctl_at "" 0' -a ${verb} -d ${quoted(summary)}`];
	for (const [i, kind] of places.entries()) {
		const offered = wordsOf(kind, lists);
		if (offered !== '') {
			lines.push(`complete -c archonctl -n '__archonctl_at ${verb} ${i + 1}' ${offered}`);
		}
	}
	return [...lines, ...options.map((it) => optionLine(` -n '__archonctl_verb ${verb}'`, it, lists))].join(
		'\n',
	);
}

function optionLine(condition: string, { word, value }: Option, lists: Lists): string {
	const name = word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`;
	const takes = value === undefined ? '' : ` -x ${wordsOf(value, lists)}`.trimEnd();
	return `complete -c archonctl${condition} ${name}${takes}`;
}

function wordsOf(kind: Kind, lists: Lists): string {
	const list = lists[kind];
	if (list !== undefined) {
		return `-k -a '${list.join(' ')}'`;
	}
	return functions[kind] === undefined ? '' : `-a '(${functions[kind]})'`;
}

const functions: Partial<Record<Kind, string>> = {
	name: '__archonctl_names',
	verb: 'archonctl --help | string match -rg "^  ([a-z-]+) "',
	command: '__fish_complete_command',
	folder: '__fish_complete_directories',
	file: '__fish_complete_path',
};

function quoted(text: string): string {
	return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
