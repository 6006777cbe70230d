import { expect, test } from 'vitest';
import { mostWaiting } from '../../src/rules/backlog.ts';
import { callsPerMessage } from '../../src/rules/fair.ts';
import { mostApart } from '../../src/rules/rooms.ts';
import type { ProcessView } from '../../src/rules/rule.ts';
import { until } from '../live/until.ts';
import { caller, threadCount } from './caller.ts';

const echo = `rules.rule = (event) => event.name;`;
const counts = `rules.rule = () => (state.n = (state.n ?? 0) + 1);`;

test('a function of a file is called with an event and answers with actions', async () => {
	const { load, call } = caller();
	expect(await load('a.lua', echo)).toBe('');
	expect(await call('a.lua', 'rule', { name: 'web' })).toBe('web');
});

test('without files there is no thread, and none while all rules are data', async () => {
	const { threads, load } = caller();
	threads.know('web', view('web'));
	expect(threadCount()).toBe(0);
	await load('a.lua', 'rules.rule = null;');
	await until(() => threadCount() === 0);
	await load('b.lua', echo);
	expect(threadCount()).toBe(1);
	threads.drop('b.lua');
	await until(() => threadCount() === 0);
});

test('a file that comes to be data needs no thread any more', async () => {
	const { load, call } = caller();
	await load('a.lua', echo);
	await load('a.lua', 'rules.rule = null;');
	await until(() => threadCount() === 0);
	expect(await call('a.lua')).toBe('wrong: its file is not loaded');
});

test('a file with a mistake is refused; the one in force stays', async () => {
	const { load, call } = caller();
	await load('a.lua', `rules.rule = () => 'old';`);
	expect(await load('a.lua', 'oh no')).toContain('SyntaxError');
	expect(await call('a.lua')).toBe('old');
});

test('what is refused while calls are under way leaves the one in force with the state it had', async () => {
	const { load, call, states } = caller();
	await load('a.lua', counts);
	expect(await call('a.lua')).toBe('1');
	const two = call('a.lua');
	await Promise.resolve();
	const refused = load('a.lua', 'oh no', states.get('a.lua'));
	expect(await two).toBe('2');
	expect(await refused).toContain('SyntaxError');
	expect(await call('a.lua')).toBe('3');
});

test('a file that is replaced goes on with the state it is given, and answers what waited', async () => {
	const { load, call, states } = caller();
	await load('a.lua', counts);
	await call('a.lua');
	const waits = call('a.lua');
	const next = load('a.lua', `rules.rule = () => 'new ' + (state.n += 10);`, states.get('a.lua'));
	expect(await waits).toBe('new 11');
	expect(await next).toBe('');
});

test('a rule that is not there any more gets an error for what waited', async () => {
	const { load, call } = caller();
	await load('a.lua', `rules.one = () => 'one'; rules.two = () => 'two';`);
	const waits = [call('a.lua', 'one'), call('a.lua', 'two')];
	await load('a.lua', `rules.two = () => 'new two';`);
	expect(await Promise.all(waits)).toEqual(['wrong: its rule is not there any more', 'new two']);
});

test('one file loaded twice at once ends as the second', async () => {
	const { load, call } = caller();
	await Promise.all([load('a.lua', `rules.rule = () => 1`), load('a.lua', `rules.rule = () => 2`)]);
	expect(await call('a.lua')).toBe('2');
});

test('what waits for a file that is dropped gets an error, and a file that is dropped while it is loaded is refused', async () => {
	const { threads, load, call } = caller();
	await load('a.lua', echo);
	const waits = [call('a.lua'), call('a.lua')];
	threads.drop('a.lua');
	expect(await Promise.all(waits)).toEqual(Array(2).fill('wrong: its file was dropped'));
	const loading = load('a.lua', echo);
	threads.drop('a.lua');
	expect(await loading).toBe('dropped while it was being loaded');
	expect(await call('a.lua')).toBe('wrong: its file is not loaded');
	threads.drop('never.lua');
});

test('answers come in the order of the calls, whatever file they are of', async () => {
	const { load, call, happened } = caller();
	await load('a.lua', echo);
	await load('b.lua', echo);
	const calls = Array.from({ length: 60 }, (_, i) => call(i % 3 ? 'a.lua' : 'b.lua', 'rule', { name: i }));
	await Promise.all(calls);
	expect(happened).toEqual(calls.map((_, i) => `${i % 3 ? 'a.lua' : 'b.lua'} ${i}`));
});

test('where many wait, those of one file come in their order', async () => {
	const { load, call, happened } = caller();
	await load('a.lua', echo);
	await load('b.lua', echo);
	const calls = Array.from({ length: 3000 }, (_, i) => call(i % 3 ? 'a.lua' : 'b.lua', 'rule', { name: i }));
	await Promise.all(calls);
	const own = happened.filter((it) => it.startsWith('a.lua')).map((it) => Number(it.split(' ')[1]));
	expect(own.length).toBe(2000);
	expect(own).toEqual(own.toSorted((one, other) => one - other));
});

test('a file with much to do does not hold up one with little', async () => {
	const { load, call, happened } = caller();
	await load('a.lua', echo);
	await load('b.lua', echo);
	const many = Array.from({ length: 5000 }, () => call('a.lua'));
	await Promise.all([...many, call('b.lua')]);
	expect(happened.findIndex((it) => it.startsWith('b.lua'))).toBeLessThan(callsPerMessage);
	expect(threadCount()).toBe(1);
});

test('the state is kept before the answers are told', async () => {
	const { load, call, happened } = caller();
	await load('a.lua', counts);
	await call('a.lua');
	expect(happened).toEqual(['a.lua kept {"n":1}', 'a.lua 1']);
});

test.each([0, 1])('%i more calls than may wait', async (more) => {
	const { threads, load } = caller();
	await load('a.lua', echo);
	const outcomes: string[] = [];
	await new Promise<void>((resolve) => {
		for (let i = 0; i < mostWaiting + more; i++) {
			threads.call({ file: 'a.lua', title: 'rule', event: { name: 'x' } }, (outcome) => {
				outcomes.push('wrong' in outcome ? outcome.wrong : 'answered');
				if (outcomes.length === mostWaiting + more) {
					resolve();
				}
			});
		}
	});
	expect(outcomes.filter((it) => it !== 'answered')).toEqual(Array(more).fill('more than 65536 calls wait'));
});

test('what is known of processes is told before a call, also to a thread that comes later', async () => {
	const { threads, load, call } = caller();
	const asks = `rules.rule = (event) => view(event.name)?.state ?? 'unknown';`;
	threads.know('web', view('running'));
	threads.know('gone', view('running'));
	threads.know('gone', undefined);
	await load('a.lua', `${asks} rules.loop = () => { for (;;) {} };`);
	expect(await call('a.lua', 'rule', { name: 'web' })).toBe('running');
	expect(await call('a.lua', 'rule', { name: 'gone' })).toBe('unknown');
	threads.know('web', view('stopped'));
	threads.know('db', view('starting'));
	threads.know('brief', view('running'));
	threads.know('brief', undefined);
	expect(await call('a.lua', 'rule', { name: 'web' })).toBe('stopped');
	expect(await call('a.lua', 'rule', { name: 'brief' })).toBe('unknown');
	threads.know('web', undefined);
	expect(await call('a.lua', 'rule', { name: 'web' })).toBe('unknown');
	await call('a.lua', 'loop');
	expect(await call('a.lua', 'rule', { name: 'db' })).toBe('starting');
	expect(await call('a.lua', 'rule', { name: 'web' })).toBe('unknown');
});

// That a thread cannot even be begun, Node says for a path that is not absolute as for want of room.
test.for(['/nonexistent/rules.cjs', 'nonexistent'])(
	'where there is no program (%s), files are refused and nothing is tried again and again',
	async (program) => {
		const { load } = caller(program);
		const mistakes = await Promise.all([load('a.lua', echo), load('b.lua', echo)]);
		expect(mistakes).toEqual(Array(2).fill(expect.stringContaining('there is no thread for rules')));
		expect(threadCount()).toBe(0);
	},
);

test('when all is closed no thread is left', async () => {
	const { threads, load, call } = caller();
	await load('a.lua', `rules.rule = () => { for (;;) {} };`);
	void call('a.lua');
	await load('b.lua', echo);
	await threads.close();
	expect(threadCount()).toBe(0);
});

test(`files that hold up others get threads of their own, ${mostApart} at most; further ones share the last`, async () => {
	const { load, call } = caller();
	const slow = `rules.where = () => threadId; rules.rule = () => { spin(60); return 'slow'; };`;
	const names = Array.from({ length: mostApart + 2 }, (_, i) => `slow${i}.lua`);
	for (const name of names) {
		await load(name, slow);
	}
	await load('b.lua', `rules.rule = () => threadId;`);
	for (const name of names) {
		// A daemon that gets no time does not see that it is slow.
		await until(async () => {
			await Promise.all([call(name), call('b.lua')]);
			return (await call(name, 'where')) !== (await call('b.lua'));
		});
	}
	const where = await Promise.all(names.map((name) => call(name, 'where')));
	expect(new Set(where).size).toBe(mostApart);
	expect(new Set(where.slice(mostApart - 1)).size).toBe(1);
	expect(where).not.toContain(await call('b.lua'));
	expect(threadCount()).toBe(mostApart + 1);
	await load('slow0.lua', `rules.where = () => threadId;`);
	expect(await call('slow0.lua', 'where')).toBe(await call('b.lua'));
	await until(() => threadCount() === mostApart);
});

function view(state: string): ProcessView {
	return {
		name: 'x',
		kind: 'service',
		state,
		pid: 1,
		since: 0,
		restarts: 0,
		last: '',
		reason: '',
		labels: {},
	};
}
