import { expect, test } from 'vitest';
import { caller, countTurns } from './caller.ts';

const echo = `rules.rule = (event) => event.name;`;
const whereAmI = `rules.rule = () => threadId;`;
const loops = `rules.rule = () => { for (;;) {} };`;

test('a function of a file is called with an event and answers with actions', async () => {
	const { load, call } = caller();
	expect(await load('a.lua', echo)).toBe('');
	expect(await call('a.lua', 'rule', { name: 'web' })).toBe('web');
});

test('a file with a mistake is refused; the one in force stays', async () => {
	const { load, call } = caller();
	await load('a.lua', `rules.rule = () => 'old';`);
	expect(await load('a.lua', 'oh no')).toContain('SyntaxError');
	expect(await call('a.lua')).toBe('old');
});

test('what is answered comes in the order of the calls, whatever file it is of', async () => {
	const { load, call, happened } = caller();
	await load('a.lua', echo);
	await load('b.lua', echo);
	const calls = Array.from({ length: 300 }, (_, i) => call(i % 2 ? 'a.lua' : 'b.lua', 'rule', { name: i }));
	await Promise.all(calls);
	expect(happened.map((it) => Number(it.split(' ')[1]))).toEqual(Array.from(calls, (_, i) => i));
});

test('a loop costs its call, and the file is there again with the state it had', async () => {
	const { load, call, happened } = caller();
	await load(
		'a.lua',
		`rules.count = () => (state.n = (state.n ?? 0) + 1); rules.rule = () => { state.n = 99; for (;;) {} };`,
	);
	expect(await call('a.lua', 'count')).toBe('1');
	const calls = [call('a.lua', 'count'), call('a.lua'), call('a.lua', 'count')];
	expect(await Promise.all(calls)).toEqual(['2', 'wrong: took longer than 100ms', '3']);
	expect(happened.filter((it) => it.startsWith('a.lua kept')).at(-1)).toBe('a.lua kept {"n":3}');
});

test('while a call loops, other files go on and so does the daemon', async () => {
	const { load, call, happened } = caller();
	await load('a.lua', loops);
	await load('b.lua', echo);
	const turns = countTurns();
	const bad = call('a.lua');
	const others = Array.from({ length: 200 }, (_, i) => call('b.lua', 'rule', { name: i }));
	await Promise.all([bad, ...others]);
	expect(turns()).toBeGreaterThan(20);
	expect(happened.filter((it) => it.startsWith('b.lua')).length).toBe(200);
});
