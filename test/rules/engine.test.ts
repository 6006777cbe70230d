import { expect, test } from 'vitest';
import { mostEvents } from '../../src/rules/engine.ts';
import { mostWaiting } from '../../src/rules/lane.ts';
import { scratch } from '../events/scratch.ts';
import { allow, ask, on, reason } from './asks.ts';
import { beginning } from './clock.ts';
import { daemon, told } from './daemon.ts';
import { acts, answers, calls, log, named, restart, rule, World } from './world.ts';

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

test('What answers that a rule fired comes behind what the rule asks for.', async () => {
	const world = new World(rule('f', { act: calls }), rule('told', { file: 'b.lua', on: ['rule.fired'] }));
	world.happen('process.exited', 'web');
	world.answer('f', answers(log('f'), log('f')));
	expect(await world.done()).toEqual(['f 1', 'f 1', 'told 2']);
});

test('Without rules nothing is looked at, and rules that are gone hear nothing.', async () => {
	const world = new World(rule('it', {}));
	world.engine.replace([]);
	world.happen('process.exited', 'web');
	expect([await world.done(), world.engine.rows(), world.engine.wants()]).toEqual([[], [], []]);
});

test('The loop gets its turn after 5 ms, and what there is no room for passes by, which is told.', async () => {
	const world = new World(rule('burst', { act: calls }), rule('end', { on: ['end.end'] }));
	let time = 0;
	world.turnTime = () => time++ / 200;
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
		`- reason=2 events passed the rules by, because ${mostEvents} (or 64MiB) waited for them`,
	]);
});

test('Who asks while no event has room is refused at once, and who asks later is not taken for him.', async () => {
	const world = new World(
		rule('burst', { act: calls }),
		rule('end', { on: ['end.end'] }),
		rule('asked', { on, act: allow }),
	);
	let asked: ReturnType<typeof ask>;
	world.functions['burst'] = () => {
		for (let i = 0; i < mostEvents; i++) {
			world.engine.hear({ seq: i + 2, time: 0, type: 'end.end', name: '-', fields: [] });
		}
		asked = ask(world);
		return answers();
	};
	world.happen('process.exited');
	expect(await reason(asked)).toBe('too many events wait for the rules');
	await world.done();
	expect(await reason(ask(world))).toBeUndefined();
});

test('However many rules answer one event, in one file or in many, the loop gets its turn after 5 ms.', async () => {
	for (const file of [() => 'a.lua', (i: number) => `${i}.lua`]) {
		const rules = Array.from({ length: 100 }, (_, i) => rule(String(i), { file: file(i) }));
		const world = new World(...rules);
		let time = 0;
		world.turnTime = () => time++;
		world.happen('process.exited');
		expect(world.told('rule.fired').length).toBeLessThan(10);
		let turns = 0;
		const count = () => {
			turns++;
			again = setImmediate(count);
		};
		let again = setImmediate(count);
		expect(await world.done()).toHaveLength(100);
		clearImmediate(again);
		expect(turns).toBeGreaterThan(10);
	}
});

test('Nothing passes rules by that are data only because the loop gets its turn.', async () => {
	const world = new World(rule('end', { on: ['end.end'] }));
	let time = 0;
	world.turnTime = () => time++ / 20;
	for (let i = 0; i < mostWaiting * 2; i++) {
		world.engine.hear({ seq: i + 1, time: 0, type: 'end.end', name: '-', fields: [] });
	}
	expect(await world.done()).toHaveLength(mostWaiting * 2);
	expect(world.told('rule.error')).toEqual([]);
});

test('Rules that come later hear what the others have heard, and what still waits once; so do limits.', async () => {
	const early = rule('early', { limit: { times: 2, within: 1000 } });
	const late = rule('late', { file: 'b.lua', limit: { times: 2, within: 1000 } });
	const lasts = rule('lasts', { file: 'b.lua', lasting: 100, when: named('web') });
	const world = new World(early);
	let time = 0;
	world.turnTime = () => time;
	world.happen('rule.fired', '-', 'file=a.lua', 'rule=early');
	world.happen('rule.fired', '-', 'file=b.lua', 'rule=late');
	world.engine.past.count(world.events);
	world.clock.pass(40);
	world.happen('process.exited', 'web');
	time = 5;
	world.happen('process.exited', 'db');
	expect(world.told('rule.fired').slice(2)).toEqual(['web file=a.lua rule=early act=log cause=3']);
	world.engine.replace([early, late, lasts], ['b.lua']);
	world.engine.past.count(world.events, new Set(['b.lua']));
	world.engine.past.catchUp([{ first: 1, last: 2 }, ...world.events], new Map([['b.lua', [1, '']]]));
	world.clock.pass(60);
	expect(await world.done()).toEqual(['early 3', 'late 3']);
	world.clock.pass(40);
	expect(await world.done()).toEqual(['lasts 3']);
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
test('A worker that leaks for two minutes is restarted, once.', async () => {
	const world = daemon();
	for (let i = 0; i < 30; i++) {
		world.happen('process.sample', 'web-1', 'rss=2000000000');
		world.happen('process.sample', 'queue', 'rss=1000000000');
		world.happen('process.sample', 'db', 'rss=2000000000');
		world.clock.pass(5000);
	}
	await world.settled();
	expect(world.due.map(({ action, event }) => [action.do, event.name])).toEqual([['restart', 'web-1']]);
	expect(told(world, 'rule.fired')).toEqual([
		expect.stringMatching(
			/^web-1 file=memory.lua rule=a leaking worker is recycled act=restart because=memory cause=\d+$/,
		),
	]);
	expect(world.engine.wants().map(({ type }) => type)).toEqual([
		'process.sample',
		'file.changed',
		'request.received',
	]);
});

test('A function answers with actions, of which an event is published with its cause.', async () => {
	const world = daemon();
	world.happen('process.failed', 'web-1', 'pid=5', 'reason=exit 1');
	world.happen('process.failed', 'web-canary', 'pid=6');
	await world.settled();
	expect(world.due.map(({ action }) => action)).toEqual([
		expect.objectContaining({ do: 'run', args: ['mail', '-s', 'web-1 gave up', 'oncall'] }),
	]);
	expect(told(world, 'pager.sent')).toEqual(['web-1 cause=1']);
});

test('A limit is rebuilt from the journal by the next daemon.', async () => {
	const directory = scratch();
	const change = ['file.changed', '-', 'path=/etc/nginx/a.conf', 'what=changed'] as const;
	const first = daemon(directory);
	first.happen(...change);
	await first.settled();
	first.journal.close();
	const second = daemon(directory);
	expect(second.engine.past.lookBack).toBe(60_000);
	second.engine.past.count(second.journal.read(0));
	second.happen(...change);
	await second.settled();
	expect([first.due.length, second.due.length]).toEqual([1, 0]);
	second.clock.pass(60_000);
	second.happen(...change);
	await second.settled();
	expect(second.due).toHaveLength(1);
});

test('A request is refused or allowed by what a function says, which keeps its state.', async () => {
	const world = daemon();
	const ask = (request: string) =>
		world.engine.ask('request.received', 'db', [`request=${request}`, 'uid=0']);
	expect(ask('Start')).toBeUndefined();
	const refused = { refused: 'the rule "no stops of the database" of memory.lua refuses it: ask again' };
	expect(await ask('Stop')).toEqual(refused);
	expect(await ask('Stop')).toEqual(refused);
	expect(await ask('Stop')).toBe('allow');
	expect(told(world, 'request.received')).toHaveLength(3);
});

test('A chain of rules ends, and what raises three times is switched off, with its line.', async () => {
	const world = daemon();
	world.happen('x.loop', 'a');
	await world.settled();
	expect([told(world, 'x.loop').length, told(world, 'rule.error').length]).toEqual([16, 1]);
	for (let i = 0; i < 5; i++) {
		world.happen('x.raise', 'a');
		await world.settled();
	}
	expect(told(world, 'rule.error')).toHaveLength(4);
	expect(told(world, 'rule.error')[3]).toMatch(/rule=it raises line=37 reason=.*switched off/);
});
