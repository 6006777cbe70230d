import { unlinkSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { Condition } from '../../src/rules/condition.ts';
import { FileChanged } from '../../src/sources/file-changed.ts';
import type { Want } from '../../src/sources/source.ts';
import { Inbox, scratch, write } from './files/scratch.ts';

function source() {
	const told = new Inbox<string>();
	const complaints: string[] = [];
	const made = new FileChanged({
		tell: (type, name, fields) => told.put([type, name, ...fields].join(' ')),
		complain: (reason) => complaints.push(reason),
	});
	onTestFinished(() => made.close());
	return { source: made, told, complaints };
}

const path = (...globs: string[]): Condition => ({
	path: { is: 'any', of: globs.map((glob) => ({ is: 'glob', glob })) },
});

const want = (when: Condition, except: Condition = {}): Want => ({ type: 'file.changed', when, except });

test('each path that a want names is watched', async () => {
	const at = scratch();
	write(`${at}/b`, '1');
	const { source: files, told, complaints } = source();
	await files.want([want(path(`${at}/*.conf`, `${at}/a`)), want(path(`${at}/b`))]);
	write(`${at}/a`, '1');
	expect(await told.next()).toBe(`file.changed - path=${at}/a what=created`);
	write(`${at}/b`, '2');
	write(`${at}/c.conf`, '1');
	expect(await told.next()).toBe(`file.changed - path=${at}/b what=changed`);
	expect(await told.next()).toBe(`file.changed - path=${at}/c.conf what=created`);
	unlinkSync(`${at}/c.conf`);
	expect(await told.next()).toBe(`file.changed - path=${at}/c.conf what=removed`);
	expect(complaints).toEqual([]);
});

test('what is wanted replaces what was wanted before', async () => {
	const at = scratch();
	const { source: files, told } = source();
	await files.want([want(path(`${at}/a`))]);
	await files.want([want(path(`${at}/b`))]);
	write(`${at}/a`, '1');
	write(`${at}/b`, '1');
	expect(await told.next()).toBe(`file.changed - path=${at}/b what=created`);
	await files.want([]);
	write(`${at}/b`, '2');
	await files.want([want(path(`${at}/b`))]);
	write(`${at}/b`, '33');
	expect(await told.next()).toBe(`file.changed - path=${at}/b what=changed`);
});

test('what only except or another field names is not watched, nor is another type', async () => {
	const at = scratch();
	const { source: files, told } = source();
	await files.want([
		want({}, path(`${at}/a`)),
		want({ what: { is: 'glob', glob: `${at}/a` } }),
		{ type: 'library.replaced', when: path(`${at}/a`), except: {} },
		want(path(`${at}/z`)),
	]);
	write(`${at}/a`, '1');
	write(`${at}/z`, '1');
	expect(await told.next()).toBe(`file.changed - path=${at}/z what=created`);
});

test('a path that cannot be watched is told once, and the others are watched', async () => {
	const at = scratch();
	const { source: files, told, complaints } = source();
	await files.want([want(path('etc/a', `${at}/a`))]);
	await files.want([want(path('etc/a', `${at}/a`))]);
	expect(complaints).toEqual(['expected an absolute path, got "etc/a": write it from / on']);
	write(`${at}/a`, '1');
	expect(await told.next()).toBe(`file.changed - path=${at}/a what=created`);
	await files.want([]);
	await files.want([want(path('etc/a'))]);
	expect(complaints).toHaveLength(2);
});
