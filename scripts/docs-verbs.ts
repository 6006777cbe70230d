import { numberColumns, wordColumns } from '../src/protocol/columns.ts';
import type { Request } from '../src/requests/request.ts';
import { type Command, commands } from './docs-commands.ts';

/** native/verbs.h: what archonctl knows of the requests without asking the daemon. */
export function verbs(requests: readonly Request[]): string {
	return `/*
 * The verbs of archonctl. Generated from the request registry (src/requests) by npm run docs.
 */
/* clang-format off */
#ifndef ARCHON_VERBS_H
#define ARCHON_VERBS_H

#define VERB_ARGS 1u   /* <args> and settings: options end at the first other word */
#define VERB_FD 2u     /* one descriptor goes along */
#define VERB_ROWS 4u   /* answers with Columns and Row */
#define VERB_FOLLOW 8u /* Ok first, then records until either side closes */
#define VERB_NODE 16u  /* no request: a program of Node's answers it */

struct verb {
    const char *verb;     /* as typed */
    const char *request;  /* as sent */
    const char *synopsis; /* as Help says it */
    const char *what;
    int min; /* fields behind the name */
    int max; /* -1: any number */
    unsigned flags;
};

static const struct verb verbs[] = {
${[...requests.map(row), ...commands.map(commandRow)].join('\n')}
};

/* Columns, and keys of events, whose values are numbers where they look like one. */
static const char *const number_columns[] = { ${list(numberColumns)} };

/* Columns of somebody's own words: a - there is a -. */
static const char *const word_columns[] = { ${list(wordColumns)} };

#endif
`;
}

/** `StartDaemon` is `start-daemon`, `MonitorFD` is `monitor-fd`. */
export function verbOf(name: string): string {
	return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

function list(words: readonly string[]): string {
	return [...words.map((word) => JSON.stringify(word)), 'NULL'].join(', ');
}

function commandRow({ verb, synopsis, summary, least, most }: Command): string {
	const strings = [verb, synopsis.replace(/,.*/, ''), synopsis, summary].map((text) => JSON.stringify(text));
	return `    { ${strings.join(', ')}, ${least}, ${most}, VERB_ROWS | VERB_NODE },`;
}

function row(it: Request): string {
	const strings = [verbOf(it.name), it.name, it.synopsis, it.summary].map((text) => JSON.stringify(text));
	return `    { ${strings.join(', ')}, ${it.least}, ${it.most}, ${flagsOf(it)} },`;
}

function flagsOf(it: Request): string {
	const flags = [
		it.synopsis.includes('<args>') ? 'VERB_ARGS' : '',
		it.fds.includes(1) ? 'VERB_FD' : '',
		it.columns === undefined ? '' : 'VERB_ROWS',
		it.follows ? 'VERB_FOLLOW' : '',
	].filter((flag) => flag !== '');
	return flags.length === 0 ? '0' : flags.join(' | ');
}
