import { expect, test } from 'vitest';
import { BindWatch } from '../../src/policy/bind-watch.ts';
import type { Verdict } from '../../src/rules/ask.ts';

function watching(
	wanted: boolean,
	answer: Promise<Verdict> | undefined,
	subscribed = false,
	isClosing = false,
) {
	const happened: string[] = [];
	const watch = new BindWatch({
		demand: { has: () => wanted, isSubscribed: () => subscribed },
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
