import type { Reply } from '../../src/client/connection.ts';
import { formatArgs } from '../../src/protocol/args.ts';
import { joinRecord } from '../../src/protocol/join.ts';
import type { Archon } from '../archon.ts';

/** The final reply to one request, as it came over the wire; fields are latin1. */
export async function ask(archon: Archon, ...fields: string[]): Promise<string> {
	const replies = await archon.lines(`${joinRecord(fields)}\n`);
	return replies.at(-1) ?? 'nothing';
}

/** The rows that a request brings, by column. */
export async function rows(archon: Archon, ...fields: string[]): Promise<Row[]> {
	const connection = await archon.connect();
	const found = rowsOf(await connection.call(fields));
	connection.close();
	return found;
}

/** A row of a reply: what is under each column. */
export type Row = { readonly [column: string]: string };

/** What `Status` says of the process of that name. */
export async function status(archon: Archon, name: string): Promise<Row> {
	return (await rows(archon, 'Status', name))[0] ?? {};
}

/**
 * What `Status` says as soon as the process has come into these states, one after the other, because of what `cause`
 * does. All of it is asked beforehand: however short it stays in the last of them, it is not missed.
 */
export async function statusAt(
	archon: Archon,
	name: string,
	states: string[],
	cause: () => void,
): Promise<Row> {
	const connection = await archon.connect();
	const waits = states.map((state) => connection.call(['Wait', name, state]));
	const reply = connection.call(['Status', name]);
	cause();
	await Promise.all(waits);
	return rowsOf(await reply)[0] ?? {};
}

/** The names in `Status`. */
export async function names(archon: Archon): Promise<string[]> {
	return (await rows(archon, 'Status')).map((row) => row['name'] ?? '');
}

/** The pid of the process of that name. */
export async function pidOf(archon: Archon, name: string): Promise<number> {
	return Number((await status(archon, name))['pid']);
}

/** What a process of that name wrote to one of its outputs. */
export async function written(archon: Archon, name: string, stream = 'stdout'): Promise<string[]> {
	const lines = await rows(archon, 'Logs', name, 'lines=10000');
	return lines.filter((row) => row['stream'] === stream).map((row) => row['line'] ?? '');
}

/** Runs a program to its end and returns what it wrote to its standard output. */
export async function output(
	archon: Archon,
	args: readonly string[],
	...settings: string[]
): Promise<string[]> {
	const reply = await ask(archon, 'Run', formatArgs(args), ...settings, 'ARCHON_NAME=output');
	if (reply !== 'ExitStatus,0') {
		throw new Error(reply);
	}
	return written(archon, 'output');
}

/** Starts `sh -c script` as a daemon of that name. */
export function daemon(archon: Archon, name: string, script: string, ...settings: string[]): Promise<string> {
	return ask(archon, 'StartDaemon', formatArgs(['sh', '-c', script]), `ARCHON_NAME=${name}`, ...settings);
}

function rowsOf({ columns, rows }: Reply): Row[] {
	return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? ''])));
}
