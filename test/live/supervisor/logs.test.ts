import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Logs } from '../../../src/supervisor/logs.ts';
import { Archon, temporary } from '../../archon.ts';
import { ask, written } from '../../session/ask.ts';
import { until } from '../until.ts';
import { begin, writer } from './outputs.ts';

const time = '2026-11-20T10:00:00.000Z';

/** Logs in a folder of their own, and the output whose pipes they wait for. */
function logs() {
	const directory = `${temporary()}/log`;
	mkdirSync(`${directory}/runs`, { recursive: true });
	const output = begin();
	return { directory, output, it: new Logs(directory, output.output) };
}

function texts(lines: readonly { line: string }[] | undefined): string[] | undefined {
	return lines?.map(({ line }) => line);
}

test('the last lines come from all parts of a log, and there is none of a name that never wrote', async () => {
	const { directory, it } = logs();
	writeFileSync(`${directory}/web.log.1`, `${time} o one\n${time} e two\n`);
	writeFileSync(`${directory}/web.log`, `${time} o three\n`);
	expect(await it.tail([{ name: 'web' }], { lines: 2 })).toEqual([
		{ name: 'web', time, stream: 'stderr', line: 'two' },
		{ name: 'web', time, stream: 'stdout', line: 'three' },
	]);
	expect(await it.tail([{ name: 'web' }], { lines: 0 })).toEqual([]);
	expect(await it.tail([{ name: 'other' }], { lines: 2 })).toBeUndefined();
});

test('the last line since a time is one of standard error where there is one', async () => {
	const { directory, it } = logs();
	const at = (second: number) => `2026-11-20T10:00:0${second}.000Z`;
	writeFileSync(
		`${directory}/web.log`,
		`${at(1)} e early\n${at(2)} e why\n${at(3)} o out\n${at(4)} o last\n`,
	);
	const since = (second: number) => it.lastLine('web', Date.parse(at(second)));
	expect([await since(2), await since(3), await since(5)]).toEqual(['why', 'last', undefined]);
	expect(await it.lastLine('other', 0)).toBeUndefined();
});

test('what an ended process left in its pipes is waited for', async () => {
	const { directory, output, it } = logs();
	const pair = output.take('run', 'job');
	writer(pair.paths[0])('late\n');
	output.output.give(pair);
	let shown: string[] | undefined;
	const tail = it.tail([{ name: 'job' }], { lines: 10 }).then((lines) => {
		shown = texts(lines);
	});
	writeFileSync(`${directory}/runs/job.log`, `${time} o late\n`);
	await new Promise(setImmediate);
	expect(shown).toBeUndefined();
	output.done(pair);
	await tail;
	expect(shown).toEqual(['late']);
});

test('but not for ever: after 2 s there is what there is', async () => {
	const { directory, output, it } = logs();
	const pair = output.take('run', 'job');
	writer(pair.paths[0])('stuck\n');
	output.output.give(pair);
	writeFileSync(`${directory}/runs/job.log`, `${time} o before\n`);
	const began = performance.now();
	expect(texts(await it.tail([{ name: 'job' }], { lines: 10 }))).toEqual(['before']);
	expect(performance.now() - began).toBeGreaterThan(1990);
});

test('the logs of runs beyond a thousand are removed, once 64 more were finished; those of daemons do not count', async () => {
	const { directory, it } = logs();
	for (let n = 0; n < 1010; n++) {
		writeFileSync(`${directory}/runs/r${n}.log`, '');
		utimesSync(`${directory}/runs/r${n}.log`, 1_000_000 + n, 1_000_000 + n);
	}
	const left = () => readdirSync(`${directory}/runs`).length;
	for (let n = 0; n < 63; n++) {
		it.finished('run');
		it.finished('daemon');
	}
	await new Promise(setImmediate);
	expect(left()).toBe(1010);
	it.finished('run');
	await until(() => left() === 1000);
	expect(readdirSync(`${directory}/runs`)).not.toContain('r9.log');
});

test('where the logs cannot be counted nothing happens', async () => {
	const directory = `${temporary()}/log`;
	writeFileSync(directory, 'no folder');
	const it = new Logs(directory, begin().output);
	for (let n = 0; n < 64; n++) {
		it.finished('run');
	}
	await new Promise(setImmediate);
	expect(await it.tail([{ name: 'x' }], { lines: 1 })).toBeUndefined();
});

test('whatever a Run wrote before its end is shown to whoever asks after its reply', async () => {
	const archon = await Archon.start();
	for (let n = 0; n < 20; n++) {
		const script = `echo ${n}; printf 'x%.0s' $(seq ${n * 50}); printf last${n} >&2`;
		expect(await ask(archon, 'Run', `sh,-c,"${script}"`, `ARCHON_NAME=r${n}`)).toBe('ExitStatus,0');
		const long = n === 0 ? 'x' : 'x'.repeat(n * 50);
		expect(await written(archon, `r${n}`)).toEqual([String(n), long]);
		expect(await written(archon, `r${n}`, 'stderr')).toEqual([`last${n}`]);
	}
});
