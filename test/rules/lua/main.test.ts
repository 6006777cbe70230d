import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { type Calls, type FromThread, progressPlaces, type ToThread } from '../../../src/rules/thread.ts';

const file = 'test.lua';
const workers: Worker[] = [];

afterEach(async () => {
	await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** Once this holds; the test's own time is the limit. */
function eventually(holds: () => void): Promise<void> {
	return vi.waitFor(holds, { timeout: 18_000, interval: 5 });
}

/** The thread of the rules, with a file of rules that have these functions. */
async function threadWith(bodies: Record<string, string>, before = '') {
	const progress = new Int32Array(new SharedArrayBuffer(4 * progressPlaces.size));
	const worker = new Worker(new URL('../../../src/rules/lua/main.ts', import.meta.url), {
		workerData: { progress },
	});
	workers.push(worker);
	const got: FromThread[] = [];
	worker.on('message', (message: FromThread) => got.push(message));
	const send = (message: ToThread) => worker.postMessage(message);
	const rules = Object.entries(bodies).map(
		([title, body]) => `rule "${title}" { on = "timer", act = function(event) ${body} end }`,
	);
	const source = `${before}\n${rules.join('\n')}`;
	send({ tag: 'load', file, source, state: { n: 0 } });
	await eventually(() => expect(got.length).toBe(2));
	return {
		worker,
		send,
		/** What came since this was last asked. */
		got: () => got.splice(0),
		at: () => Atomics.load(progress, progressPlaces.call),
		work: (...titles: string[]) => send({ tag: 'work', processes: [], calls: callsOf(titles) }),
	};
}

function callsOf(titles: readonly string[]): Calls[] {
	return [{ id: 1, file, titles, event: {} }];
}

const busy = 'local n = 0 for i = 1, 2000000 do n = n + i end return log "busy"';
const forEver = 'while true do end';
const quick = 'state.n = state.n + 1 return log "quick"';

function answersOf(messages: readonly FromThread[]) {
	return messages.flatMap((message) => (message.tag === 'done' ? message.answers : []));
}

function ids(messages: readonly FromThread[]): number[] {
	return answersOf(messages).map(({ id }) => id);
}

test('it says that it is there, loads, calls and keeps', async () => {
	const { got, work, at } = await threadWith({ quick, wrong: 'error "x"' });
	expect(got()).toMatchObject([
		{ tag: 'ready' },
		{ tag: 'loaded', file, rules: [{ title: 'quick', line: 2 }, {}] },
	]);
	work('quick', 'wrong', 'quick');
	const messages: FromThread[] = [];
	await eventually(() => {
		messages.push(...got());
		expect(ids(messages)).toEqual([1, 2, 3]);
	});
	const done = messages.flatMap((message) => (message.tag === 'done' ? [message] : []));
	expect(done.flatMap(({ answers }) => answers)).toMatchObject([
		{ actions: [{ text: 'quick' }] },
		{ wrong: 'x', line: 3 },
		{ actions: [{ text: 'quick' }] },
	]);
	expect(done.at(-1)?.states).toEqual([[file, { n: 2 }]]);
	expect(at()).toBe(0);
});

test('mistakes come back, and the file from before stays until it is dropped', async () => {
	const { got, send, work } = await threadWith({ quick });
	got();
	send({ tag: 'load', file, source: '\nrule "', state: undefined });
	await eventually(() =>
		expect(got()).toMatchObject([{ tag: 'refused', file, mistakes: [{ file, line: 2 }] }]),
	);
	work('quick');
	await eventually(() =>
		expect(got()).toMatchObject([{ answers: [{ id: 1, actions: [{ text: 'quick' }] }] }]),
	);
	send({ tag: 'drop', file });
	work('quick');
	await eventually(() => expect(got()).toMatchObject([{ answers: [{ wrong: 'the file is not loaded' }] }]));
});

test('processes are known before the calls of the same message', async () => {
	const { got, send } = await threadWith({
		asks: 'local p = process("web") return log(p and p.state or "none")',
	});
	const view = {
		name: 'web',
		kind: 'daemon',
		state: 'failed',
		pid: undefined,
		since: undefined,
		restarts: 0,
		last: '-',
		reason: '',
		labels: {},
	};
	got();
	send({ tag: 'work', processes: [['web', view]], calls: callsOf(['asks']) });
	await eventually(() => expect(got()).toMatchObject([{ answers: [{ actions: [{ text: 'failed' }] }] }]));
	send({ tag: 'work', processes: [['web', undefined]], calls: callsOf(['asks']) });
	await eventually(() => expect(got()).toMatchObject([{ answers: [{ actions: [{ text: 'none' }] }] }]));
});

test('it shows which call it is at, and a long batch does not hold back what is answered', async () => {
	const { got, work, at } = await threadWith({ quick, busy, forEver });
	got();
	work('quick', 'busy', 'forEver', 'quick');
	const messages: FromThread[] = [];
	await eventually(() => {
		messages.push(...got());
		expect([ids(messages), at()]).toEqual([[1, 2], 3]);
	});
});

test('calls that ask for nothing are told by the last of them alone, and what one writes into the event the next one sees', async () => {
	const { got, work } = await threadWith({
		nothing: 'event.mark = "seen"',
		mark: 'return log(event.mark)',
	});
	got();
	const messages: FromThread[] = [];
	const until = (last: number) =>
		eventually(() => {
			messages.push(...got());
			expect(messages.at(-1)).toMatchObject({ tag: 'done', last });
		});
	work('nothing', 'nothing', 'mark', 'nothing');
	await until(4);
	expect(answersOf(messages)).toMatchObject([{ id: 3, actions: [{ text: 'seen' }] }]);
	messages.length = 0;
	work('nothing');
	await until(1);
	expect(messages).toEqual([{ tag: 'done', last: 1, answers: [], states: [] }]);
});

test('it shows that it is loading', async () => {
	const { send, at } = await threadWith({ quick });
	send({ tag: 'load', file: 'other.lua', source: forEver, state: undefined });
	await eventually(() => expect(at()).toBe(-1));
});

test('answers of quick calls come together', async () => {
	const { got, work } = await threadWith({ quick });
	got();
	work(...Array.from({ length: 1000 }, () => 'quick'));
	const messages: FromThread[] = [];
	await eventually(() => {
		messages.push(...got());
		expect(ids(messages)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
	});
	expect(messages.length).toBeLessThan(500);
});

test('files that keep more and more strings end it, at the call that made them', async () => {
	const hoard = 'for i = 1, 20 do kept[#kept + 1] = ("x"):rep(1000000) end';
	const { worker, work, at } = await threadWith({ hoard }, 'kept = {}');
	work(...Array.from({ length: 20 }, () => 'hoard'));
	const [error] = await once(worker, 'error');
	expect(String(error)).toContain('not enough memory (rules keep more than 134217728 bytes of strings)');
	expect(at()).toBeGreaterThan(5);
	expect(at()).toBeLessThan(20);
});
