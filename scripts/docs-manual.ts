import type { Request } from '../src/requests/request.ts';
import { commands } from './docs-commands.ts';
import { defined, prose, roff } from './docs-roff.ts';
import { verbOf } from './docs-verbs.ts';

const made = '.\\" Generated from the request registry by npm run docs.';

/** docs/man/archonctl.1, in man(7). */
export function manual(requests: readonly Request[]): string {
	return `${made}
.TH ARCHONCTL 1 "" "archon" "User Commands"
.ad l
.SH NAME
archonctl \\- talk to archond, the process supervisor
.SH SYNOPSIS
.B archonctl
[\\fIOPTION\\fR ...] \\fIVERB\\fR [\\fIARGUMENT\\fR ...]
.SH DESCRIPTION
${prose(description)}
.SH OPTIONS
${options.map(([term, what]) => defined(term, what)).join('\n')}
.SH VERBS
${requests.map((it) => defined(`${verbOf(it.name)}${specials[it.name]?.[0] ?? wordsOf(it)}`, it.summary, ...(specials[it.name]?.slice(1) ?? []))).join('\n')}
${commands.map((it) => defined(`${it.verb}${wordsOf({ name: 'RulesTest', synopsis: it.synopsis })}`, it.summary, ...it.more)).join('\n')}
${defined('completion bash|zsh|fish', 'Print what lets that shell complete the words of archonctl.')}
.SH OUTPUT
${prose(output)}
.SH EXIT STATUS
${prose(exits)}
.SH ENVIRONMENT
${defined('ARCHON_SOCKET', 'The socket of the daemon.')}
${defined('NO_COLOR', 'No colours, when it is set to anything.')}
${defined('TERM', '`dumb` has no colours.')}
.SH FILES
${defined('/run/archon/archon.sock', 'The socket, for root.')}
${defined('$XDG_RUNTIME_DIR/archon/archon.sock', 'For anybody else.')}
.SH SEE ALSO
.BR archond (8),
.BR archon\\-protocol (7)
`;
}

/** docs/man/archon-protocol.7: PROTOCOL.md as a manual page. */
export function protocolManual(markdown: string): string {
	return `${made}
.TH ARCHON\\-PROTOCOL 7 "" "archon" "Miscellaneous Information"
.ad l
.SH NAME
archon\\-protocol \\- CSV over a Unix socket, as archond speaks it
${roff(markdown)}
.SH SEE ALSO
.BR archonctl (1),
.BR archond (8)
`;
}

/** docs/man/archon-rules.7: docs/rules.md as a manual page. */
export function rulesManual(markdown: string): string {
	return `.\\" Generated from docs/rules.md by npm run docs.
.TH ARCHON\\-RULES 7 "" "archon" "Miscellaneous Information"
.ad l
.SH NAME
archon\\-rules \\- Lua that answers what happens
${roff(markdown)}
.SH SEE ALSO
.BR archonctl (1),
.BR archond (8),
.BR archon.toml (5)
`;
}

const description = `Each verb is one request to the daemon.
A word stands for a field of the request, in their order.
What the synopsis calls \`<key>\` may as well be written \`--key\` VALUE, wherever it stands.
For \`run\` and \`start-daemon\` options end at the first other word:
that word is one CSV record of arguments and the rest is environment, \`key=value\`;
behind \`--\` every word is an argument.`;

const options = [
	['--socket PATH', 'The socket of the daemon.'],
	[
		'--json',
		'Rows as one array of objects, numbers as numbers and `-` as null; when following, one object per line.',
	],
	[
		'--color always|never|auto',
		'On a terminal unless `NO_COLOR` or `TERM=dumb` is set, unless said otherwise.',
	],
	['--help', 'How the program, or that verb, is used.'],
	['--version', 'Which archonctl this is.'],
] as const;

const output = `On a terminal rows are a table that fits its width, times are local below a line that says so,
and numbers are rounded: 3h12m, 12.3M, 0.7%.
What is piped is the same table, plain and whole: times in UTC with a Z, seconds, bytes, percent of a core.`;

const exits = `For \`run\` the code of the program: 128+N when signal N ended it, 127 or 126 when it could not be started.
Else 0 when it was done, 1 when it was refused (the reason is on standard error) or its answer could not be written,
2 for wrong usage, 3 when no daemon answers.`;

const program = [
	'`-e` KEY=VALUE sets a variable; of several of one name the last wins.',
	'`--name` NAME is what it is called.',
	'`--key` KEY starts it once: asked again with that key archond replies as it did the first time. `run` passes TERM without it only.',
];

/** Verbs that archonctl reads otherwise than their synopsis says: words, then lines on their options. */
const specials: Record<string, readonly string[]> = {
	Run: [
		' [OPTION...] PROGRAM,ARGUMENT,... [KEY=VALUE...] | -- PROGRAM [ARGUMENT...]',
		...program,
		'`-E` passes the whole environment of the caller, `-C` DIR starts in DIR.',
		'The program has the input, output and errors of archonctl, and the signals HUP, INT, QUIT, TERM, USR1, USR2 and WINCH.',
		'While archond does not answer a signal waits for it; the same one again, a second later or more, ends archonctl, and the program may go on.',
	],
	StartDaemon: [
		' [OPTION...] PROGRAM,ARGUMENT,... [KEY=VALUE...] | -- PROGRAM [ARGUMENT...]',
		...program,
		'`-C` DIR starts in DIR, not in the current directory.',
		'`--restart` is always, on-failure or never; `--user` USER and `--ready` HOW are the keys of a service.',
	],
	MonitorFD: [' --pid PID | --fd N [--name NAME]', '`--fd` N passes the inherited descriptor N.'],
};

/** `Logs,<name>[,lines=<count>]` is `logs <name> [--lines <count>]`. */
function wordsOf({ name, synopsis }: Pick<Request, 'name' | 'synopsis'>): string {
	return synopsis
		.slice(name.length)
		.replaceAll(/\[,([a-z-]+)=/g, ' [--$1 ')
		.replaceAll(/\[,([a-z-]+)\]/g, ' [--$1]')
		.replaceAll(/\[,/g, ' [')
		.replaceAll(',', ' ');
}
