import { mkdirSync, statSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import type { Draft } from '../../../src/events/journal.ts';
import { knownOf } from '../../../src/rules/diary-page.ts';
import { Book, emptyStory, untold } from '../../../src/supervisor/book/book.ts';
import type { Entry } from '../../../src/supervisor/entry.ts';
import { newEntry } from '../../../src/supervisor/new-entry.ts';
import { temporary } from '../../archon.ts';
import { event, full, keeping, lifeOf, paused, running } from './keeping.ts';

afterEach(() => {
	vi.restoreAllMocks();
});

test('a run has a page no longer once it runs on', () => {
	const { book, put, turn, read } = keeping();
	book.open(emptyStory);
	const job = put(newEntry('job', 'run', { life: lifeOf(paused) }));
	expect(read().pages.get('job')?.life.state.tag).toBe('paused');
	job.life = lifeOf(running);
	book.changed(job);
	turn();
	expect([...read().pages.keys()]).toEqual([]);
});

test('what the first turn changes of what was there is written with its events, as one', () => {
	const path = `${temporary()}/book`;
	const before = keeping(path);
	before.book.open(emptyStory);
	before.put(newEntry('web', 'daemon', { life: lifeOf(paused) }));
	const { book, table, held, turn, read } = keeping(path);
	const web = newEntry('web', 'daemon', { life: lifeOf(running) });
	table.add(web);
	book.open(read());
	book.changed(web);
	const seen = () => [read().pages.get('web')?.life.state.tag, untold(read(), 0), read().kept.get('web')];
	expect(seen()).toEqual(['paused', [], undefined]);
	// What the keeper holds is written at once, but not the change, of which nothing is told yet.
	held.set(web, { ready: 1 });
	book.kept(web);
	expect(seen()).toEqual(['paused', [], { ready: 1 }]);
	turn([event]);
	expect(seen()).toEqual(['running', [event], { ready: 1 }]);
	const again = keeping(path);
	again.table.add(web);
	again.book.open(read());
	again.turn([event]);
	expect([again.read().pages.get('web')?.life.state.tag, untold(again.read(), 0)]).toEqual([
		'running',
		[event],
	]);
});

test('one that has grown too thick still says what its last turn tells of', () => {
	const { book, put, table, turn, read } = keeping();
	book.open(emptyStory);
	const web = put(newEntry('web', 'daemon'));
	vi.spyOn(Book.prototype, 'isDue', 'get').mockReturnValueOnce(true);
	web.life = lifeOf(paused);
	book.changed(web);
	turn([event]);
	expect([table.get('web'), read().pages.get('web')?.life, untold(read(), 0)]).toEqual([
		web,
		web.life,
		[event],
	]);
});

test('what was held for one whose name is another process by now says nothing of that', () => {
	const { book, put, held, read } = keeping();
	book.open(emptyStory);
	const old = put(newEntry('x', 'foreign', { life: lifeOf({ tag: 'exited' }) }));
	const next = put(newEntry('x', 'foreign', { life: lifeOf(running) }));
	held.set(next, { pidfd: 7 });
	book.kept(old);
	expect(read().kept.get('x')).toEqual({ pidfd: 7 });
});

test('nothing is written before it is opened, so that what a daemon that died wrote is not lost', () => {
	const path = `${temporary()}/book`;
	const before = keeping(path);
	before.book.open(emptyStory);
	before.put(newEntry('web', 'daemon'));
	const after = keeping(path);
	after.put(newEntry('other', 'daemon'));
	expect([...after.read().pages.keys()]).toEqual(['web']);
});

test('one that could not be begun is begun with everything as soon as it can be', () => {
	const directory = temporary();
	const { book, put, held, faults, read } = keeping(`${directory}/none/book`);
	book.open(emptyStory);
	const web = put(newEntry('web', 'daemon'));
	held.set(web, { ready: 3 });
	book.kept(web);
	expect([faults.length > 1, [...read().pages]]).toEqual([true, []]);
	mkdirSync(`${directory}/none`);
	put(newEntry('db', 'daemon'));
	expect([[...read().pages.keys()].sort(), read().kept.get('web'), read().more?.removed]).toEqual([
		['db', 'web'],
		{ ready: 3 },
		['0'],
	]);
});

test('what could not be written is written with the next turn, the service in full', () => {
	const { book, table, held, put, more, turn, read } = keeping();
	book.open(emptyStory);
	const web = newEntry('web', 'daemon', { service: { name: 'web' } as Entry['service'] });
	const gone = put(newEntry('gone', 'daemon'));
	table.remove(gone);
	book.gone(gone);
	held.set(web, { ready: 3 });
	table.add(web);
	vi.spyOn(Book.prototype, 'write').mockImplementationOnce(full).mockImplementationOnce(full);
	vi.spyOn(Book.prototype, 'renew').mockImplementationOnce(full);
	book.kept(web);
	book.changed(web);
	more();
	expect([[...read().pages.keys()], read().kept.has('web'), read().more?.removed]).toEqual([
		['gone'],
		false,
		['0'],
	]);
	turn();
	const { pages, kept, more: known } = read();
	expect([[...pages.keys()], pages.get('web')?.service, kept.get('web'), known?.removed]).toEqual([
		['web'],
		'{"name":"web"}',
		{ ready: 3 },
		['1'],
	]);
});

test('what the keeper holds that could not be written is written with the next turn, whatever that is about', () => {
	const { book, held, put, table, turn, read } = keeping();
	book.open(emptyStory);
	const web = put(newEntry('web', 'daemon'));
	held.set(web, { ready: 3 });
	vi.spyOn(Book.prototype, 'write').mockImplementationOnce(full);
	book.kept(web);
	// A run that nobody keeps from running has no page.
	const job = newEntry('job', 'run', { life: lifeOf(running) });
	table.add(job);
	book.changed(job);
	expect(read().kept.has('web')).toBe(false);
	turn();
	expect([...read().kept]).toEqual([['web', { ready: 3 }]]);
});

test('a turn that there is no room for is written with all there is, of which what is not needed any more is none', () => {
	const { book, put, held, diary, faults, turn, read } = keeping();
	book.open(emptyStory);
	const web = put(newEntry('web', 'daemon'));
	const write = vi.spyOn(Book.prototype, 'write').mockImplementation(full);
	web.life = lifeOf(paused);
	held.set(web, { ready: 3 });
	book.swapped(web);
	diary.state('a.lua', { n: 1 });
	turn([event]);
	const { pages, kept, rules } = read();
	expect([faults, pages.get('web')?.life, untold(read(), 0)]).toEqual([[], web.life, [event]]);
	expect([kept.get('web'), knownOf(rules)?.states.get('a.lua')]).toEqual([{ ready: 3 }, { n: 1 }]);
	turn();
	expect(write).toHaveBeenCalledTimes(1);
});

test('one that cannot be written down is refused, and so is one of which soon nothing more could be', () => {
	const { book, put, table, read } = keeping();
	book.open(emptyStory);
	put(newEntry('web', 'daemon'));
	const next = newEntry('next', 'daemon', { service: { name: 'next' } as Entry['service'] });
	table.add(next);
	vi.spyOn(Book.prototype, 'write').mockImplementationOnce(full);
	const refused = expect.stringMatching(
		/^\S+book cannot be written: no space left on device, make room there: a crash of the daemon would end/,
	);
	expect([book.born(next), [...read().pages.keys()]]).toEqual([{ refused }, ['web']]);
	vi.spyOn(Book.prototype, 'reserve').mockImplementationOnce(full);
	expect([book.born(next), [...read().pages.keys()]]).toEqual([{ refused }, ['web']]);
	expect([book.born(next), [...read().pages.keys()]]).toEqual([undefined, ['web', 'next']]);
	expect(read().pages.get('next')?.service).toBeDefined();
});

test('what is to be known of rules is written with the turn, again where that failed', () => {
	const { book, diary, faults, turn, read } = keeping();
	book.open(emptyStory);
	turn();
	expect(knownOf(read().rules)?.reached.at).toBe(0);
	const write = vi.spyOn(Book.prototype, 'write').mockImplementationOnce(full);
	vi.spyOn(Book.prototype, 'renew').mockImplementationOnce(full);
	diary.state('a.lua', { n: 1 });
	turn();
	expect([faults.length, knownOf(read().rules)?.states.size]).toEqual([1, 0]);
	turn();
	expect([...(knownOf(read().rules)?.states ?? [])]).toEqual([['a.lua', { n: 1 }]]);
	turn();
	expect(write).toHaveBeenCalledTimes(2);
	diary.state('a.lua', undefined);
	turn();
	expect(knownOf(read().rules)?.states.size).toBe(0);
});

test('what a request had begun is written with its turn, again where that failed', () => {
	const { book, inFlight, turn, read } = keeping();
	book.open(emptyStory);
	turn();
	inFlight.add(7);
	const write = vi.spyOn(Book.prototype, 'write').mockImplementationOnce(full);
	vi.spyOn(Book.prototype, 'renew').mockImplementationOnce(full);
	book.begun(7, { names: ['a'], at: 1 });
	turn();
	expect([write.mock.calls.length, [...read().begun]]).toEqual([1, []]);
	turn();
	expect([...read().begun]).toEqual([[7, { names: ['a'], at: 1 }]]);
});

test('one that has grown is written anew when a turn ends, not while nothing is told yet of what that has changed', () => {
	const path = `${temporary()}/book`;
	const { book, held, put, turn, read } = keeping(path);
	book.open(emptyStory);
	const web = put(newEntry('web', 'daemon', { life: lifeOf(running) }));
	held.set(web, { notify: { number: 1, uid: 0 } });
	web.life = lifeOf(paused);
	book.changed(web);
	const grown = 2 << 20;
	while (statSync(path).size < grown) {
		const before = statSync(path).size;
		book.kept(web);
		if (statSync(path).size < before) {
			break;
		}
	}
	expect(read().pages.get('web')?.life.state.tag).toBe('running');
	const told: Draft = { type: 'process.paused', name: 'web', fields: [], ring: 'events', time: 1 };
	turn([told]);
	expect(statSync(path).size).toBeLessThan(4096);
	expect(read().pages.get('web')?.life.state.tag).toBe('paused');
	expect(untold(read(), 0)).toEqual([told]);
	// Nor is it left as it is where a turn has changed nothing.
	while (statSync(path).size < grown) {
		book.kept(web);
	}
	turn();
	expect(statSync(path).size).toBeLessThan(4096);
});
