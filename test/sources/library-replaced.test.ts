import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, realpathSync, renameSync, unlinkSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { compileGlob } from '../../src/base/glob.ts';
import { Disk } from '../../src/sources/files/disk.ts';
import { LibraryReplaced, type Running } from '../../src/sources/library-replaced.ts';
import type { Want } from '../../src/sources/source.ts';
import { until } from '../live/until.ts';
import { Inbox, scratch } from './files/scratch.ts';

const sleep = realpathSync('/bin/sleep');

/** A library that is there wherever this runs. */
function someLibrary(): string {
	const maps = readFileSync('/proc/self/maps', 'latin1');
	const [found] = /\/\S+\/libm[.-]\S+$/m.exec(maps) ?? [];
	if (found === undefined) {
		throw new Error('this process has no libm');
	}
	return found;
}

/** A program that maps that library until the test ends. */
async function run(library: string, program = sleep): Promise<ChildProcess> {
	const env = { LD_PRELOAD: library };
	const child = spawn(program, ['1000'], { argv0: 'sleep', env, stdio: 'ignore' });
	onTestFinished(() => void child.kill('SIGKILL'));
	await once(child, 'spawn');
	await until(() => readFileSync(`/proc/${child.pid}/maps`, 'latin1').includes(library));
	return child;
}

function source(running: Running[], disk?: Disk) {
	const told = new Inbox<string>();
	const complaints: string[] = [];
	const libraries = new LibraryReplaced({
		tell: (type, name, fields) => told.put([type, name, ...fields].join(' ')),
		complain: (reason) => complaints.push(reason),
		processes: () => running,
		...(disk && { disk }),
		isAsked: ({ when }, { name }) => when['name']?.is === 'glob' && compileGlob(when['name'].glob)(name),
	});
	onTestFinished(() => libraries.close());
	return { libraries, told, complaints };
}

const want = (glob: string): Want => ({
	type: 'library.replaced',
	when: { name: { is: 'glob', glob } },
	except: {},
});

const process = (name: string, start: number, ...pids: (number | undefined)[]): Running => ({
	name,
	labels: {},
	start,
	pids: pids.map(Number),
});

test('a library that is replaced by rename is told of who maps it', async () => {
	const at = scratch();
	copyFileSync(someLibrary(), `${at}/libx.so`);
	const [one, other] = [await run(`${at}/libx.so`), await run(`${at}/libx.so`)];
	const { libraries, told, complaints } = source([
		process('web', 7, one.pid),
		process('web-2', 8, other.pid),
		process('db', 9, other.pid),
	]);
	await libraries.want([want('web*')]);
	copyFileSync(someLibrary(), `${at}/.new`);
	renameSync(`${at}/.new`, `${at}/libx.so`);
	expect(await told.next()).toBe(`library.replaced web pid=${one.pid} start=7 path=${at}/libx.so`);
	expect(await told.next()).toBe(`library.replaced web-2 pid=${other.pid} start=8 path=${at}/libx.so`);
	expect(complaints).toEqual([]);
});

test('one that is replaced between the looks at two is told of both at once', async () => {
	const at = scratch();
	copyFileSync(someLibrary(), `${at}/libx.so`);
	copyFileSync(someLibrary(), `${at}/.new`);
	const [one, other] = [await run(`${at}/libx.so`), await run(`${at}/libx.so`)];
	let looks = 0;
	class Replacing extends Disk {
		override lines(path: string, each: (line: string) => void): Promise<void> {
			if (path === `/proc/${other.pid}/maps`) {
				looks += 1;
				if (looks === 1) {
					renameSync(`${at}/.new`, `${at}/libx.so`);
				}
			}
			return super.lines(path, each);
		}
	}
	const running = [process('web', 7, one.pid), process('web-2', 8, other.pid)];
	const { libraries, told } = source(running, new Replacing(() => undefined));
	await libraries.want([want('web*')]);
	expect(await told.next()).toBe(`library.replaced web pid=${one.pid} start=7 path=${at}/libx.so`);
	expect(await told.next()).toBe(`library.replaced web-2 pid=${other.pid} start=8 path=${at}/libx.so`);
});

test('one that is replaced after it was looked at and before it is watched is told of', async () => {
	const at = scratch();
	copyFileSync(someLibrary(), `${at}/libx.so`);
	copyFileSync(someLibrary(), `${at}/.new`);
	const child = await run(`${at}/libx.so`);
	class Late extends Disk {
		override async lines(path: string, each: (line: string) => void): Promise<void> {
			await super.lines(path, each);
			if (path === `/proc/${child.pid}/maps` && existsSync(`${at}/.new`)) {
				renameSync(`${at}/.new`, `${at}/libx.so`);
			}
		}
	}
	const { libraries, told } = source([process('web', 7, child.pid)], new Late(() => undefined));
	await libraries.want([want('web')]);
	expect(await told.next()).toBe(`library.replaced web pid=${child.pid} start=7 path=${at}/libx.so`);
});

test('one that is removed is told of when there is another', async () => {
	const at = scratch();
	copyFileSync(someLibrary(), `${at}/libx.so`);
	copyFileSync(someLibrary(), `${at}/liby.so`);
	const [one, other] = [await run(`${at}/libx.so`), await run(`${at}/liby.so`)];
	const { libraries, told } = source([process('web', 7, one.pid), process('db', 8, other.pid)]);
	await libraries.want([want('*')]);
	unlinkSync(`${at}/libx.so`);
	copyFileSync(someLibrary(), `${at}/.new`);
	renameSync(`${at}/.new`, `${at}/liby.so`);
	expect(await told.next()).toBe(`library.replaced db pid=${other.pid} start=8 path=${at}/liby.so`);
	copyFileSync(someLibrary(), `${at}/libx.so`);
	expect(await told.next()).toBe(`library.replaced web pid=${one.pid} start=7 path=${at}/libx.so`);
});

test('the program itself, and whatever is below the main process', async () => {
	const at = scratch();
	copyFileSync(someLibrary(), `${at}/libx.so`);
	copyFileSync(sleep, `${at}/sleep`);
	const [main, child] = [await run(someLibrary()), await run(`${at}/libx.so`, `${at}/sleep`)];
	const { libraries, told } = source([process('web', 7, main.pid, child.pid)]);
	await libraries.want([want('web')]);
	copyFileSync(sleep, `${at}/new`);
	renameSync(`${at}/new`, `${at}/sleep`);
	expect(await told.next()).toBe(`library.replaced web pid=${child.pid} start=7 path=${at}/sleep`);
});

test('once per start and path, also when it was replaced before anybody asked', async () => {
	const at = scratch();
	copyFileSync(someLibrary(), `${at}/libx.so`);
	const child = await run(`${at}/libx.so`);
	unlinkSync(`${at}/libx.so`);
	copyFileSync(someLibrary(), `${at}/libx.so`);
	const running = [process('web', 7, child.pid)];
	const { libraries, told } = source(running);
	void libraries.want([want('web')]);
	expect(await told.next()).toBe(`library.replaced web pid=${child.pid} start=7 path=${at}/libx.so`);
	await libraries.want([want('w*')]);
	await libraries.want([want('web')]);
	running.splice(0, 1, process('web', 8, child.pid));
	libraries.changed();
	expect(await told.next()).toBe(`library.replaced web pid=${child.pid} start=8 path=${at}/libx.so`);
});

test('a process that starts later is looked at soon after, one that nobody asks about never', async () => {
	const at = scratch();
	copyFileSync(someLibrary(), `${at}/libx.so`);
	const running: Running[] = [];
	const { libraries, told } = source(running);
	await libraries.want([want('web')]);
	const child = await run(`${at}/libx.so`);
	running.push(process('db', 1, child.pid), process('web', 2, child.pid));
	unlinkSync(`${at}/libx.so`);
	copyFileSync(someLibrary(), `${at}/libx.so`);
	libraries.changed();
	expect(await told.next()).toBe(`library.replaced web pid=${child.pid} start=2 path=${at}/libx.so`);
});
