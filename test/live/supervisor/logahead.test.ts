import fs from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { LogAhead } from '../../../src/supervisor/logahead.ts';
import { placeAtEnd } from '../../../src/supervisor/logplace.ts';
import { LogFiles } from '../../supervisor/logfiles.ts';
import { until } from '../until.ts';

/** A reader, what it has read and whether it rests. */
async function ahead(log: LogFiles, isFromEnd = false) {
	const lines: string[] = [];
	let news = 0;
	const place = isFromEnd ? await placeAtEnd(log.files.at(-1) ?? '') : undefined;
	const it = new LogAhead(log.path, place, () => {
		news++;
	});
	onTestFinished(() => it.close());
	/** All that there is now. */
	const read = async () => {
		news = 0;
		for (let more = await it.read(); more.length > 0; more = await it.read()) {
			lines.push(...more.map(({ stream, line }) => (stream === 'archon' ? `(${line})` : line)));
		}
		return lines.splice(0).join(' ');
	};
	/** Reads as news come until it has read that. */
	const reads = async (text: string) => {
		let all = await read();
		while (all !== text) {
			await until(() => news > 0);
			all = `${all} ${await read()}`.trim();
		}
	};
	return { it, read, reads };
}

test('it reads what is there, and what comes when that is told', async () => {
	const log = new LogFiles().write(0, 'a', 'b');
	const { read, reads } = await ahead(log);
	expect(await read()).toBe('a b');
	expect(await read()).toBe('');
	log.write(5, 'c');
	await reads('c');
});

test('from the end on it reads what comes', async () => {
	const log = new LogFiles().write(0, 'a', 'b');
	const { read, reads } = await ahead(log, true);
	expect(await read()).toBe('');
	log.write(5, 'c', 'd');
	await reads('c d');
});

test('a record is read when it is whole', async () => {
	const log = new LogFiles().write(0, 'a').writePart('2026-11-20T10:00:00.000Z e ha');
	const { read, reads } = await ahead(log);
	expect(await read()).toBe('a');
	log.writePart('lf\n');
	await reads('half');
});

test('a log that is not there yet is waited for, in a folder in which others write', async () => {
	const log = new LogFiles();
	const { read, reads } = await ahead(log);
	expect(await read()).toBe('');
	new LogFiles(log.directory, 'other').write(0, 'x');
	log.write(0, 'first');
	await reads('first');
	log.write(1, 'second');
	await reads('second');
});

test('rotations are followed, one or several at a time, with what came just before them', async () => {
	const log = new LogFiles().write(0, 'a');
	const { read, reads } = await ahead(log);
	expect(await read()).toBe('a');
	log.write(1, 'b').rotate();
	await reads('b');
	log.write(2, 'c');
	await reads('c');
	log.write(3, 'd').rotate().write(4, 'e').rotate().write(5, 'f');
	await reads('d e f');
	log.write(6, 'g');
	await reads('g');
});

test('it finds its place after rotations that came before the first read', async () => {
	const log = new LogFiles().write(0, 'a', 'b');
	const { reads } = await ahead(log, true);
	log.write(2, 'c').rotate().write(3, 'd').rotate().write(4, 'e');
	await reads('c d e');
});

test('what was removed before it was read is told', async () => {
	const log = new LogFiles().write(0, 'a');
	const { read, reads } = await ahead(log);
	expect(await read()).toBe('a');
	for (let n = 1; n < 9; n++) {
		log.rotate(3).write(n, String(n));
	}
	await reads('(lines were removed before they were read) 6 7 8');
});

test('a file that somebody deletes, or empties, is no reason to read anything twice', async () => {
	const log = new LogFiles().write(0, 'a').rotate().write(1, 'b');
	const { read, reads } = await ahead(log);
	expect(await read()).toBe('a b');
	fs.rmSync(log.path);
	expect(await read()).toBe('');
	log.write(2, 'c');
	await reads('(lines were removed before they were read) c');
	fs.truncateSync(log.path);
	expect(await read()).toBe('');
	log.write(3, 'd');
	await reads('d');
});

test('what is no record is passed over', async () => {
	const log = new LogFiles()
		.write(0, 'a')
		.writePart(`noise\n${'\0'.repeat(300_000)}\n`)
		.write(1, 'b');
	expect(await (await ahead(log)).read()).toBe('a b');
});

test('closed or resting, it has no watch and closed it reads nothing', async () => {
	const log = new LogFiles().write(0, 'a');
	const { it, read } = await ahead(log);
	await read();
	it.rest();
	expect(watches()).toBe(0);
	log.write(1, 'b');
	expect(await read()).toBe('b');
	expect(watches()).toBe(1);
	it.close();
	expect(watches()).toBe(0);
	log.write(2, 'c');
	expect(await read()).toBe('');
});

/** inotify watches of this process. */
function watches(): number {
	const infos = fs.readdirSync('/proc/self/fdinfo').map((fd) => {
		try {
			return fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
		} catch {
			return '';
		}
	});
	return infos.join('').match(/^inotify /gm)?.length ?? 0;
}
