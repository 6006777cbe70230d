import { expect, test } from 'vitest';
import type { Init } from '../../src/config/settings.ts';
import { AsInit } from '../../src/supervisor/as-init.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { entryIn } from './entries.ts';

const plain: Init = { rc: undefined, foreground: 'web', hasTerminal: false };

function stage(init: Init | undefined, entry: Entry | undefined) {
	const over: string[] = [];
	const ended: string[] = [];
	const asInit = new AsInit({
		init,
		channel: { end: (how) => void ended.push(how) },
		get: (name) => (name === entry?.name ? entry : undefined),
		stdin: 8,
		onOver: ({ name }) => over.push(name),
	});
	return { asInit, over, ended };
}

const web = (state: Entry['life']['state'], of: Partial<Entry> = {}) =>
	entryIn(state, { name: 'web', isConfigured: true, ...of });

test('who is not process 1 ends no machine, and has nothing in the foreground', () => {
	const entry = web({ tag: 'exited' });
	const { asInit, over, ended } = stage(undefined, entry);
	expect(asInit.end('halt')).toEqual({
		refused: 'archon is not process 1 here (archond --init): Shutdown ends archon alone',
	});
	asInit.watch();
	asInit.changed(entry);
	expect([over, ended, asInit.stdioOf(entry)]).toEqual([[], [], undefined]);
	expect([asInit.exitCode(false), asInit.exitCode(true)]).toEqual([0, 1]);
});

test('the end of the one in the foreground is told once, and not before it is watched', () => {
	const entry = web({ tag: 'stopped' });
	const { asInit, over } = stage(plain, entry);
	asInit.changed(entry);
	expect(over).toEqual([]);
	entry.life = { ...entry.life, state: { tag: 'running', since: 0 } };
	asInit.watch();
	asInit.changed(entry);
	asInit.changed(entryIn({ tag: 'exited' }, { name: 'db' }));
	expect(over).toEqual([]);
	entry.life = { ...entry.life, state: { tag: 'exited' } };
	asInit.changed(entry);
	asInit.changed(entry);
	expect(over).toEqual(['web']);
});

test('one that had ended before a daemon took over is told at once', () => {
	const { asInit, over } = stage(plain, web({ tag: 'exited' }));
	asInit.watch();
	expect(over).toEqual(['web']);
});

test('the exit code is its; a failure of another is 1 where it has none', () => {
	const { asInit } = stage(plain, web({ tag: 'exited' }, { last: { tag: 'exit', code: 3 } }));
	expect([asInit.exitCode(false), asInit.exitCode(true)]).toEqual([3, 3]);
	const good = stage(plain, web({ tag: 'exited' }, { last: { tag: 'exit', code: 0 } })).asInit;
	expect([good.exitCode(false), good.exitCode(true)]).toEqual([0, 1]);
});

test('it gets the descriptors of archond, and the name of its terminal unless it has one', () => {
	const entry = web({ tag: 'stopped' });
	expect(stage(plain, entry).asInit.stdioOf(entry)).toEqual({
		fds: [8, 1, 2],
		isTerminal: false,
		settings: new Map(),
	});
	const before = process.env['TERM'];
	process.env['TERM'] = 'xterm';
	const stdio = stage({ ...plain, hasTerminal: true }, entry).asInit.stdioOf(entry);
	if (before === undefined) {
		delete process.env['TERM'];
	} else {
		process.env['TERM'] = before;
	}
	expect(stdio).toEqual({ fds: [8, 1, 2], isTerminal: true, settings: new Map([['TERM', 'xterm']]) });
	expect(
		stage(plain, entry).asInit.stdioOf(web({ tag: 'stopped' }, { isConfigured: false })),
	).toBeUndefined();
});
