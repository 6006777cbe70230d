import { expect, test } from 'vitest';
import { Guards, mayGuard } from '../../src/policy/guards.ts';

const guard = 'rule "no" { on = "request.received", act = fail {} }';

function guards(sources: Promise<Iterable<string>>, patience?: number) {
	const { promise, resolve } = Promise.withResolvers<void>();
	let looks = 0;
	const made = new Guards({
		inForce: promise,
		sources() {
			looks++;
			return sources;
		},
		...(patience === undefined ? {} : { patience }),
	});
	return { made, inForce: resolve, looks: () => looks };
}

test('Where no rule gives permission nobody waits for the rules, and the files are looked at once.', async () => {
	const { made, looks } = guards(Promise.resolve(['rule "x" { on = "*" }']));
	expect([made.isOver, looks()]).toEqual([false, 0]);
	expect([await made.ready(), await made.ready(), made.isOver, looks()]).toEqual([
		undefined,
		undefined,
		false,
		1,
	]);
});

test('Where one does they are waited for.', async () => {
	const { made, inForce } = guards(Promise.resolve(['', guard]));
	let isReady = false;
	const ready = made.ready().then((it) => {
		isReady = true;
		return it;
	});
	await new Promise((resolve) => setImmediate(resolve));
	expect(isReady).toBe(false);
	inForce();
	expect([await ready, made.isOver, await made.ready()]).toEqual([undefined, true, undefined]);
});

test('They are waited for so long and no longer.', async () => {
	const refused = await guards(Promise.resolve([guard]), 1).made.ready();
	expect(refused).toMatchObject({ refused: expect.stringMatching(/rules are not in force yet after 10s/) });
	// A disk that never answers.
	expect(await guards(new Promise(() => undefined), 1).made.ready()).toBeUndefined();
});

test('Rules that are in force before their files have been looked at are waited for no more.', async () => {
	const { made, inForce } = guards(new Promise(() => undefined));
	const ready = made.ready();
	inForce();
	expect(await ready).toBeUndefined();
});

test('A file may guard that names such events, or has a pattern that asks for them.', () => {
	const may = [guard, 'on="bind.requested"', 'on = "*.received"', "on = 're*'", 'on = { "x", "bind.*" }'];
	expect(may.map(mayGuard)).toEqual(may.map(() => true));
	const not = ['', 'on = "*"', 'name = "web-*"', 'on = "process.*"', '-- received', 'on = "pressure.*"'];
	expect(not.map(mayGuard)).toEqual(not.map(() => false));
});
