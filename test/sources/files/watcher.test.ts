import {
	chmodSync,
	linkSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	unlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { Disk } from '../../../src/sources/files/disk.ts';
import { scratch, watched, write } from './scratch.ts';

test('a file that is written, removed and made again', async () => {
	const at = scratch();
	write(`${at}/a.conf`, '1');
	const { told } = await watched(at, ['a.conf']);
	writeFileSync(`${at}/a.conf`, '22');
	expect(await told.next()).toBe('changed a.conf');
	unlinkSync(`${at}/a.conf`);
	expect(await told.next()).toBe('removed a.conf');
	write(`${at}/a.conf`, '2');
	expect(await told.next()).toBe('created a.conf');
});

test('an editor writes beside it and renames', async () => {
	const at = scratch();
	write(`${at}/a.conf`, '1');
	const { told } = await watched(at, ['*.conf']);
	write(`${at}/.a.conf.swp`, '2');
	write(`${at}/a.conf~`, '2');
	renameSync(`${at}/.a.conf.swp`, `${at}/a.conf`);
	expect(await told.next()).toBe('changed a.conf');
});

test('an editor moves it away first: one change', async () => {
	const at = scratch();
	write(`${at}/a.conf`, '1');
	const { told } = await watched(at, ['a.conf']);
	renameSync(`${at}/a.conf`, `${at}/a.conf~`);
	write(`${at}/a.conf`, '1');
	expect(await told.next()).toBe('changed a.conf');
});

test('what is read, touched and restored, or made and removed at once is not told', async () => {
	const at = scratch();
	write(`${at}/a.conf`, '1');
	utimesSync(`${at}/a.conf`, 2, 2);
	const { told } = await watched(at, ['*.conf']);
	readFileSync(`${at}/a.conf`);
	utimesSync(`${at}/a.conf`, 1, 1);
	utimesSync(`${at}/a.conf`, 2, 2);
	chmodSync(`${at}/a.conf`, 0o600);
	write(`${at}/b.conf`, '1');
	unlinkSync(`${at}/b.conf`);
	write(`${at}/c.conf`, '1');
	expect(await told.next()).toBe('created c.conf');
});

test('a burst is told once, in the order of the paths', async () => {
	const at = scratch();
	const { told } = await watched(at, ['*.conf', '?.conf']);
	for (let round = 0; round < 50; round++) {
		write(`${at}/b.conf`, String(round));
		write(`${at}/a.conf`, String(round));
	}
	expect(await told.next()).toBe('created a.conf, created b.conf');
	write(`${at}/a.conf`, 'more');
	expect(await told.next()).toBe('changed a.conf');
});

test('what never comes to rest is told none the less', async () => {
	const at = scratch();
	const { told } = await watched(at, ['a.log']);
	const writing = setInterval(() => writeFileSync(`${at}/a.log`, '1', { flag: 'a' }), 10);
	expect(await told.next()).toBe('created a.log');
	expect(await told.next()).toBe('changed a.log');
	clearInterval(writing);
});

test('what is there when it is asked about is not told, also of a path that comes later', async () => {
	const at = scratch();
	write(`${at}/a`, '1');
	write(`${at}/b`, '1');
	const { watcher, told } = await watched(at, ['a']);
	await watcher.watch([`${at}/a`, `${at}/b`]);
	write(`${at}/b`, '22');
	expect(await told.next()).toBe('changed b');
	await watcher.watch([`${at}/a`]);
	write(`${at}/b`, '3');
	write(`${at}/a`, '3');
	expect(await told.next()).toBe('changed a');
	await watcher.watch([]);
	expect(watcher.size).toBe(0);
});

test('directories that appear later, one by one or all at once', async () => {
	const at = scratch();
	const { told } = await watched(at, ['x/y/z/a.conf', 'b/*/c/*.conf']);
	write(`${at}/x/y/z/a.conf`, '1');
	expect(await told.next()).toBe('created x/y/z/a.conf');
	mkdirSync(`${at}/b`);
	mkdirSync(`${at}/b/1`);
	mkdirSync(`${at}/b/1/c`);
	write(`${at}/b/1/c/1.conf`, '1');
	write(`${at}/b/1/c/1.txt`, '1');
	expect(await told.next()).toBe('created b/1/c/1.conf');
	write(`${at}/b/2/c/2.conf`, '1');
	expect(await told.next()).toBe('created b/2/c/2.conf');
});

test('directories that are removed and made again, as often as that is', async () => {
	const at = scratch();
	write(`${at}/x/y/a.conf`, '1');
	const { told } = await watched(at, ['x/y/*.conf']);
	for (let round = 0; round < 3; round++) {
		rmSync(`${at}/x`, { recursive: true });
		expect(await told.next()).toBe('removed x/y/a.conf');
		write(`${at}/x/y/a.conf`, '1');
		expect(await told.next()).toBe('created x/y/a.conf');
		write(`${at}/x/y/a.conf`, '2');
		expect(await told.next()).toBe('changed x/y/a.conf');
	}
});

test('removed and made again within one burst is a change', async () => {
	const at = scratch();
	write(`${at}/x/y/a.conf`, '1');
	const { told } = await watched(at, ['x/y/a.conf']);
	rmSync(`${at}/x`, { recursive: true });
	write(`${at}/x/y/a.conf`, '1');
	expect(await told.next()).toBe('changed x/y/a.conf');
	write(`${at}/x/y/a.conf`, '2');
	expect(await told.next()).toBe('changed x/y/a.conf');
});

test('a directory far above is moved away and another put in its place', async () => {
	const at = scratch();
	write(`${at}/app/etc/conf/a.conf`, '1');
	write(`${at}/new/etc/conf/a.conf`, '2');
	const { told } = await watched(at, ['app/etc/conf/a.conf']);
	renameSync(`${at}/app`, `${at}/old`);
	expect(await told.next()).toBe('removed app/etc/conf/a.conf');
	renameSync(`${at}/new`, `${at}/app`);
	expect(await told.next()).toBe('created app/etc/conf/a.conf');
	write(`${at}/old/etc/conf/a.conf`, '3');
	write(`${at}/app/etc/conf/a.conf`, '3');
	expect(await told.next()).toBe('changed app/etc/conf/a.conf');
});

test('a file behind links, relative, absolute and to a link, is told by its own path', async () => {
	const at = scratch();
	write(`${at}/real/a.conf`, '1');
	write(`${at}/real/b.conf`, '1');
	symlinkSync('../real', `${at}/real/self`);
	symlinkSync('real/self', `${at}/dir`);
	mkdirSync(`${at}/links`);
	symlinkSync(`${at}/dir/a.conf`, `${at}/links/a`);
	const { told } = await watched(at, ['links/a']);
	write(`${at}/real/a.conf`, '22');
	expect(await told.next()).toBe('changed links/a');
	symlinkSync(`${at}/dir/b.conf`, `${at}/links/new`);
	renameSync(`${at}/links/new`, `${at}/links/a`);
	expect(await told.next()).toBe('changed links/a');
	unlinkSync(`${at}/dir`);
	expect(await told.next()).toBe('removed links/a');
	symlinkSync('real', `${at}/dir`);
	expect(await told.next()).toBe('created links/a');
});

test('a linked directory that is swapped, as a ConfigMap is', async () => {
	const at = scratch();
	write(`${at}/etc/..1/a.yaml`, '1');
	write(`${at}/etc/..2/a.yaml`, '2');
	symlinkSync('..1', `${at}/etc/..data`);
	symlinkSync('..data/a.yaml', `${at}/etc/a.yaml`);
	for (const thorough of [true, false]) {
		const { told } = await watched(at, ['etc/*.yaml'], thorough);
		const [next, last] = thorough ? ['..2', '..1'] : ['..1', '..2'];
		symlinkSync(next, `${at}/etc/..tmp`);
		renameSync(`${at}/etc/..tmp`, `${at}/etc/..data`);
		expect(await told.next()).toBe('changed etc/a.yaml');
		write(`${at}/etc/${last}/a.yaml`, 'no longer');
		write(`${at}/etc/${next}/a.yaml`, 'in place');
		expect(await told.next()).toBe('changed etc/a.yaml');
	}
});

test('links that lead nowhere or in a circle are no file until they are', async () => {
	const at = scratch();
	symlinkSync('b', `${at}/a`);
	symlinkSync('a', `${at}/b`);
	symlinkSync('../../../../../../../../../../nonexistent/x', `${at}/c`);
	const { told } = await watched(at, ['a', 'c']);
	unlinkSync(`${at}/b`);
	write(`${at}/b`, '1');
	expect(await told.next()).toBe('created a');
});

test('a plain path is told of when the file is written by another name', async () => {
	const at = scratch();
	write(`${at}/here/a`, '1');
	mkdirSync(`${at}/there`);
	linkSync(`${at}/here/a`, `${at}/there/b`);
	const { told } = await watched(at, ['here/a']);
	writeFileSync(`${at}/there/b`, '22');
	expect(await told.next()).toBe('changed here/a');
});

test('** is one or more directories, links not followed', async () => {
	const at = scratch();
	write(`${at}/app/top`, '1');
	write(`${at}/app/one/two/three`, '1');
	write(`${at}/else/four`, '1');
	symlinkSync('../else', `${at}/app/link`);
	const { told } = await watched(at, ['app/**']);
	const { told: confs } = await watched(at, ['app/**/*.conf']);
	write(`${at}/app/one/two/three`, '22');
	expect(await told.next()).toBe('changed app/one/two/three');
	write(`${at}/else/b.conf`, '1');
	write(`${at}/app/.hidden/b.conf`, '1');
	write(`${at}/app/b.conf`, '1');
	expect(await told.next()).toBe('created app/b.conf');
	write(`${at}/app/new/er/b.conf`, '1');
	expect(await told.next()).toBe('created app/new, created app/new/er, created app/new/er/b.conf');
	expect(await confs.next()).toBe('created app/new/er/b.conf');
});

test('hidden files match where the pattern says the dot', async () => {
	const at = scratch();
	const { told } = await watched(at, ['.*', '*.d/x']);
	write(`${at}/a`, '1');
	write(`${at}/.b`, '1');
	expect(await told.next()).toBe('created .b');
	write(`${at}/.c.d/x`, '1');
	expect(await told.next()).toBe('created .c.d');
	write(`${at}/c.d/x`, '1');
	expect(await told.next()).toBe('created c.d/x');
});

test('a directory is told of when it is made, removed or another, not for what is in it', async () => {
	const at = scratch();
	mkdirSync(`${at}/d`);
	const { told } = await watched(at, ['*']);
	write(`${at}/d/x`, '1');
	write(`${at}/e`, '1');
	expect(await told.next()).toBe('created e');
	rmSync(`${at}/d`, { recursive: true });
	write(`${at}/d`, 'a file');
	expect(await told.next()).toBe('changed d');
});

test('names are bytes', async () => {
	const at = scratch();
	const { told } = await watched(at, [`${Buffer.from('é').toString('latin1')}/*`]);
	write(`${at}/é/ü`, '1');
	expect(Buffer.from(await told.next(), 'latin1').toString()).toBe('created é/ü');
});

test('a file where a directory belongs is no trouble', async () => {
	const at = scratch();
	write(`${at}/a`, '1');
	const { told } = await watched(at, ['a/b/c', 'a/*/c', '*/b/c']);
	unlinkSync(`${at}/a`);
	write(`${at}/a/b/c`, '1');
	expect(await told.next()).toBe('created a/b/c');
});

test('without being thorough, what is not there takes one watch, and a directory too', async () => {
	const at = scratch();
	const { watcher, told } = await watched(at, ['etc/rules/*.lua'], false);
	expect(watcher.size).toBe(1);
	write(`${at}/etc/rules/a.lua`, '1');
	expect(await told.next()).toBe('created etc/rules/a.lua');
	expect(watcher.size).toBe(1);
	rmSync(`${at}/etc`, { recursive: true });
	expect(await told.next()).toBe('removed etc/rules/a.lua');
	expect(watcher.size).toBe(1);
});

/** Something happens between a look at a path and the watch that follows it. */
class Meddling extends Disk {
	meddle: ((path: string) => void) | undefined;

	override async lstat(path: string) {
		const stat = await super.lstat(path);
		this.meddle?.(path);
		return stat;
	}
}

test('what happens between the look at a file and its watch is told', async () => {
	const at = scratch();
	write(`${at}/a`, '1');
	const disk = new Meddling(() => {});
	disk.meddle = (path) => {
		if (path === `${at}/a`) {
			disk.meddle = undefined;
			writeFileSync(path, 'more');
		}
	};
	const { told } = await watched(at, ['a'], false, disk);
	expect(await told.next()).toBe('changed a');
});
