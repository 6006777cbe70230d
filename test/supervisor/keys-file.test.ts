import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Keyed, KeysFile } from '../../src/supervisor/keys-file.ts';
import { temporary } from '../archon.ts';

const keyed = (key: string, of: Partial<Keyed> = {}): Keyed => ({ key, print: 'p', request: 1, ...of });

/** A file, and what is known. */
function begin(path = `${temporary()}/keys`) {
	const all = new Map<string, Keyed>();
	const file = new KeysFile(path);
	const put = (one: Keyed) => {
		all.set(one.key, one);
		file.write(one, all);
	};
	const forget = (one: Keyed) => {
		all.delete(one.key);
		file.write(one, all);
	};
	return { path, file, all, put, forget, read: () => new KeysFile(path).read() };
}

test('what was written is read again, the newest of each key, in the order in which it was', () => {
	const { path, put, forget, read } = begin();
	expect(read().size).toBe(0);
	put(keyed('a'));
	put(keyed('b'));
	put(keyed('a', { reply: 'Ok\n', seq: 7 }));
	put(keyed('c'));
	forget(keyed('c'));
	expect([...read().values()]).toEqual([keyed('b'), keyed('a', { reply: 'Ok\n', seq: 7 })]);
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a last line that was cut off is none', () => {
	const { path, put, read } = begin();
	put(keyed('a'));
	appendFileSync(path, '[{"key":"b"');
	expect([...read().keys()]).toEqual(['a']);
});

test('it does not grow without end', () => {
	const { path, put, read } = begin();
	for (let i = 0; i < 20_000; i++) {
		put(keyed('a', { request: i, reply: 'x'.repeat(100) }));
	}
	expect(readFileSync(path).length).toBeLessThan(1_100_000);
	expect(read().get('a')?.request).toBe(19_999);
});

test('what cannot be written is thrown', () => {
	expect(() => begin('/nonexistent/keys').put(keyed('a'))).toThrow('ENOENT');
});
