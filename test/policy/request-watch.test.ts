import { expect, test } from 'vitest';
import { type Refusal, refuse } from '../../src/base/refusal.ts';
import { RequestWatch, type RequestWatchPorts } from '../../src/policy/request-watch.ts';
import type { Entry } from '../../src/supervisor/entry.ts';

type Answer = Promise<Refusal | 'allow' | undefined> | undefined;

function watching(
	wanted: readonly string[],
	answers: Readonly<Record<string, Answer>> = {},
	subscribed = false,
	isClosing = false,
	guards: RequestWatchPorts['guards'] = { isOver: true, ready: () => Promise.resolve(undefined) },
) {
	const asked: string[] = [];
	const told: string[] = [];
	const watch = new RequestWatch({
		demand: { has: (type) => wanted.includes(type), isSubscribed: () => subscribed },
		table: {
			meant: (name) =>
				name === 'w*'
					? ([{ name: 'web' }, { name: 'wiki' }] as Entry[])
					: refuse(`nothing is called "${name}"`),
		},
		guards,
		ask(type, name, fields) {
			asked.push([type, name, ...fields].join(' '));
			return answers[name];
		},
		isClosing: () => isClosing,
		tell: (type, name, fields) => void told.push([type, name, ...fields].join(' ')),
	});
	return { watch, asked, told };
}

const stop = (target?: string) => ({ request: 'Stop', target, uid: 5, changes: true });

test('While nobody wants to know, nothing is asked and nothing told.', () => {
	const { watch, asked, told } = watching([]);
	expect(watch.isIdle).toBe(true);
	expect(watching(['request.received'], {}, false, true).watch.isIdle).toBe(true);
	expect(watch.received(stop('db'))).toBeUndefined();
	watch.handled(stop('db'), 1, undefined);
	expect([asked, told]).toEqual([[], []]);
});

test('The rules are asked of the target, or of no process; where none is concerned there is no promise.', async () => {
	const { watch, asked } = watching(['request.received'], { db: Promise.resolve(refuse('no')) });
	expect(watch.isIdle).toBe(false);
	expect(await watch.received(stop('db'))).toEqual(refuse('no'));
	expect(watch.received({ request: 'Ping', target: undefined, uid: 5, changes: false })).toBeUndefined();
	expect(asked).toEqual(['request.received db request=Stop uid=5', 'request.received - request=Ping uid=5']);
});

test('A glob or a group is asked of each process that it means, so that none is reached past its rule.', async () => {
	const { watch, asked } = watching(['request.received'], {
		'w*': Promise.resolve('allow' as const),
		web: Promise.resolve(undefined),
		wiki: Promise.resolve(refuse('not wiki')),
	});
	expect(await watch.received(stop('w*'))).toEqual(refuse('not wiki'));
	expect(asked.map((it) => it.split(' ')[1])).toEqual(['w*', 'web', 'wiki']);
});

test('A subscriber sees a request that no rule asks about.', async () => {
	const { watch, told } = watching(['request.received'], { db: Promise.resolve(undefined) }, true);
	expect(watch.received(stop('web'))).toBeUndefined();
	expect(await watch.received(stop('db'))).toBeUndefined();
	expect(told).toEqual(['request.received web request=Stop uid=5']);
});

test('What became of it is told with the time it took.', () => {
	const { watch, told } = watching(['request.handled']);
	watch.handled(stop('db'), 1.23456, undefined);
	watch.handled(stop(), 0, refuse('no such thing'));
	expect(told).toEqual([
		'request.handled db request=Stop uid=5 result=ok ms=1.235',
		'request.handled - request=Stop uid=5 result=error reason=no such thing ms=0',
	]);
});

test('Until the rules are in force what changes something waits for them, and then they are asked.', async () => {
	const { promise, resolve } = Promise.withResolvers<undefined>();
	const guards = { isOver: false, ready: () => promise };
	const answers = { db: Promise.resolve(refuse('no')) };
	const { watch, asked } = watching(['request.received'], answers, false, false, guards);
	const waiting = watch.received(stop('db'));
	expect(watch.received({ request: 'Status', target: undefined, uid: 5, changes: false })).toBeUndefined();
	expect(asked).toEqual(['request.received - request=Status uid=5']);
	resolve(undefined);
	expect(await waiting).toEqual(refuse('no'));
	const idle = watching([], {}, false, false, guards).watch;
	expect([idle.isIdle, await idle.received(stop('db'))]).toEqual([false, undefined]);
	expect(watching([], {}, false, true, guards).watch.isIdle).toBe(true);
	const late = { isOver: false, ready: () => Promise.resolve(refuse('late')) };
	expect(await watching([], {}, false, false, late).watch.received(stop('db'))).toEqual(refuse('late'));
});
