import { expect, test } from 'vitest';
import { Lazy } from '../../src/sources/lazy.ts';
import type { Want } from '../../src/sources/source.ts';

const one: Want = { type: 'oom.killed', when: {}, except: {} };
const other: Want = { type: 'oom.killed', when: { name: { is: 'glob', glob: 'x' } }, except: {} };

function lazy() {
	const done: string[] = [];
	let load = () => {};
	const it = new Lazy(['oom.killed'], async () => {
		done.push('loading');
		await new Promise<void>((resolve) => {
			load = resolve;
		});
		return {
			types: ['oom.killed'],
			want: (wants) => done.push(`want ${wants.map((want) => Object.keys(want.when).length)}`),
			close: () => done.push('close'),
		};
	});
	const loaded = async () => {
		load();
		await new Promise((resolve) => setImmediate(resolve));
	};
	return { it, done, loaded };
}

test('nothing is loaded before something is wanted', async () => {
	const { it, done, loaded } = lazy();
	expect(it.types).toEqual(['oom.killed']);
	it.want([]);
	expect(done).toEqual([]);
	it.want([one]);
	it.want([other]);
	expect(done).toEqual(['loading']);
	await loaded();
	expect(done).toEqual(['loading', 'want 1']);
	it.want([one, other]);
	it.want([]);
	it.close();
	expect(done).toEqual(['loading', 'want 1', 'want 0,1', 'want ', 'close']);
});

test('what is closed while it loads never begins', async () => {
	const { it, done, loaded } = lazy();
	it.want([one]);
	it.close();
	await loaded();
	expect(done).toEqual(['loading']);
});
