import { expect, test } from 'vitest';
import { mostWaiting } from '../../src/rules/lane.ts';
import { ask, on, reason } from './asks.ts';
import { answers, calls, log, rule, World, wrong } from './world.ts';

test('What is on its way when its file goes is carried out, and its mistakes are nobody’s.', async () => {
	const world = new World(rule('f', { act: calls }));
	world.happen('process.exited', 'web');
	world.happen('process.exited', 'web');
	world.engine.replace([]);
	world.answer('f', answers(log('late')));
	world.answer('f', wrong('the file is gone'));
	expect([await world.done(), world.told('rule.error')]).toEqual([['late 1'], []]);
});

test('What was called and is gone is nobody’s mistake, also before other rules are in force.', async () => {
	const world = new World(rule('f', { on: [...on, 'process.exited'], act: calls }));
	world.happen('process.exited', 'web');
	const asked = ask(world);
	for (const { answer } of world.open.splice(0)) {
		answer({ wrong: 'its rule is not there any more', line: 0, isGone: true });
	}
	expect(await reason(asked)).toBe('the rule "f" of a.lua is just being loaded anew: ask again');
	await world.engine.settled();
	expect([world.told('rule.error'), world.engine.rows()[0]?.error]).toEqual([[], '']);
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
		`- file=a.lua reason=2 events passed its rules by, because ${mostWaiting} (or 16MiB) waited for them`,
	]);
});

test('An event that is large takes the room of many.', async () => {
	const world = new World(rule('f', { act: calls }));
	for (let i = 0; i < 32 + 16; i++) {
		world.happen('process.exited', 'web', `big=${'x'.repeat(1024 * 1024 - 4)}`);
	}
	world.happen('process.exited', 'web');
	world.functions['f'] = () => answers();
	for (const { answer } of world.open.splice(0)) {
		answer(answers());
	}
	await world.engine.settled();
	expect(world.told('rule.error')).toEqual([
		`- file=a.lua reason=1 event passed its rules by, because ${mostWaiting} (or 16MiB) waited for them`,
	]);
});

test('Rules that have too much to do refuse it at once; those that are gone before their turn say nothing.', async () => {
	const both = [...on, 'process.exited'];
	const world = new World(rule('busy', { on: both, act: calls }), rule('next', { on, act: calls }));
	for (let i = 0; i < 32; i++) {
		world.happen('process.exited', 'web');
	}
	const waiting = ask(world);
	world.engine.replace([rule('busy', { on: both, act: calls })], ['a.lua']);
	for (let i = 1; i < mostWaiting; i++) {
		world.happen('process.exited', 'web');
	}
	expect(await reason(ask(world))).toBe('the rule "busy" of a.lua has too much to do');
	world.functions['busy'] = () => answers();
	for (const { answer } of world.open.splice(0)) {
		answer(answers());
	}
	expect(await waiting).toBeUndefined();
});
