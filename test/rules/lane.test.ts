import { expect, test } from 'vitest';
import { answers, calls, log, named, rule, World, wrong } from './world.ts';

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
