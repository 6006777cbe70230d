import { expect, test } from 'vitest';
import { caller, countTurns, threadCount } from '../../rules/caller.ts';
import { until } from '../until.ts';

const fine = `rules.rule = () => 'fine';`;
const loops = `rules.rule = () => { for (;;) {} }; rules.where = () => threadId;`;
const tooLong = 'wrong: took longer than 100ms';
/** Ends its thread when it is called; or, with the event `later`, when its answer is to be sent. */
const dies = `rules.rule = (event) => { if (event.later) { state.bad = () => {}; } else { state.heap = []; for (;;) state.heap.push([1, 2, 3]); } };`;

test('a call that loops gets an error, and the file is there again with the state it had', async () => {
	const { load, call, states, happened } = caller();
	await load(
		'a.lua',
		`rules.count = () => (state.n = (state.n ?? 0) + 1); rules.rule = () => { state.n = 99; for (;;) {} };`,
	);
	expect(await call('a.lua', 'count')).toBe('1');
	await Promise.all([call('a.lua', 'count'), call('a.lua'), call('a.lua', 'count')]);
	expect(happened.filter((it) => !it.includes('kept'))).toEqual([
		'a.lua 1',
		'a.lua 2',
		`a.lua ${tooLong}`,
		'a.lua 3',
	]);
	expect(states.get('a.lua')).toEqual({ n: 3 });
});

test('while a call loops other files are answered, and the loop of the daemon turns', async () => {
	const { load, call, happened } = caller();
	await load('a.lua', loops);
	await load('b.lua', fine);
	const turns = countTurns();
	const others = Array.from({ length: 4 }, () => [call('a.lua'), call('b.lua')]);
	await Promise.all(others.flat());
	expect(turns()).toBeGreaterThan(100);
	expect(happened.filter((it) => it.startsWith('a.lua'))).toEqual(Array(4).fill(`a.lua ${tooLong}`));
	expect(happened.filter((it) => it.startsWith('b.lua'))).toEqual(Array(4).fill('b.lua fine'));
	expect(happened.lastIndexOf('b.lua fine')).toBeLessThan(happened.lastIndexOf(`a.lua ${tooLong}`));
});

test('a file that held up others is in a thread of its own, and back with them when it is loaded anew', async () => {
	const { load, call } = caller();
	await load('a.lua', loops);
	await load('b.lua', 'rules.rule = () => threadId;');
	const before = await call('b.lua');
	expect(await call('a.lua', 'where')).toBe(before);
	await Promise.all([call('a.lua'), call('b.lua')]);
	expect(await call('a.lua', 'where')).not.toBe(await call('b.lua'));
	expect(threadCount()).toBe(2);
	await load('a.lua', 'rules.where = () => threadId;');
	expect(await call('a.lua', 'where')).toBe(await call('b.lua'));
	await until(() => threadCount() === 1);
});

test('a file that is replaced while it loops is replaced at once', async () => {
	const { load, call, happened } = caller();
	await load('a.lua', loops);
	await load('b.lua', fine);
	const calls = Array.from({ length: 100 }, () => call('a.lua'));
	await call('b.lua');
	await load('a.lua', `rules.rule = () => 'new';`);
	expect(await calls[99]).toBe('new');
	expect(happened.filter((it) => it.includes(tooLong)).length).toBeLessThan(100);
});

test('a file that is loaded while another loops does not wait for it, and does not live with it', async () => {
	const { load, call, happened } = caller();
	await load('a.lua', loops);
	const looping = Array.from({ length: 4 }, () => call('a.lua'));
	await Promise.resolve();
	await load('b.lua', 'rules.rule = () => threadId;');
	expect(happened.length).toBeLessThan(4);
	await Promise.all(looping);
	expect(await call('b.lua')).not.toBe(await call('a.lua', 'where'));
});

test('a file that is dropped while it loops takes its thread with it', async () => {
	const { threads, load, call } = caller();
	await load('a.lua', loops);
	await load('b.lua', fine);
	const looping = Array.from({ length: 50 }, () => call('a.lua'));
	await call('b.lua');
	threads.drop('a.lua');
	expect(await looping.at(-1)).toBe('wrong: its file was dropped');
	await until(() => threadCount() === 1);
	expect(await call('b.lua')).toBe('fine');
});

test('what loops while it is loaded is refused, and meanwhile others are loaded and answer', async () => {
	const { load, call, happened } = caller();
	await load('b.lua', fine);
	const refused = load('a.lua', 'for (;;) {}').then((why) => happened.push(`a.lua ${why}`));
	await Promise.all([call('b.lua'), load('c.lua', fine)]);
	await call('c.lua');
	await refused;
	expect(happened).toEqual(['b.lua fine', 'c.lua fine', 'a.lua took longer than 1s to load']);
	await until(() => threadCount() === 1);
	expect(await call('b.lua')).toBe('fine');
});

test('a new version that loops while it is loaded leaves the old one in force', async () => {
	const { load, call } = caller();
	await load('a.lua', `rules.rule = () => 'old';`);
	await load('b.lua', fine);
	const refused = load('a.lua', 'for (;;) {}');
	const waits = call('a.lua');
	expect(await call('b.lua')).toBe('fine');
	expect(await refused).toBe('took longer than 1s to load');
	expect(await waits).toBe('old');
});

test('a file that cannot be loaded again after it was lost gets an error for each call', async () => {
	const { load, call } = caller();
	await load(
		'a.lua',
		`if (state.n) throw new Error('no more'); rules.rule = () => { state.n = 1; }; rules.loop = () => { for (;;) {} };`,
	);
	await call('a.lua');
	expect(await call('a.lua', 'loop')).toBe(tooLong);
	expect(await call('a.lua')).toBe('wrong: its file could not be loaded again: Error: no more');
	expect(await call('a.lua')).toBe('wrong: its file could not be loaded again: Error: no more');
});

test('a call that takes all memory gets an error, others of its thread are answered', async () => {
	const { load, call } = caller();
	await load('a.lua', dies);
	await load('b.lua', fine);
	const [one, bad, two] = await Promise.all([call('b.lua'), call('a.lua'), call('b.lua')]);
	expect([one, two]).toEqual(['fine', 'fine']);
	expect(bad).toMatch(/^wrong: took (more than \d+MiB of memory|longer than 100ms)$/);
	expect(await call('b.lua')).toBe('fine');
});

test('memory that one file hoards costs no other file its call', async () => {
	const { load, call } = caller();
	const takes = (mebibytes: number) =>
		`globalThis.hoard ??= []; const own = []; for (let i = 0; i < ${mebibytes}; i++) own.push(Array(65536).fill(0.5 + i));`;
	await load('hoards.lua', `rules.rule = () => { ${takes(48)} hoard.push(own); return 'hoards'; };`);
	await load('b.lua', `rules.rule = () => { ${takes(40)} return own.length; };`);
	expect(await call('hoards.lua')).toBe('hoards');
	for (let i = 0; i < 5; i++) {
		expect(await call('b.lua')).toBe('40');
	}
});

/** Keeps so many half MiB for ever when it is loaded. */
const keeps = (halves: number) =>
	`globalThis.hoard ??= []; for (let i = 0; i < ${halves}; i++) hoard.push(Array(65536).fill(0.5 + i)); rules.rule = () => threadId;`;

test('a file for which there is no memory left among the others is loaded in a new thread, and what comes then as well', async () => {
	const { load, call } = caller();
	expect(await load('a.lua', keeps(30))).toBe('');
	expect(await Promise.all([load('b.lua', keeps(30)), load('c.lua', keeps(2))])).toEqual(['', '']);
	expect(await load('d.lua', keeps(1))).toBe('');
	const where = await Promise.all(['a.lua', 'b.lua', 'c.lua', 'd.lua'].map((file) => call(file)));
	expect(new Set(where).size).toBe(2);
	expect(new Set(where.slice(1)).size).toBe(1);
	// One that needs too much by itself is refused, and takes no room.
	expect(await load('e.lua', keeps(200))).toMatch(/^took more than \d+MiB of memory$/);
	expect(await call('d.lua')).toMatch(/^\d+$/);
	await until(() => threadCount() === 2);
	// What is lost comes back.
	await load('d.lua', `rules.rule = () => { for (;;) {} };`);
	expect(await call('d.lua')).toBe(tooLong);
	expect(await call('b.lua')).toMatch(/^\d+$/);
});

test('what others kept, who have left a thread to one that is slow, is not held against that', async () => {
	const { load, call } = caller();
	const slowly = 'const end = performance.now() + 800; while (performance.now() < end) {}';
	expect(await load('a.lua', keeps(30))).toBe('');
	expect(await Promise.all([load('b.lua', `${slowly} ${keeps(30)}`), load('c.lua', fine)])).toEqual(['', '']);
	expect(await call('b.lua')).toMatch(/^\d+$/);
	expect(await call('c.lua')).toBe('fine');
});

test('where nobody knows what ended a thread, it is found out, and costs nobody else a call', async () => {
	const { load, call } = caller();
	await load('a.lua', dies);
	await load('b.lua', `rules.rule = () => (state.n = (state.n ?? 0) + 1);`);
	const calls = [call('b.lua'), call('a.lua', 'rule', { later: true }), call('b.lua'), call('b.lua')];
	const [one, bad, two, three] = await Promise.all(calls);
	expect([one, two, three]).toEqual(['1', '2', '3']);
	expect(bad).toContain('wrong: its thread ended: ');
	expect(await call('b.lua')).toBe('4');
});

test('a thread that ends while it has nothing to do is there again', async () => {
	const { load, call } = caller();
	await load(
		'a.lua',
		'rules.rule = () => { setTimeout(() => process.exit(), 0); }; rules.where = () => threadId;',
	);
	const one = await call('a.lua', 'where');
	await call('a.lua');
	await until(async () => (await call('a.lua', 'where')) !== one);
});

test('text that is kept outside of the heap is bounded too', async () => {
	const { load, call } = caller();
	await load(
		'a.lua',
		'rules.rule = () => { const all = []; for (;;) { const one = new Uint8Array(1 << 20).fill(1); all.push(one); } };',
	);
	expect(await call('a.lua')).toMatch(/^wrong: took (more than 64MiB of memory|longer than 100ms)$/);
});
