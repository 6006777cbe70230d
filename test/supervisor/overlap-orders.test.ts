import { expect, test } from 'vitest';
import type { Refusal } from '../../src/base/refusal.ts';
import { refuse } from '../../src/base/refusal.ts';
import { plainService } from '../../src/service/defaults.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { OverlapOrders } from '../../src/supervisor/overlap-orders.ts';
import { entryIn, mainOf, running } from './entries.ts';
import { outcome, World } from './world.ts';

/** What is done with `web`, which runs since 5; overlaps begin and end when a test says so. */
function parts() {
	const world = new World([]);
	const done: string[] = [];
	const over: ((refused?: Refusal) => void)[] = [];
	const state = { isClosing: false };
	const until = (what: string) => {
		done.push(what);
		return new Promise<Refusal | undefined>((resolve) => over.push(resolve));
	};
	const orders = new OverlapOrders({
		view: world.orders.view,
		overlap: {
			announce: () => {},
			begin: () => until('begin'),
			over: () => until('over'),
		},
		ready: async () => 'done',
		restart: async () => void done.push('restart'),
		isClosing: () => state.isClosing,
	});
	const service = { ...plainService, name: 'web', run: ['web'], restartMode: 'overlap' } as const;
	const web = entryIn(running, { service, process: mainOf(7, { since: 5 }) });
	return { orders, web, done, over, state };
}

function put(web: Entry, phase: 'proving' | 'retiring'): void {
	web.overlap = { of: web, beside: entryIn(running, { name: 'web@overlap' }), phase };
}

const ended = (promise: Promise<'done' | Refusal>) =>
	outcome(promise.then((it) => (it === 'done' ? undefined : it)));

test('a further overlap begins when the one before is over', async () => {
	const { orders, web, done, over } = parts();
	put(web, 'retiring');
	const restarted = orders.restart(web);
	expect([await ended(restarted), done]).toEqual(['pending', ['over']]);
	web.overlap = undefined;
	over[0]?.();
	expect([await ended(restarted), done]).toEqual(['pending', ['over', 'begin']]);
	over[1]?.();
	expect(await ended(restarted)).toBe('ok');
});

test('none begins beside an old process that does not go, and it is said why', async () => {
	const { orders, web, done, over } = parts();
	put(web, 'retiring');
	const restarted = orders.restart(web);
	over[0]?.(refuse('it is stuck'));
	expect([await ended(restarted), done]).toEqual(['it is stuck', ['over']]);
});

test('what does not run any more by then, or is about to end for good, is stopped and started', async () => {
	const { orders, web, done, state } = parts();
	expect(await ended(orders.restart(entryIn({ tag: 'stopped' })))).toBe('ok');
	state.isClosing = true;
	expect(await ended(orders.restart(web))).toBe('ok');
	expect(done).toEqual(['restart', 'restart']);
});

test('what was asked of a daemon that died is over where there is a newer process', () => {
	const { orders, web } = parts();
	expect([...orders.unfinished([web], 5)]).toEqual([]);
	expect([...orders.unfinished([web], 6)]).toEqual([web]);
	put(web, 'retiring');
	expect([...orders.unfinished([web], 5)]).toEqual([web]);
});

test('it goes on where the new process is under way, begins where it was not, and tells of one that came to nothing', async () => {
	const { orders, web, done, over } = parts();
	put(web, 'proving');
	const underWay = orders.resumed(web, 6);
	over[0]?.();
	expect([await ended(underWay), done]).toEqual(['ok', ['over']]);
	web.overlap = undefined;
	const begun = orders.resumed(web, 6);
	over[1]?.(refuse('not ready'));
	expect([await ended(begun), done]).toEqual(['not ready', ['over', 'begin']]);
	web.remark = 'was not restarted: its new process failed';
	expect(await ended(orders.resumed(web, 6))).toBe('"web" was not restarted: its new process failed');
	expect(done).toHaveLength(2);
});

test('what has to go because of another is not started beside itself', () => {
	const overlap = { restartMode: 'overlap' } as const;
	const world = new World([
		{ name: 'db' },
		{ name: 'web', requires: ['db'], ...overlap },
		{ name: 'shop', ...overlap },
	]);
	world.orders.boot(world.of('web', 'shop'));
	world.settle();
	const [db, web, shop] = world.of('db', 'web', 'shop') as [Entry, Entry, Entry];
	const never = () => Promise.reject(new Error('nothing is begun'));
	const orders = new OverlapOrders({
		view: world.orders.view,
		overlap: { announce: never, begin: never, over: never },
		ready: never,
		restart: never,
		isClosing: () => false,
	});
	expect([...orders.among([db, web, shop])]).toEqual([shop]);
	expect([...orders.among([web, shop])]).toEqual([web, shop]);
});
