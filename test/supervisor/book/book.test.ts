import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Draft } from '../../../src/events/journal.ts';
import { native } from '../../../src/native/index.ts';
import {
	Book,
	emptyStory,
	type Leaf,
	readBook,
	type Story,
	untold,
} from '../../../src/supervisor/book/book.ts';
import type { Page } from '../../../src/supervisor/book/page.ts';
import { temporary } from '../../archon.ts';

const page = (name: string, remark = '', more: Partial<Page> = {}): Page => ({
	...{ name, kind: 'daemon', instance: 0, isConfigured: true, remark, said: '', due: 0, newest: -1 },
	life: { state: { tag: 'stopped' }, history: { restarts: 0, row: 0, ends: [] } },
	...more,
});

const leaf = (more: Partial<Leaf>): Leaf => ({ after: 0, events: [], pages: [], gone: [], ...more });

const event = (name: string): Draft => ({ type: 'process.started', name, fields: ['pid=1'] });

function write(path: string, ...leaves: readonly Leaf[]): Book {
	const book = new Book(native, path, emptyStory);
	for (const it of leaves) {
		book.write(it);
	}
	return book;
}

/** Names and remarks. */
const told = ({ pages }: Pick<Story, 'pages'>) => Array.from(pages.values(), (it) => [it.name, it.remark]);

test('the latest page of each name counts, and what is gone has none', () => {
	const path = `${temporary()}/book`;
	write(
		path,
		leaf({ pages: [page('a', '1'), page('b', '1')] }),
		leaf({ pages: [page('a', '2')], gone: ['b'] }),
		leaf({ pages: [page('c', '3')] }),
		leaf({ gone: ['c'], pages: [page('c', '4')] }),
	);
	expect(told(readBook(path))).toEqual([
		['a', '2'],
		['c', '4'],
	]);
});

test('foreign processes are in the order in which they ended, not in that in which they came', () => {
	const path = `${temporary()}/book`;
	const foreign = (name: string, tag: 'running' | 'exited') =>
		page(name, tag, {
			kind: 'foreign',
			life: {
				state: tag === 'running' ? { tag, since: 0 } : { tag },
				history: { restarts: 0, row: 0, ends: [] },
			},
		});
	write(
		path,
		leaf({ pages: [foreign('old', 'running'), page('a', '1')] }),
		leaf({ pages: [foreign('young', 'running')] }),
		leaf({ pages: [foreign('young', 'exited')] }),
		leaf({ pages: [foreign('old', 'exited'), page('a', '2')] }),
	);
	expect(told(readBook(path))).toEqual([
		['a', '2'],
		['young', 'exited'],
		['old', 'exited'],
	]);
});

test('what was said once of a service holds until something else is said, or it is gone', () => {
	const path = `${temporary()}/book`;
	write(
		path,
		leaf({ pages: [page('a', '', { service: '{"name":"a"}' }), page('b', '', { service: '{"name":"b"}' })] }),
		leaf({ pages: [page('a', 'later')], kept: [['a', { ready: 7 }]] }),
		leaf({ gone: ['b'], pages: [page('b', 'other')] }),
	);
	const { pages, kept } = readBook(path);
	expect([pages.get('a')?.service, pages.get('b')?.service]).toEqual(['{"name":"a"}', undefined]);
	expect([...kept]).toEqual([['a', { ready: 7 }]]);
});

test('the events of the last leaf that were not told are known, whatever of them was', () => {
	const path = `${temporary()}/book`;
	write(path, leaf({ after: 4, events: [event('x')] }), leaf({ after: 5, events: [event('a'), event('b')] }));
	const story = readBook(path);
	expect([5, 6, 7, 9].map((newest) => untold(story, newest).map(({ name }) => name))).toEqual([
		['a', 'b'],
		['b'],
		[],
		[],
	]);
	expect(untold(emptyStory, 0)).toEqual([]);
});

test('cut off anywhere, it says what the leaves before said', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 2000 }), (cut) => {
			const path = `${temporary()}/book`;
			write(path, ...[1, 2, 3].map((n) => leaf({ after: n, pages: [page('a', String(n))] })));
			const whole = readFileSync(path, 'utf8');
			const at = Math.min(cut, whole.length);
			truncateSync(path, at);
			const said = [1, 2, 3].filter((n) => whole.slice(0, at).split('\n').length - 1 > n).at(-1);
			expect(told(readBook(path))).toEqual(said === undefined ? [] : [['a', String(said)]]);
		}),
		{ numRuns: 30 },
	);
});

test('a damaged line ends it, and where there is none nothing is known', () => {
	const path = `${temporary()}/book`;
	write(path, leaf({ pages: [page('a', 'good')] }));
	appendFileSync(path, '{"pages":\n');
	expect(told(readBook(path))).toEqual([['a', 'good']]);
	expect(readBook(`${path}.none`)).toEqual({ ...emptyStory });
});

test('it is thick when it has grown far beyond what is needed, and renewed it says the same', () => {
	const path = `${temporary()}/book`;
	const book = write(path);
	let count = 0;
	while (!book.isDue) {
		book.write(leaf({ after: ++count, pages: [page('a', 'x'.repeat(10_000) + count)] }));
	}
	const before = readBook(path);
	expect(count).toBeGreaterThan(90);
	book.renew(before);
	expect(book.isDue).toBe(false);
	expect(told(readBook(path))).toEqual(told(before));
	book.close();
});

const source = (path: string) => join(import.meta.dirname, '../../../src', path);

test.each(['native', '{ preallocate: () => 0 }'])(
	'a leaf that there is no room for leaves nothing behind, and those after it can be read (%s)',
	(taking) => {
		const path = `${temporary()}/book`;
		const script = `
		import { readdirSync } from 'node:fs';
		import { native } from '${source('native/index.ts')}';
		import { Book, emptyStory } from '${source('supervisor/book/book.ts')}';
		const open = () => readdirSync('/proc/self/fd').length;
		const leaf = (name, remark) => ({ after: 0, events: [], gone: [], pages: [{ ...${JSON.stringify(page('x'))}, name, remark }] });
		const book = new Book(${taking}, '${path}', emptyStory);
		for (const [name, length] of [['a', 1], ['b', 40_000], ['c', 1]]) {
			try { book.write(leaf(name, 'x'.repeat(length))); } catch (error) { console.log(error.code); }
		}
		const large = { pages: new Map([['b', leaf('b', 'x'.repeat(40_000)).pages[0]]]), kept: new Map() };
		const counts = Array.from({ length: 4 }, () => {
			try { book.renew(large); } catch { return open(); }
		});
		console.log(counts.at(-1) - counts[0]);
	`;
		const { stdout } = spawnSync(
			'sh',
			['-c', 'ulimit -f 16; exec "$0" --input-type=module -e "$1"', process.execPath, script],
			{
				encoding: 'utf8',
			},
		);
		expect(stdout).toBe('EFBIG\n0\n');
		expect([...readBook(path).pages.keys()]).toEqual(['a', 'c']);
	},
);
