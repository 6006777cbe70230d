import type { Request } from '../src/requests/request.ts';
import { verbOf } from './docs-verbs.ts';

/** docs/man/archonctl.1, in man(7). */
export function manual(requests: readonly Request[]): string {
	return `.\\" Generated from the request registry by npm run docs.
.TH ARCHONCTL 1 "" "archon" "User Commands"
.SH NAME
archonctl \\- talk to archond, the process supervisor
.SH SYNOPSIS
.B archonctl
[\\fB\\-\\-socket\\fR \\fIPATH\\fR] [\\fB\\-\\-json\\fR] \\fIVERB\\fR [\\fIARGUMENT\\fR ...]
.SH DESCRIPTION
Each verb is one request to the daemon.
\\fB\\-\\-socket\\fR and \\fB\\-\\-json\\fR may stand before or after the verb.
For \\fBrun\\fR and \\fBstart\\-daemon\\fR options end at the first other word: that word is one CSV record of arguments and
the rest is environment, \\fIkey=value\\fR; behind \\fB\\-\\-\\fR every word is an argument.
.SH VERBS
${requests.map(entry).join('\n')}
.SH EXIT STATUS
The exit code of the program for \\fBrun\\fR (128+N when signal N ended it, 127 or 126 when it could not be started); else
0 when it was done, 1 when it was refused (the reason is on standard error), 2 for wrong usage, 3 when no daemon answers.
.SH ENVIRONMENT
.TP
.B ARCHON_SOCKET
The socket of the daemon, /run/archon/archon.sock for root unless set.
`;
}

function entry(it: Request): string {
	const usage = it.synopsis.slice(it.name.length).replaceAll(/\[?,/g, (mark) => (mark === '[,' ? ' [' : ' '));
	return `.TP\n.B ${escaped(verbOf(it.name) + usage)}\n${escaped(it.summary)}`;
}

function escaped(text: string): string {
	return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('…', '...');
}
