import { expect, test } from 'vitest';
import type { Place } from '../../src/rules/diary-page.ts';
import { acts, answers, calls, emit, glob, log, rule, World, wrong } from './world.ts';

const every = (files: readonly string[], place: Place) => new Map(files.map((file) => [file, place]));

test('How far it is: what is decided by all, and by files that wait for a function.', async () => {
	const world = new World(
		rule('f', { act: calls }),
		rule('g', { act: calls }),
		rule('data', { file: 'b.lua', act: acts(emit('a.b')) }),
	);
	const { past } = world.engine;
	expect([past.at, past.behind.size]).toEqual([0, 0]);
	world.happen('process.exited', 'web');
	world.happen('process.exited', 'db');
	expect([past.at, [...past.behind]]).toEqual([world.events.length, [['a.lua', [1, 'f']]]]);
	world.answer('f', answers());
	expect([...past.behind]).toEqual([['a.lua', [1, 'g']]]);
	world.answer('g', answers());
	const second = world.events.find(({ name, type }) => name === 'db' && type === 'process.exited');
	expect([...past.behind]).toEqual([['a.lua', [second?.seq, 'f']]]);
	for (const { answer } of world.open.splice(0)) {
		answer(answers());
	}
	expect(past.behind.size).toBe(0);
	await world.engine.settled();
});

test('The next one goes on where a file was: what had answered does not, what had not does.', async () => {
	const rules = [rule('f', { act: calls }), rule('g', { act: calls }), rule('data', { file: 'b.lua' })];
	const world = new World(...rules);
	world.happen('process.exited', 'web');
	world.happen('process.exited', 'db');
	world.answer('f', answers(log('once')));
	const { known } = world;
	const next = new World(known, ...rules);
	const called: unknown[] = [];
	next.functions['f'] = ({ name }) => {
		called.push(`f ${name}`);
		return answers();
	};
	next.functions['g'] = ({ name }) => {
		called.push(`g ${name}`);
		return answers();
	};
	const { at = 0, behind } = known.reached;
	next.engine.past.begin(at);
	next.engine.past.catchUp(world.events, new Map(behind));
	await next.engine.settled();
	expect(called).toEqual(['g web', 'f db', 'g db']);
	expect(next.told('rule.fired')).toEqual([]);
	expect([next.engine.past.at, next.engine.past.behind.size]).toEqual([at, 0]);
});

test('A file whose rule is not there any more goes on behind that event; one that is new hears from where it is put.', async () => {
	const world = new World(rule('g', { act: calls }), rule('new', { file: 'b.lua', act: calls }));
	const events = ['one', 'two'].map((name, i) => ({
		seq: i + 1,
		time: 0,
		type: 'process.exited' as const,
		name,
		fields: [],
	}));
	world.engine.past.begin(2);
	world.engine.past.catchUp(
		[{ first: 0, last: 0 }, ...events],
		new Map<string, Place>([
			['a.lua', [1, 'f']],
			['b.lua', [2, '']],
		]),
	);
	expect(world.open.map(({ title, seen }) => `${title} ${seen['name']}`)).toEqual(['g two', 'new two']);
	for (const { answer } of world.open.splice(0)) {
		answer(answers());
	}
	await world.engine.settled();
	expect(world.engine.past.behind.size).toBe(0);
});

test('What is heard again comes before what waits, and each is heard once.', async () => {
	const a = rule('a', { act: acts(log('a')) });
	const b = rule('b', { file: 'b.lua', act: acts(log('b')) });
	const world = new World(a);
	let time = 0;
	world.turnTime = () => time;
	world.happen('process.exited', 'one');
	time = 5;
	world.happen('process.exited', 'two');
	world.engine.replace([a, b]);
	world.engine.past.catchUp(world.events, every(['b.lua'], [1, '']));
	expect([...world.engine.past.behind]).toEqual([['b.lua', [1, '']]]);
	const done = await world.done();
	const last = world.events.find(({ name, type }) => name === 'two' && type === 'process.exited')?.seq;
	expect(done.toSorted()).toEqual(['a 1', `a ${last}`, 'b 1', `b ${last}`]);
});

test('What a function answered to a daemon that died is what comes of it: it is not called again.', async () => {
	const rules = [rule('f', { act: calls })];
	const world = new World(...rules);
	let time = 0;
	world.turnTime = () => time;
	world.happen('process.exited', 'web');
	world.happen('process.exited', 'db');
	time = 5;
	world.engine.past.together(() => {
		for (const { answer, seen } of world.open.splice(0)) {
			answer(answers(log(`${seen['name']}`)));
		}
	});
	const { known } = world;
	expect(known.reached.answers.map(([file, of]) => [file, of.map(([seq, title]) => [seq, title])])).toEqual([
		[
			'a.lua',
			[
				[1, 'f'],
				[2, 'f'],
			],
		],
	]);
	const next = new World(known, ...rules);
	expect(next.engine.past.answersOf('a.lua')).toHaveLength(2);
	next.engine.past.begin(2);
	next.engine.past.catchUp(world.events, new Map(known.reached.behind));
	expect(next.open).toEqual([]);
	expect(await next.done()).toEqual(['web 1', 'db 2']);
	expect(next.engine.past.answersOf('a.lua')).toEqual([]);
});

test('What was told and not carried out is, and one that daemons die over is given up.', async () => {
	const world = new World(rule('r', { act: acts(log('x'), { do: 'restart', name: 'db' }) }));
	world.happen('process.exited', 'web');
	let { known } = world;
	expect(known.reached.owed.map(({ action, tries }) => [action.do, tries])).toEqual([
		['log', 0],
		['restart', 0],
	]);
	await world.done();
	expect(world.known.reached.owed).toEqual([]);
	for (const tries of [1, 2, 3]) {
		const next = new World(known);
		next.engine.past.owe(known.reached.owed);
		({ known } = next);
		expect(known.reached.owed.map((it) => it.tries)).toEqual([tries, tries]);
		expect(await next.done()).toEqual(['x 1', 'restart db']);
		expect(next.due.map(({ again }) => again)).toEqual([0, 0]);
	}
	const last = new World(known);
	last.engine.past.owe(known.reached.owed);
	expect(await last.done()).toEqual([]);
	expect(last.told('rule.error')[1]).toBe(
		'- file=a.lua rule=r line=1 reason=restart: not carried out, because 3 daemons died over it cause=1',
	);
});

test('What is carried out again and refused is told, also of a rule that is not there any more.', async () => {
	const world = new World(rule('r', {}));
	world.happen('process.exited', 'web');
	const next = new World(world.known);
	next.impossible['log'] = { refused: 'no' };
	next.engine.past.owe(world.known.reached.owed);
	await next.done();
	expect(next.told('rule.error')).toEqual(['- file=a.lua rule=r line=1 reason=log: no cause=1']);
	await world.done();
});

test('How often a rule fired, its last error and that it is off go on; the last two where its file is as it was.', async () => {
	const rules = [rule('off', { act: calls }), rule('on', { file: 'b.lua' })];
	const world = new World(...rules);
	world.functions['off'] = () => wrong('bad');
	for (let i = 0; i < 3; i++) {
		world.happen('process.exited', 'web');
	}
	await world.done();
	const before = world.engine.rows();
	expect(before.map(({ fired, error }) => [fired, error.slice(0, 10)])).toEqual([
		[0, 'bad; after'],
		[3, ''],
	]);
	const next = new World(world.known, ...rules);
	expect(next.engine.rows()).toEqual(before);
	next.happen('process.exited', 'web');
	expect(next.open).toEqual([]);
	const changed = new World(world.known);
	changed.engine.replace(rules, [], new Set());
	expect(changed.engine.rows().map(({ fired, error }) => [fired, error])).toEqual([
		[0, ''],
		[3, ''],
	]);
	changed.engine.replace([]);
	expect(changed.known.rules.size).toBe(0);
});

test('What lasts goes on, and once it was answered it does not come again.', async () => {
	const lasts = rule('lasts', { lasting: 1000, when: { name: glob('w*') } });
	const world = new World(lasts);
	world.happen('process.exited', 'web');
	world.happen('process.exited', 'wide');
	world.clock.pass(600);
	const next = new World(world.known, lasts);
	next.clock.pass(999);
	expect(await next.done()).toEqual([]);
	next.clock.pass(1);
	expect((await next.done()).toSorted()).toEqual(['lasts 1', 'lasts 2']);
	const after = new World(next.known, lasts);
	after.clock.pass(5000);
	expect(await after.done()).toEqual([]);
	after.happen('process.starting', 'web');
	expect(after.known.spells.get('a.lua\0lasts')?.has('web')).toBe(false);
	const changed = new World(next.known);
	changed.engine.replace([lasts]);
	expect(changed.known.spells.size).toBe(0);
});

test('What lasted long enough and waits for its function comes again.', async () => {
	const lasts = rule('lasts', { lasting: 1000, act: calls });
	const world = new World(lasts);
	world.happen('process.exited', 'web');
	world.clock.pass(1000);
	expect([world.open.length, world.engine.past.behind.size]).toEqual([1, 0]);
	const next = new World(world.known, lasts);
	next.clock.pass(1000);
	next.answer('lasts', answers(log('late')));
	expect(await next.done()).toEqual(['late 1']);
	const after = new World(next.known, lasts);
	after.clock.pass(5000);
	expect(after.open).toEqual([]);
});

test('A timer goes on to the moment that was told.', async () => {
	const tick = rule('tick', { timer: { tag: 'every', every: 1000 } });
	const world = new World(tick);
	const { known } = world;
	known.rules.forEach((record, key) => {
		known.rules.set(key, { ...record, rings: (record.rings ?? 0) - 700 });
	});
	const next = new World(known, tick);
	next.clock.pass(300);
	expect(next.told('timer')).toHaveLength(1);
	next.clock.pass(999);
	expect(next.told('timer')).toHaveLength(1);
	next.clock.pass(1);
	expect(next.told('timer')).toHaveLength(2);
});
