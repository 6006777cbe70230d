import { describe, expect, it } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import { each } from '../../src/requests/each.ts';
import { Archon } from '../archon.ts';
import { entryIn, running } from '../supervisor/entries.ts';
import { ask, daemon, rows } from './ask.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) => entryIn(running, { name }));
const all = [a, b, c].filter((entry) => entry !== undefined);

describe('each', () => {
	it('is Ok when every match was done, and when there is none to do', async () => {
		const done: string[] = [];
		const act = (entry: { name: string }) => {
			done.push(entry.name);
			return undefined;
		};
		expect(await each(all, act)).toEqual({ tag: 'ok' });
		expect(await each([], act)).toEqual({ tag: 'ok' });
		expect(done).toEqual(['a', 'b', 'c']);
	});

	it('is the refusal when nothing is meant, and does nothing', async () => {
		const act = () => refuse('was asked all the same');
		expect(await each(refuse('nothing is called "x"'), act)).toEqual(refuse('nothing is called "x"'));
	});

	it('tries all matches and lists what failed, in their order, whichever failed first', async () => {
		const tried: string[] = [];
		const late = Promise.withResolvers<undefined>();
		const answer = each(all, async (entry) => {
			tried.push(entry.name);
			if (entry === a) {
				await late.promise;
			}
			return entry === b ? undefined : refuse(`"${entry.name}" failed`);
		});
		expect(tried).toEqual(['a', 'b', 'c']);
		late.resolve(undefined);
		expect(await answer).toEqual(refuse('"a" failed; "c" failed'));
	});

	it('does it to all at once, so the slowest alone is waited for', async () => {
		const second = Promise.withResolvers<undefined>();
		// The first ends only because the second was begun.
		const answer = each(
			[a, b].filter((entry) => entry !== undefined),
			(entry) => {
				if (entry === b) {
					second.resolve(undefined);
				}
				return second.promise;
			},
		);
		expect(await answer).toEqual({ tag: 'ok' });
	});
});

it('a request with a glob does it to all daemons that match, and is one reply', async () => {
	const archon = await Archon.start();
	for (const name of ['web-1', 'web-2', 'db']) {
		await daemon(archon, name, 'exec sleep 60');
	}
	expect(await archon.lines('Stop,web-*\n')).toEqual(['Ok']);
	expect((await rows(archon, 'Status')).map((row) => `${row['name']} ${row['state']}`)).toEqual([
		'db running',
		'web-1 stopped',
		'web-2 stopped',
	]);
	expect(await ask(archon, 'Remove', '*')).toBe('Error,"""db"" is running: Stop,db first"');
	expect((await rows(archon, 'Status')).map((row) => row['name'])).toEqual(['db']);
});
