import { expect, test } from 'vitest';
import type { Entry } from '../../src/supervisor/entry.ts';
import { families } from '../../src/supervisor/families.ts';
import type { Process } from '../../src/supervisor/processes.ts';
import { entryIn, mainOf, running } from './entries.ts';

const keeper = 100;

/** Processes by pid and parent, of sessions of their own unless one is given. */
function processes(
	...of: (readonly [pid: number, parent: number, session?: number])[]
): Map<number, Process> {
	return new Map(
		of.map(([pid, parent, session = pid]) => [
			pid,
			{ pid, parent, session, group: session, state: 'S', ticks: 0, started: 0, pages: 0 },
		]),
	);
}

function named(name: string, of: Partial<Entry>): Entry {
	return entryIn(running, { name, ...of });
}

function namesOf(
	found: Map<number, Process>,
	entries: Entry[],
	marks: Record<number, number> = {},
	outlived = 0,
) {
	const hasOutlived = (start: number) => start <= outlived;
	const ports = { keeper, own: [101], markOf: (pid: number) => marks[pid] ?? 0, hasOutlived };
	const { entryOf } = families(found, entries, ports);
	return Object.fromEntries([...entryOf].map(([pid, entry]) => [pid, entry.name]));
}

test('a tree is the main process and all below it, not the keeper’s other children', () => {
	const found = processes([100, 1], [101, 100], [200, 100], [201, 200], [202, 201], [300, 100]);
	expect(namesOf(found, [named('web', { process: mainOf(200) })])).toEqual({
		200: 'web',
		201: 'web',
		202: 'web',
	});
});

test('what the keeper inherited is told by its mark, and what is below it belongs with it', () => {
	const found = processes([100, 1], [200, 100], [250, 100], [251, 250], [260, 100]);
	const entries = [
		named('web', { process: mainOf(200, { start: 7 }) }),
		named('db', { tree: { pid: 240, start: 8 } }),
	];
	expect(namesOf(found, entries, { 250: 8, 260: 9 })).toEqual({ 200: 'web', 250: 'db', 251: 'db' });
});

test('a mark is the start number as far as 32 bits hold it', () => {
	const found = processes([100, 1], [200, 100], [250, 100]);
	const web = named('web', { process: mainOf(200, { start: 2 ** 32 + 7 }) });
	expect(namesOf(found, [web], { 250: 7 })).toEqual({ 200: 'web', 250: 'web' });
});

test('what an earlier keeper left is told by its mark alone, wherever it is', () => {
	const found = processes(
		[100, 1],
		[200, 1],
		[201, 200],
		[250, 1],
		[251, 250],
		[260, 1, 240],
		[270, 100, 200],
	);
	const entries = [
		named('web', { process: mainOf(200, { start: 7 }) }),
		named('db', { tree: { pid: 240, start: 8 } }),
	];
	const marks = { 200: 7, 201: 7, 250: 8, 251: 8 };
	expect(namesOf(found, entries, marks, 8)).toEqual({
		200: 'web',
		201: 'web',
		250: 'db',
		251: 'db',
		270: 'web',
	});
	expect(namesOf(found, entries, marks, 6)).toEqual({ 200: 'web', 201: 'web', 270: 'web' });
});

test('one that shook the mark off is told by its session', () => {
	const found = processes([100, 1], [200, 100], [250, 100, 200], [260, 100]);
	expect(namesOf(found, [named('web', { process: mainOf(200) })])).toEqual({ 200: 'web', 250: 'web' });
});

test('a main process below that of another is its own, and archon is nobody’s', () => {
	const found = processes([50, 1], [100, 50], [101, 100], [200, 100], [60, 50], [61, 60]);
	const entries = [
		named('shell', { kind: 'foreign', process: mainOf(50, { start: -1 }) }),
		named('editor', { kind: 'foreign', process: mainOf(60, { start: -1 }) }),
		named('web', { process: mainOf(200) }),
	];
	expect(namesOf(found, entries)).toEqual({ 50: 'shell', 60: 'editor', 61: 'editor', 200: 'web' });
});

test('one whose process is gone has no tree', () => {
	expect(namesOf(processes([100, 1]), [named('web', { process: mainOf(200) }), named('db', {})])).toEqual({});
});
