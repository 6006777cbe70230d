import { expect, test } from 'vitest';
import { plainService } from '../../src/service/defaults.ts';
import type { Service } from '../../src/service/service.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import {
	besideOf,
	besideService,
	frontOf,
	isProcessDue,
	mayOverlap,
	swapProcesses,
	withBeside,
} from '../../src/supervisor/overlap-of.ts';
import { entryIn, mainOf, running } from './entries.ts';

const service: Service = { ...plainService, name: 'web', run: ['web'], restartMode: 'overlap' };

function pair(): { main: Entry; beside: Entry } {
	const main = entryIn(running, { service, process: mainOf(7, { start: 3 }), newest: 3, remark: 'old' });
	const beside = entryIn(running, { name: 'web@overlap', seat: 'web@overlap', newest: 4 });
	beside.process = mainOf(8, { start: 4 });
	const overlap = { of: main, beside, phase: 'proving' } as const;
	main.overlap = { ...overlap };
	beside.overlap = main.overlap;
	return { main, beside };
}

test('one of two stands for both', () => {
	const { main, beside } = pair();
	expect([frontOf(main), frontOf(beside)]).toEqual([main, main]);
	expect([besideOf(main), besideOf(beside)]).toEqual([beside, undefined]);
	const alone = entryIn(running);
	expect([frontOf(alone), besideOf(alone)]).toEqual([alone, undefined]);
});

test('several are told with those beside them, each once', () => {
	const { main, beside } = pair();
	const alone = entryIn(running);
	expect(withBeside([alone, main])).toEqual([alone, main, beside]);
	expect(withBeside([beside, main])).toEqual([beside, main]);
});

test('what was ready and is to stay overlaps if its service says so', () => {
	const process = mainOf(7);
	const may = (of: Partial<Entry>, own: Partial<Service> = {}) =>
		mayOverlap(entryIn(of.life?.state ?? running, { service: { ...service, ...own }, process, ...of }));
	const starting = (since: number) =>
		({
			state: { tag: 'starting', first: false, spawned: true, since },
			history: entryIn(running).life.history,
		}) as const;
	expect(may({})).toBe(true);
	expect(may({ life: starting(5) })).toBe(true);
	expect(may({ life: starting(0) })).toBe(false);
	expect(may({ process: undefined })).toBe(false);
	expect(may({ life: { ...starting(0), state: { tag: 'paused', since: 1, frozen: 2 } } })).toBe(false);
	expect(may({}, { restartMode: 'replace' })).toBe(false);
	expect(may({}, { oneshot: true })).toBe(false);
	expect(may({}, { bind: 'seccomp' })).toBe(false);
	expect(may({}, { timer: { tag: 'every', every: 1, overlap: false } })).toBe(false);
	expect(mayOverlap(entryIn(running, { process }))).toBe(false);
	expect(mayOverlap(entryIn(running, { process }), service)).toBe(true);
	const { main, beside } = pair();
	beside.service = service;
	expect([mayOverlap(main), mayOverlap(beside)]).toEqual([true, false]);
});

test('a new process is due until there is one, or there will be none', () => {
	const { main, beside } = pair();
	expect(isProcessDue(main)).toBe(false);
	beside.process = undefined;
	expect(isProcessDue(main)).toBe(false);
	beside.life = { ...beside.life, state: { tag: 'starting', first: false, spawned: false, since: 0 } };
	expect(isProcessDue(main)).toBe(true);
	expect(isProcessDue(beside)).toBe(false);
});

test('a second process is not started by itself', () => {
	const timer = { tag: 'every', every: 1, overlap: false } as const;
	expect(besideService({ ...service, restart: 'always', timer, activate: 'on-connect' })).toEqual({
		...service,
		restart: 'never',
	});
});

test('processes change places with what belongs to them, services do not', () => {
	const { main, beside } = pair();
	const [old, next] = [main.process, beside.process];
	swapProcesses(main, beside);
	expect(main).toMatchObject({
		name: 'web',
		service,
		process: next,
		seat: 'web@overlap',
		remark: '',
		newest: 4,
	});
	expect(beside).toMatchObject({ name: 'web@overlap', process: old, seat: 'web', remark: 'old', newest: 4 });
	expect(beside.service).toBeUndefined();
});
