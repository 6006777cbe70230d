import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Group } from '../../src/service/service.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { outcome, World } from './world.ts';

const told = { ready: { tag: 'notify' } } as const;

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const kinds = ['requires', 'wants', 'after'] as const;
const edge = fc.record({ from: fc.nat(7), on: fc.nat(7), kind: fc.constantFrom(...kinds) });
const grouping = fc.option(
	fc.record({
		at: fc.nat(4),
		strategy: fc.constantFrom('one_for_one', 'one_for_all', 'rest_for_one'),
		restarts: fc.integer({ min: 0, max: 3 }),
		isNested: fc.boolean(),
	}),
	{ nil: undefined },
);
const action = fc.record({
	what: fc.constantFrom('start', 'stop', 'restart', 'kill', 'move', 'move', 'move', 'depend', 'undepend'),
	whom: fc.nat(30),
	other: fc.nat(30),
	kind: fc.constantFrom(...kinds),
});

function groupsOf(
	asked: { at: number; strategy: Group['strategy']; restarts: number; isNested: boolean } | undefined,
): Group[] {
	if (asked === undefined) {
		return [];
	}
	const { strategy, restarts, at, isNested } = asked;
	const intensity = { restarts, within: 60_000 };
	const inner = { name: 'inner', members: names.slice(at, at + 3), strategy, intensity };
	const outer = names.slice(at + 3, at + 4);
	return isNested ? [inner, { name: 'outer', members: ['inner', ...outer], strategy, intensity }] : [inner];
}

/** What must never be seen. */
function isWrong(world: World, type: string, entry: Entry, isCaused: boolean): string | undefined {
	const { graph } = world.orders;
	if (type === 'starting' && !(entry.life.state.tag === 'starting' && entry.life.state.spawned)) {
		for (const { name, kind } of graph.needs(entry.name)) {
			const other = world.get(name);
			const { tag } = other.life.state;
			const isComing = tag === 'starting' && world.orders.view.standing(other) === 'coming';
			if (kind === 'requires' ? tag !== 'running' : isComing) {
				return `${entry.name} starts while ${name}, which it ${kind}, is ${tag}`;
			}
		}
	}
	if (type === 'stopping' && !isCaused) {
		for (const { name, kind } of graph.neededBy(entry.name)) {
			const { tag } = world.get(name).life.state;
			if (kind === 'requires' && (tag === 'running' || tag === 'starting' || tag === 'stopping')) {
				return `${entry.name} is stopped while ${name}, which ${kind} it, is ${tag}`;
			}
		}
	}
	return undefined;
}

describe('what depends on something', () => {
	it('starts when that is ready and stops before it, whatever is asked and whatever fails', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(edge, { maxLength: 14 }),
				grouping,
				fc.array(action, { maxLength: 40 }),
				fc.boolean(),
				async (edges, grouped, actions, isTold) => {
					const services = names.map((name, i) => {
						const own = edges.filter((it) => it.from === i && it.on < i);
						const on = (kind: string) => [
							...new Set(own.filter((it) => it.kind === kind).map((it) => names[it.on] as string)),
						];
						const limit = { failures: 30, within: 1000, retry: 1000 };
						return {
							name,
							requires: on('requires'),
							wants: on('wants'),
							after: on('after'),
							limit,
							...(isTold ? told : {}),
						};
					});
					const world = new World(services, groupsOf(grouped as never));
					let wrong: string | undefined;
					let hasAdded = false;
					world.watch = (type, entry) => {
						wrong ??= isWrong(world, type, entry, hasAdded);
					};
					const all = [...world.entries.values()];
					const replies: Promise<unknown>[] = [];
					world.orders.boot(all);
					for (const { what, whom, other, kind } of actions) {
						const entry = all[whom % 8] as Entry;
						const second = all[other % 8] as Entry;
						const both =
							other % 3 === 0 ? [entry, second].filter((it, i, pair) => pair.indexOf(it) === i) : [entry];
						const moves = world.moves();
						if (what === 'move') {
							const move = moves[whom % Math.max(1, moves.length)];
							if (move !== undefined) {
								world.do(move);
							}
						} else if (what === 'kill') {
							const move = moves.find((it) => it.entry === entry && it.does === 'fail');
							if (move !== undefined) {
								world.do(move);
							}
						} else if (what === 'depend') {
							hasAdded = true;
							world.orders.dependencies.add(entry.name, second.name, kind);
						} else if (what === 'undepend') {
							world.orders.dependencies.remove(entry.name, second.name);
						} else {
							replies.push(world.orders[what](both));
						}
						expect(wrong).toBeUndefined();
					}
					world.settle();
					expect(wrong).toBeUndefined();
					expect(await Promise.all(replies.map((it) => outcome(it as never)))).not.toContain('pending');
					for (const entry of all) {
						const { tag } = entry.life.state;
						expect(['running', 'stopped', 'waiting', 'failed']).toContain(tag);
						for (const need of hasAdded || tag !== 'running' ? [] : world.orders.graph.needs(entry.name)) {
							expect([need.kind, world.get(need.name).life.state.tag]).not.toEqual([
								'requires',
								expect.not.stringMatching('running'),
							]);
						}
						if (tag === 'waiting') {
							expect([entry.name, world.orders.waitsFor(entry).length]).not.toEqual([entry.name, 0]);
						}
						expect(entry.ordered).toBe('');
					}
					const up = world.orders.start(all);
					world.settle();
					expect(await outcome(up)).toBe('ok');
					expect(world.states()).toBe(names.map((name) => `${name} running`).join(', '));
					const gone = world.orders.shutdown(all).then(() => undefined);
					world.settle();
					expect(await outcome(gone)).toBe('ok');
					expect(world.states()).toBe(names.map((name) => `${name} stopped`).join(', '));
					expect(wrong).toBeUndefined();
				},
			),
			{ numRuns: 500 },
		);
	}, 60_000);
});

describe('what the file has not the last members of any more', () => {
	const shop: Group = {
		name: 'shop',
		members: ['a'],
		strategy: 'one_for_all',
		intensity: { restarts: 9, within: 9 },
	};

	it('goes on with a round of which nobody is left', () => {
		const world = new World([{ name: 'a' }], [shop]);
		const round = { group: 'shop', members: ['a', 'gone'], left: ['gone'], stopped: ['a'] };
		world.orders.groups.restore({ states: [], times: {}, rounds: [round] });
		expect(world.get('a').life.state.tag).toBe('stopped');
		world.orders.resume();
		expect(world.get('a').life.state.tag).toBe('starting');
	});

	it('is failed when nobody is left that it had to stop', () => {
		const world = new World([{ name: 'a' }], [shop]);
		const givingUp = [{ group: 'shop', why: 'too many', left: ['gone'], members: ['a', 'gone'] }];
		world.orders.groups.restore({ states: [], times: {}, givingUp });
		expect(world.orders.groups.failure('shop')).toBeUndefined();
		world.orders.resume();
		expect(world.orders.groups.failure('shop')).toContain('too many');
	});
});
