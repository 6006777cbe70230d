import { expect, test } from 'vitest';
import { fresh } from '../../../src/process/moves.ts';
import { emptyStory } from '../../../src/supervisor/book/book.ts';
import type { Keepsakes } from '../../../src/supervisor/book/keepsakes.ts';
import { Known } from '../../../src/supervisor/book/known.ts';
import type { Begun, More } from '../../../src/supervisor/book/page.ts';
import type { Entry } from '../../../src/supervisor/entry.ts';
import { newEntry } from '../../../src/supervisor/new-entry.ts';
import { Table } from '../../../src/supervisor/table.ts';

const more: More = { orders: { groups: { states: [], times: {} }, edges: [] }, removed: ['old'] };

/** What there is to write down of these entries. */
function knowing(...entries: readonly Entry[]) {
	const table = new Table();
	const held = new Map<Entry, Keepsakes>();
	const inFlight = new Set<number>();
	const unstored = new Set<Entry>();
	const known = new Known({
		table: () => table,
		isStored: (entry) => entry.isConfigured && !unstored.has(entry),
		beyond: () => ({}),
		keptFor: (entry) => held.get(entry) ?? {},
		more: () => more,
		diary: { all: () => 'rules' },
		keepers: 2,
		inFlight: () => inFlight,
	});
	for (const entry of entries) {
		table.add(entry);
	}
	return { known, table, held, inFlight, unstored };
}

const daemon = (name: string) => newEntry(name, 'daemon', { service: { name } as Entry['service'] });
const run = (tag: 'running' | 'paused') => {
	const state = tag === 'running' ? { tag, since: 0 } : { tag, since: 0, frozen: 0 };
	return newEntry('job', 'run', { life: { state, history: fresh } });
};
const begun: Begun = { names: ['web'], at: 1 };

test('a page has the service where the book has another one, or none, or where that was not written', () => {
	const web = daemon('web');
	const { known } = knowing(web);
	const text = '{"name":"web"}';
	const page = known.page(web);
	expect([page.service, known.page(web).service]).toEqual([text, undefined]);
	known.unwritten([page]);
	expect([known.page(web).service, known.page(web).service]).toEqual([text, undefined]);
	web.service = { name: 'other' } as Entry['service'];
	expect(known.page(web).service).toBe('{"name":"other"}');
	known.forget(['web']);
	expect([known.hasPage('web'), known.page(web).service]).toEqual([false, '{"name":"other"}']);
});

test('what a reload has brought has its service in its page, and none untouched, until its configuration is stored', () => {
	const web = daemon('web');
	web.isConfigured = true;
	const { known, unstored } = knowing(web);
	unstored.add(web);
	expect([known.isWorthAPage(web), known.story().pages.size]).toEqual([false, 0]);
	web.newest = 1;
	expect([known.isWorthAPage(web), known.page(web).service]).toEqual([true, '{"name":"web"}']);
	unstored.clear();
	expect(known.page(web).service).toBeUndefined();
	web.newest = -1;
	expect([known.isWorthAPage(web), known.outdated([web])]).toEqual([true, []]);
});

test('what the daemon before had written is what is known until all is written anew', () => {
	const web = daemon('web');
	const { known } = knowing(web);
	const old = { pages: new Map([['db', known.page(daemon('db'))]]), more: undefined, begun: new Map() };
	known.takeOver(old);
	expect([known.hasPage('db'), known.page(web).service]).toEqual([true, '{"name":"web"}']);
	expect(known.soFar()).toEqual({
		...emptyStory,
		...old,
		rules: ['rules'],
		keepers: 2,
	});
	expect([...known.soFar().pages.keys()]).toEqual(['web']);
	known.takeOver(old);
	const last = { after: 4, events: [] };
	const story = known.story(last);
	expect([[...story.pages.keys()], story.more, story.last]).toEqual([['web'], more, last]);
	expect([...known.soFar().pages.keys()]).toEqual(['web']);
	expect(known.hasPage('db')).toBe(false);
});

test('what the keeper held for an entry counts only as far as it is there again', () => {
	const [web, db] = [daemon('web'), daemon('db')];
	const { known, held } = knowing(web, db);
	known.takeOver({ ...emptyStory, kept: new Map([['web', { ready: 0 }]]) } as typeof emptyStory);
	held.set(db, { ready: 1 });
	expect([...known.soFar().kept]).toEqual([['db', { ready: 1 }]]);
	expect([...known.story().kept]).toEqual([['db', { ready: 1 }]]);
	expect(known.keptOf([web])).toEqual([['web', {}]]);
});

test('a run has a page while somebody keeps it from running', () => {
	const [job, busy] = [run('paused'), run('running')];
	const { known, table } = knowing(job);
	expect([...known.story().pages.keys()]).toEqual(['job']);
	expect([known.outdated([job]), known.outdated([busy])]).toEqual([[], ['job']]);
	table.remove(job);
	table.add(busy);
	expect([...known.story().pages.keys()]).toEqual([]);
	expect(known.outdated([busy])).toEqual([]);
});

test('what a request had begun is known for no longer than it is in flight', () => {
	const { known, inFlight } = knowing();
	known.takeOver({ ...emptyStory, begun: new Map([[7, begun]]) });
	known.begun(8, begun);
	inFlight.add(7).add(8);
	expect([...known.soFar().begun.keys()]).toEqual([7, 8]);
	inFlight.delete(7);
	expect([...known.story().begun]).toEqual([[8, begun]]);
});
