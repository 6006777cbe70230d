import { expect, test } from 'vitest';
import { mostEvents } from '../../src/rules/engine.ts';
import { mostErrors } from '../../src/rules/in-force.ts';
import { mostWaiting } from '../../src/rules/lane.ts';
import { mostRules } from '../../src/rules/rule-set.ts';
import { beginning } from './clock.ts';
import { acts, answers, calls, cannot, glob, named, rule, World, wrong } from './world.ts';

const log = (text: string) => ({ do: 'log', level: 'info', text }) as const;
const restart = { do: 'restart', name: undefined } as const;
const emit = (type: string, ...fields: string[]) =>
	({ do: 'emit', type: type as 'a.b', name: undefined, fields }) as const;

test('A rule sees the types that its on names, by name or by glob, and fires when its conditions hold.', async () => {
	const world = new World(
		rule('exact', {}),
		rule('glob', { on: ['process.*', 'timer'], when: named('web*') }),
		rule('except', { on: ['*'], when: named('*b*'), except: named('web') }),
	);
	world.happen('process.exited', 'web', 'pid=7');
	world.happen('process.started', 'db');
	world.happen('pager.sent', 'bob');
	expect(await world.done()).toEqual(['exact 1', 'glob 1', 'except 4', 'except 6']);
});

test('That it fired is told before anything is carried out: with what, why and because of which event.', async () => {
	const act = acts(restart, { ...log('x'), because: 'memory' }, restart, { ...restart, because: 'later' });
	const world = new World(rule('recycle', { file: 'm.lua', act }));
	world.happen('process.exited', 'web');
	expect(world.batches).toEqual([]);
	expect(world.told('rule.fired')).toEqual([
		'web file=m.lua rule=recycle act=restart;log because=memory cause=1',
	]);
	expect(await world.done()).toEqual(['restart (web)', 'x 1', 'restart (web)', 'restart (web)']);
});

test('What rules ask for in one turn is carried out together, in the order of events and rules.', async () => {
	const world = new World(
		rule('one', { file: 'a.lua' }),
		rule('two', { file: 'b.lua' }),
		rule('three', { file: 'b.lua' }),
	);
	world.happen('process.exited', 'web');
	world.happen('process.exited', 'db');
	const second = world.events.at(-4)?.seq;
	await world.engine.settled();
	expect(world.batches).toEqual([
		['one 1', 'two 1', 'three 1', `one ${second}`, `two ${second}`, `three ${second}`],
	]);
});

test('A rule that fires is shown in Rules with how often and when.', async () => {
	const world = new World(
		rule('it', { on: ['process.exited', 'timer'] }),
		rule('other', { file: 'b.lua', on: ['timer'] }),
	);
	world.happen('process.exited');
	world.clock.pass(1500);
	world.happen('process.exited');
	expect(world.engine.rows()).toEqual([
		{
			file: 'a.lua',
			rule: 'it',
			on: 'process.exited;timer',
			fired: 2,
			last: '2026-11-21T16:00:01.500Z',
			error: '',
		},
		{ file: 'b.lua', rule: 'other', on: 'timer', fired: 0, last: '-', error: '' },
	]);
});

test('What a rule emits is an event that names its cause, and rules see it in turn.', async () => {
	const world = new World(
		rule('first', { act: acts(emit('pager.sent', 'to=oncall', 'cause=99'), log('after')) }),
		rule('second', { on: ['pager.sent'], when: { to: glob('oncall') } }),
	);
	world.happen('process.exited', 'web');
	expect(await world.done()).toEqual(['after 1', 'second 3']);
	expect(world.told('pager.sent')).toEqual(['web to=oncall cause=1']);
	expect(world.told('rule.fired')[1]).toBe('web file=a.lua rule=second act=log cause=3');
});

test('A function is called with what the rule sees, and what it returns is done; nothing is not firing.', async () => {
	const world = new World(rule('f', { act: calls }));
	world.views['web'] = {
		name: 'web',
		kind: 'daemon',
		state: 'backoff',
		pid: undefined,
		since: undefined,
		restarts: 0,
		last: '-',
		reason: '',
		labels: { tier: 'gold' },
	};
	world.happen('process.exited', 'web', 'pid=7', 'exit=1', 'reason=a=b');
	expect({ ...world.open[0]?.seen }).toEqual({
		seq: 1,
		time: beginning,
		type: 'process.exited',
		name: 'web',
		pid: 7,
		exit: 1,
		reason: 'a=b',
		labels: { tier: 'gold' },
		kind: 'daemon',
		state: 'backoff',
	});
	world.answer('f', answers(restart));
	expect(await world.done()).toEqual(['restart (web)']);
	world.happen('process.exited', 'web');
	world.answer('f', answers());
	expect(await world.done()).toEqual([]);
	expect(world.told('rule.fired')).toHaveLength(1);
	expect(world.engine.rows()[0]).toMatchObject({ fired: 1 });
});

test('In one file nothing overtakes a function, and no other file waits for it.', async () => {
	const world = new World(rule('f', { act: calls }), rule('data', {}), rule('other', { file: 'b.lua' }));
	world.happen('process.exited', 'web');
	world.happen('process.exited', 'db');
	expect(world.told('rule.fired').map((one) => one.split(' ')[2])).toEqual(['rule=other', 'rule=other']);
	world.answer('f', answers(log('f')));
	world.answer('f', answers(log('f')));
	const order = world
		.told('rule.fired')
		.slice(2)
		.map((one) => `${one.split(' ')[0]} ${one.split(' ')[2]}`);
	expect(order).toEqual(['web rule=f', 'web rule=data', 'db rule=f', 'db rule=data']);
	expect(await world.done()).toHaveLength(6);
});

test('A function that goes wrong is a rule.error with its line; the third time in a row it is switched off.', async () => {
	const world = new World(
		rule('f', { act: calls, timer: { tag: 'every', every: 1000 }, on: ['process.exited', 'timer'] }),
	);
	for (const good of [false, false, true, false, false]) {
		world.happen('process.exited', 'web');
		world.answer('f', good ? answers() : wrong('no field "x"'));
	}
	expect(world.told('rule.error')).toHaveLength(4);
	expect(world.told('rule.error')[0]).toBe('- file=a.lua rule=f line=7 reason=no field "x" cause=1');
	expect([world.engine.rows()[0]?.error, world.clock.waiting]).toEqual(['no field "x"', 1]);
	world.happen('process.exited', 'web');
	world.answer('f', wrong('again', 0));
	const off = `again; after ${mostErrors} errors in a row it is switched off until its file is loaded anew`;
	expect(world.told('rule.error').at(-1)).toBe(`- file=a.lua rule=f reason=${off} cause=10`);
	expect(world.engine.rows()[0]).toMatchObject({ error: off, fired: 0 });
	expect(world.clock.waiting).toBe(0);
	world.happen('process.exited', 'web');
	expect(world.open).toEqual([]);
});

test('A rule that was switched off is on again when its file is loaded anew, not when another one is.', async () => {
	const f = rule('f', { act: calls, timer: { tag: 'every', every: 1000 } });
	const world = new World(f);
	world.functions['f'] = () => wrong();
	world.clock.pass(5000);
	expect(world.told('timer')).toHaveLength(3);
	world.engine.replace([f, rule('new', { file: 'b.lua' })], ['b.lua']);
	world.clock.pass(5000);
	expect(world.told('timer')).toHaveLength(3);
	world.engine.replace([f], ['a.lua']);
	expect(world.engine.rows()[0]?.error).toBe('');
	world.clock.pass(2000);
	expect(world.told('timer')).toHaveLength(5);
	world.engine.replace([{ ...f, line: 9 }]);
	world.clock.pass(2000);
	expect(world.told('timer')).toHaveLength(7);
});

test('Of a function that goes wrong not many more calls are on their way.', () => {
	const world = new World(rule('f', { act: calls }));
	for (let i = 0; i < 1000; i++) {
		world.happen('process.exited', 'web');
	}
	const first = world.open.length;
	expect(first).toBeLessThanOrEqual(32);
	world.answer('f', wrong());
	world.answer('f', wrong());
	world.answer('f', wrong());
	expect(world.open).toHaveLength(first - 3);
	for (const [i, { answer }] of world.open.splice(0).entries()) {
		answer(i % 2 === 0 ? answers(log('late')) : wrong('late'));
	}
	expect([world.open, world.told('rule.fired'), world.told('rule.error').length]).toEqual([[], [], 3]);
});

test('Functions that answer are called ahead of their answers, in order.', async () => {
	const world = new World(rule('f', { act: calls }));
	for (let i = 1; i <= 1000; i++) {
		world.happen('process.exited', `web-${i}`);
	}
	const seen: unknown[] = [];
	while (world.open.length > 0) {
		expect(world.open.length).toBeLessThanOrEqual(256);
		seen.push(world.open[0]?.seen['name']);
		world.answer('f', answers());
	}
	expect(seen).toEqual(Array.from({ length: 1000 }, (_, i) => `web-${i + 1}`));
	await world.engine.settled();
});

test('What cannot be carried out is a rule.error, which does not switch the rule off.', async () => {
	const world = new World(rule('r', { line: 4, act: acts(log('before'), restart) }));
	world.impossible['restart'] = cannot;
	for (let i = 0; i < 4; i++) {
		world.happen('process.exited', 'web');
		await world.engine.settled();
	}
	expect(world.told('rule.error')).toHaveLength(4);
	expect(world.told('rule.error')[0]).toBe(
		'- file=a.lua rule=r line=4 reason=restart: there is none cause=1',
	);
	expect(world.engine.rows()[0]).toMatchObject({ fired: 4, error: 'restart: there is none' });
});

test('The 16th rule in a chain is an error and nothing is carried out.', async () => {
	const world = new World(rule('ping', { on: ['ping.pong'], act: acts(emit('ping.pong'), log('ping')) }));
	world.happen('ping.pong', 'x');
	expect(await world.done()).toHaveLength(15);
	expect(world.told('ping.pong')).toHaveLength(16);
	expect(world.told('rule.error')).toEqual([
		`- file=a.lua rule=ping line=1 reason=it is the 16th rule in a chain of events that rules caused: nothing is done cause=${world.events.findLast(({ type }) => type === 'ping.pong')?.seq}`,
	]);
});

test('A chain goes through what actions bring about, as cause= tells it, and over several rules.', async () => {
	const world = new World(
		rule('a', { on: ['process.started'] }),
		rule('b', { file: 'b.lua', on: ['process.stopped'] }),
	);
	let cause: number | undefined;
	for (let i = 0; i < 20; i++) {
		const type = i % 2 === 0 ? 'process.started' : 'process.stopped';
		cause = world.happen(type, 'web', 'pid=1', ...(cause === undefined ? [] : [`cause=${cause}`])).seq;
	}
	expect(await world.done()).toHaveLength(15);
	expect(world.told('rule.error')).toHaveLength(1);
	world.happen('process.started', 'web');
	expect(await world.done()).toHaveLength(1);
});

test('Rules that see everything and each other come to an end.', async () => {
	const world = new World(rule('one', { on: ['*'] }), rule('two', { on: ['*'], file: 'b.lua' }));
	world.happen('process.exited', 'web');
	expect((await world.done()).length).toBeLessThan(40);
	expect(world.told('rule.error').length).toBeLessThan(10);
});

test('Of what is told of itself a rule sees nothing, so that one with on = "*" does not answer itself.', async () => {
	const world = new World(rule('all', { on: ['*'] }));
	world.happen('process.exited', 'web');
	expect(await world.done()).toEqual(['all 1']);
});

test('Rules that multiply come to an end, and it is told once.', async () => {
	const twice = acts(emit('x.y'), emit('x.y'), emit('x.y'));
	const world = new World(rule('more', { on: ['x.y'], act: twice }));
	world.happen('x.y');
	await world.engine.settled();
	expect(world.told('rule.fired')).toHaveLength(1000);
	expect(world.told('rule.error')).toHaveLength(1);
	expect(world.told('rule.error')[0]).toContain('1000 rules answered what one event brought about');
	world.happen('x.y');
	await world.engine.settled();
	expect(world.told('rule.fired')).toHaveLength(2000);
});

test('every makes a timer event of the rule, which it alone takes as its own.', async () => {
	const world = new World(
		rule('tick', { timer: { tag: 'every', every: 1000 } }),
		rule('tock', { timer: { tag: 'every', every: 1500 } }),
		rule('sees all', { file: 'b.lua', on: ['timer'] }),
	);
	world.clock.pass(3100);
	expect(world.told('timer').map((one) => one.slice(-4))).toEqual(['tick', 'tock', 'tick', 'tock', 'tick']);
	expect(world.told('timer')[0]).toBe('- file=a.lua rule=tick');
	world.happen('timer', 'job');
	const done = (await world.done()).map((one) => one.replace(/ \d+$/, ''));
	expect(done.filter((one) => one === 'tick')).toHaveLength(3);
	expect(done.filter((one) => one === 'tock')).toHaveLength(2);
	expect(done.filter((one) => one === 'sees all')).toHaveLength(6);
});

test('cron fires at its times in UTC, by the wall clock, also when that is set.', async () => {
	const world = new World(rule('nightly', { timer: { tag: 'cron', cron: '0 3 * * *' } }));
	world.clock.pass(11 * 3_600_000 - 1);
	expect(world.told('timer')).toEqual([]);
	world.clock.pass(1);
	expect(world.told('timer')).toEqual(['- file=a.lua rule=nightly']);
	world.clock.set(24 * 3_600_000);
	expect(world.told('timer')).toHaveLength(2);
	world.clock.set(-3_600_000);
	world.clock.pass(3_600_000);
	expect(world.told('timer')).toHaveLength(2);
	expect(await world.done()).toHaveLength(2);
});

test('A timer goes on when files are loaded anew that declare it as before, and ends with its rule.', () => {
	const tick = rule('tick', { timer: { tag: 'every', every: 1000 } });
	const world = new World(tick);
	world.clock.pass(600);
	world.engine.replace([rule('new', {}), { ...tick, line: 20 }], ['a.lua']);
	world.clock.pass(400);
	expect(world.told('timer')).toHaveLength(1);
	world.engine.replace([{ ...tick, timer: { tag: 'every', every: 500 } }]);
	world.clock.pass(500);
	expect(world.told('timer')).toHaveLength(2);
	world.engine.replace([]);
	expect(world.clock.waiting).toBe(0);
});

test('lasting fires once what matches has done so for that long, with the latest event.', async () => {
	const leaking = rule('leak', {
		on: ['process.sample'],
		when: { rss: { is: 'above', than: 100 } },
		lasting: 60_000,
		act: acts(restart),
	});
	const world = new World(leaking);
	for (let i = 0; i < 20; i++) {
		world.happen('process.sample', 'web', 'rss=200');
		world.happen('process.sample', 'db', `rss=${i % 8 === 7 ? 50 : 200}`);
		world.clock.pass(5000);
	}
	expect(await world.done()).toEqual(['restart (web)']);
	expect(world.due[0]?.event.seq).toBe(23);
	expect(world.told('rule.fired')).toEqual(['web file=a.lua rule=leak act=restart cause=23']);
});

test('What lasts is counted on when its file is loaded anew as before, and forgotten with the rule.', async () => {
	const hung = rule('hung', { lasting: 1000 });
	const world = new World(hung);
	world.happen('process.exited', 'web');
	world.clock.pass(900);
	world.engine.replace([{ ...hung }], ['a.lua']);
	world.clock.pass(100);
	expect(await world.done()).toEqual(['hung 1']);
	const again = world.happen('process.exited', 'web').seq;
	world.clock.pass(1000);
	expect(await world.done()).toEqual([`hung ${again}`]);
	world.happen('process.exited', 'web');
	world.engine.replace([{ ...hung }], ['a.lua']);
	world.happen('process.starting', 'web');
	world.clock.pass(1000);
	expect(await world.done()).toEqual([]);
	world.happen('process.exited', 'web');
	world.engine.replace([]);
	world.clock.pass(5000);
	expect([await world.done(), world.clock.waiting]).toEqual([[], 0]);
});

test('More processes than there is room for are not counted, which is told.', () => {
	const world = new World(rule('hung', { on: ['process.ready'], lasting: 1000 }));
	for (let i = 0; i < 65_536; i++) {
		world.happen('process.ready', `web-${i}`);
	}
	expect(world.told('rule.error')).toEqual([]);
	world.happen('process.ready', 'more');
	expect(world.told('rule.error')).toEqual([
		'- file=a.lua rule=hung line=1 reason=too many processes are counted for rules with "lasting" cause=65537',
	]);
});

test('A condition that cannot be tested is an error of the rule.', () => {
	const world = new World(rule('it', { line: 5, when: { reason: { is: 'matching', pattern: '[' } } }));
	for (let i = 0; i < 4; i++) {
		world.happen('process.exited', 'web', 'reason=x');
	}
	expect(world.told('rule.error')).toHaveLength(3);
	expect(world.told('rule.error')[0]).toMatch(
		/^- file=a.lua rule=it line=5 reason=matching "\[": .* cause=1$/,
	);
	expect(world.engine.rows()[0]?.error).toContain('switched off');
});

test('What answers that a rule fired comes behind what the rule asks for.', async () => {
	const world = new World(rule('f', { act: calls }), rule('told', { file: 'b.lua', on: ['rule.fired'] }));
	world.happen('process.exited', 'web');
	world.answer('f', answers(log('f'), log('f')));
	expect(await world.done()).toEqual(['f 1', 'f 1', 'told 2']);
});

test('limit fires no more often than that, and a function is not even called.', async () => {
	const limit = { times: 2, within: 1000 };
	const world = new World(rule('data', { limit }), rule('f', { limit, act: calls, file: 'b.lua' }));
	let called = 0;
	world.functions['f'] = () => {
		called++;
		return called === 1 ? answers() : answers(log('f'));
	};
	for (let i = 0; i < 5; i++) {
		world.happen('process.exited');
		world.clock.pass(100);
	}
	expect((await world.done()).map((one) => one.split(' ')[0])).toEqual(['data', 'data', 'f', 'f']);
	expect(called).toBe(3);
	world.clock.pass(500);
	world.happen('process.exited');
	expect((await world.done()).map((one) => one.split(' ')[0])).toEqual(['data']);
	world.clock.pass(200);
	world.happen('process.exited');
	expect((await world.done()).map((one) => one.split(' ')[0])).toEqual(['data', 'f']);
});

test('limit holds for functions that answer late as well.', async () => {
	const world = new World(rule('f', { limit: { times: 1, within: 1000 }, act: calls }));
	world.happen('process.exited');
	world.happen('process.exited');
	world.answer('f', answers(log('f')));
	world.answer('f', answers(log('f')));
	expect(await world.done()).toEqual(['f 1']);
});

test('limit outlives the daemon, by what the journal says of it, and a file loaded anew.', async () => {
	const it = rule('it, twice', { limit: { times: 2, within: 10_000 } });
	const old = new World(it);
	expect(old.engine.lookBack).toBe(10_000);
	old.happen('process.exited');
	old.clock.pass(1000);
	old.happen('process.exited');
	const world = new World(it, rule('other', { file: 'b.lua' }));
	world.engine.resume([{ first: 1, last: 2 }, ...old.events]);
	expect(world.engine.rows()[0]).toMatchObject({ fired: 0, last: '2026-11-21T16:00:01.000Z' });
	world.clock.pass(9_999);
	world.happen('process.exited');
	expect(await world.done()).toEqual(['other 1']);
	world.engine.replace([{ ...it, on: ['process.failed', 'process.exited'] }]);
	world.happen('process.exited');
	expect(await world.done()).toEqual([]);
	world.clock.pass(1);
	world.happen('process.exited');
	world.happen('process.exited');
	expect(await world.done()).toHaveLength(1);
	expect(new World(rule('x', {})).engine.lookBack).toBe(0);
});

test('What rules ask for are the opt-in types that on names, with their conditions.', () => {
	const when = named('web-*');
	const world = new World(
		rule('a', { on: ['process.sample', 'process.exited'], when, except: named('web-9') }),
		rule('b', { on: ['pressure.*', '*'] }),
		rule('off', { on: ['oom.killed'], act: calls }),
	);
	world.functions['off'] = () => wrong();
	const types = () => world.engine.wants().map(({ type }) => type);
	expect(world.engine.wants()[0]).toEqual({ type: 'process.sample', when, except: named('web-9') });
	expect(types()).toEqual(['process.sample', 'pressure.cpu', 'pressure.memory', 'pressure.io', 'oom.killed']);
	for (let i = 0; i < 3; i++) {
		world.happen('oom.killed');
	}
	expect(types()).not.toContain('oom.killed');
});

test('Events that wait for a file that is loaded anew are answered by its rules in the new one.', async () => {
	const world = new World(rule('f', { act: calls }), rule('g', { when: named('web') }), rule('h', {}));
	world.happen('process.exited', 'web');
	for (let i = 0; i < 60; i++) {
		world.happen('process.exited', 'web');
	}
	const begun = world.open.length;
	world.engine.replace(
		[rule('f', { act: calls }), rule('g', { when: named('db') }), rule('new', {})],
		['a.lua'],
	);
	expect(world.open.length).toBe(begun);
	while (world.open.length > 0) {
		world.answer('f', answers());
	}
	const done = await world.done();
	expect(done.filter((one) => one.startsWith('new'))).toEqual([]);
	expect(done.filter((one) => one.startsWith('g')).length).toBeLessThan(40);
	expect(done.length).toBeGreaterThan(10);
});

test('Whatever is loaded meanwhile, each rule is asked of each event once.', async () => {
	const rules = [rule('f', { act: calls }), rule('g', { act: calls }), rule('h', { act: calls })];
	const world = new World(...rules);
	for (let i = 0; i < 40; i++) {
		world.happen('process.exited', 'web');
	}
	const called: string[] = [];
	while (world.open.length > 0) {
		world.engine.replace([...rules, rule(`new ${called.length}`, { file: 'b.lua' })], ['b.lua']);
		const title = world.open[0]?.title ?? '';
		called.push(`${title} ${world.open[0]?.seen['seq']}`);
		world.answer(title, answers());
	}
	await world.engine.settled();
	const seqs = world.events.filter(({ type }) => type === 'process.exited').map(({ seq }) => seq);
	expect(called).toEqual(seqs.flatMap((seq) => [`f ${seq}`, `g ${seq}`, `h ${seq}`]));
});

test('What is on its way when its file goes is carried out, and its mistakes are nobody’s.', async () => {
	const world = new World(rule('f', { act: calls }));
	world.happen('process.exited', 'web');
	world.happen('process.exited', 'web');
	world.engine.replace([]);
	world.answer('f', answers(log('late')));
	world.answer('f', wrong('the file is gone'));
	expect([await world.done(), world.told('rule.error')]).toEqual([['late 1'], []]);
});

test('Without rules nothing is looked at, and rules that are gone hear nothing.', async () => {
	const world = new World(rule('it', {}));
	world.engine.replace([]);
	world.happen('process.exited', 'web');
	expect([await world.done(), world.engine.rows(), world.engine.wants()]).toEqual([[], [], []]);
});

test.each([
	[0, true],
	[1, true],
	[mostRules, true],
	[mostRules + 1, false],
])('%d rules are taken: %s.', (count, taken) => {
	const world = new World(rule('before', {}));
	const rules = Array.from({ length: count }, (_, i) => rule(`r${i}`, {}));
	const refused = world.engine.replace(rules);
	expect(refused).toEqual(
		taken ? undefined : { refused: `${count} rules are too many: ${mostRules} at most` },
	);
	expect(world.engine.rows()).toHaveLength(taken ? count : 1);
});

test('Events that there is no room for pass the rules of that file by, which is told once they are done.', async () => {
	const world = new World(rule('f', { act: calls }), rule('fine', { file: 'b.lua', act: calls }));
	let fine = 0;
	world.functions['fine'] = () => {
		fine++;
		return answers();
	};
	for (let i = 0; i < 32 + mostWaiting + 2; i++) {
		world.happen('process.exited', 'web');
	}
	expect(fine).toBe(32 + mostWaiting + 2);
	world.functions['f'] = () => answers();
	for (const { answer } of world.open.splice(0)) {
		answer(answers());
	}
	await world.engine.settled();
	expect(world.told('rule.error')).toEqual([
		`- file=a.lua reason=2 events passed its rules by, because ${mostWaiting} waited for them`,
	]);
});

test('The loop gets its turn after 5 ms, and what there is no room for passes by, which is told.', async () => {
	const world = new World(rule('burst', { act: calls }), rule('end', { on: ['end.end'] }));
	let time = 0;
	world.clock.port.steady = () => time++ / 100;
	world.functions['burst'] = () => {
		for (let i = 0; i < mostEvents + 2; i++) {
			world.engine.hear({ seq: i + 2, time: 0, type: 'end.end', name: '-', fields: [] });
		}
		return answers();
	};
	world.happen('process.exited');
	const atOnce = world.told('rule.fired').length;
	expect(atOnce).toBeGreaterThan(400);
	expect(atOnce).toBeLessThan(600);
	expect(await world.done()).toHaveLength(mostEvents);
	expect(world.told('rule.error')).toEqual([
		`- reason=2 events passed the rules by, because ${mostEvents} waited for them`,
	]);
});

test('Closed, it leaves no timer and hears nothing.', async () => {
	const world = new World(
		rule('tick', { timer: { tag: 'every', every: 1000 } }),
		rule('hung', { lasting: 1000 }),
		rule('ask', { on: ['request.received'], act: calls }),
	);
	world.happen('process.exited', 'web');
	const asked = world.engine.ask('request.received', 'web', ['request=Stop']);
	expect(world.open).toHaveLength(1);
	world.engine.close();
	world.answer('ask', answers(restart));
	expect(await asked).toBeUndefined();
	expect(world.clock.waiting).toBe(0);
	world.happen('process.exited', 'web');
	expect(await world.done()).toEqual([]);
});
