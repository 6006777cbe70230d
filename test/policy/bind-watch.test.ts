import { expect, test } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import { BindWatch, type BindWatchPorts } from '../../src/policy/bind-watch.ts';
import type { Verdict } from '../../src/rules/ask.ts';

function watching(
	wanted: boolean,
	answer: Promise<Verdict> | undefined,
	subscribed = false,
	isClosing = false,
	guards: BindWatchPorts['guards'] = { isOver: true, ready: () => Promise.resolve(undefined) },
) {
	const happened: string[] = [];
	const watch = new BindWatch({
		demand: { has: () => wanted, isSubscribed: () => subscribed },
		guards,
		ask(type, name, fields) {
			happened.push(['asked', type, name, ...fields].join(' '));
			return answer;
		},
		isClosing: () => isClosing,
		tell: (type, name, fields) => void happened.push(['told', type, name, ...fields].join(' ')),
	});
	return { happened, requested: () => watch.requested('web', ['pid=1', 'address=tcp:1.2.3.4:80']) };
}

const fields = 'bind.requested web pid=1 address=tcp:1.2.3.4:80';

test('Nobody is asked while nobody wants to know, nor while archon shuts down.', () => {
	for (const { happened, requested } of [watching(false, undefined), watching(true, undefined, true, true)]) {
		expect([requested(), happened]).toEqual([undefined, []]);
	}
});

test('The rules are asked; a subscriber hears of what none of them is concerned with.', async () => {
	const allowed = watching(true, Promise.resolve('allow' as const), true);
	expect([await allowed.requested(), allowed.happened]).toEqual(['allow', [`asked ${fields}`]]);
	const silent = watching(true, undefined, true);
	expect([silent.requested(), silent.happened]).toEqual([undefined, [`asked ${fields}`, `told ${fields}`]]);
	const unheard = watching(true, undefined);
	expect([unheard.requested(), unheard.happened]).toEqual([undefined, [`asked ${fields}`]]);
});

test('Until the rules are in force it waits for them.', async () => {
	const { promise, resolve } = Promise.withResolvers<undefined>();
	const allow = Promise.resolve('allow' as const);
	const early = watching(true, allow, false, false, { isOver: false, ready: () => promise });
	const waiting = early.requested();
	expect(early.happened).toEqual([]);
	resolve(undefined);
	expect([await waiting, early.happened]).toEqual(['allow', [`asked ${fields}`]]);
	const late = watching(true, allow, false, false, {
		isOver: false,
		ready: () => Promise.resolve(refuse('late')),
	});
	expect([await late.requested(), late.happened]).toEqual([refuse('late'), []]);
});
