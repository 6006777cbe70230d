import { readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mostLines } from '../../../src/sources/output.ts';
import { type Archon, temporary } from '../../archon.ts';
import { ask, rows } from '../../session/ask.ts';
import { fieldOf, ruled, service } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';
import { daemonPid } from '../crash.ts';
import { until } from '../until.ts';

const byHand = 'manual = true';

test('a line of a daemon that a rule names is an event, from its first line on', async () => {
	const says = `echo "all is well"; echo "ERROR 5, oh" >&2; echo 'ERROR "6"' >&2; exec sleep 60`;
	const archon = await ruled(
		service('web', says, byHand) + service('other', says),
		`rule "an error is told" {
			on = "process.output", when = { name = "web", stream = "stderr", line = matching "^ERROR%s" },
			act = function(event) return emit { type = "error.seen", text = event.line } end,
		}`,
	);
	const watch = await Watch.begin(archon);
	await ask(archon, 'Start', 'web');
	const seen = [await watch.event('error.seen'), await watch.event('error.seen')];
	expect(seen.map((event) => [event[4], fieldOf(event, 'text')])).toEqual([
		['web', 'ERROR 5, oh'],
		['web', 'ERROR "6"'],
	]);
	const told = await rows(archon, 'Events', 'types=process.output');
	expect(told.map((row) => [row['name'], row['fields']])).toEqual([
		['web', 'stream=stderr,"line=ERROR 5, oh"'],
		['web', 'stream=stderr,"line=ERROR ""6"""'],
	]);
	expect(fieldOf(seen[0] ?? [], 'cause')).toBe(told[0]?.['seq']);
});

test('a subscriber gets the lines of whom it names, has to name somebody, and leaves nothing behind', async () => {
	const archon = await ruled(
		service('web', 'while :; do echo tick; sleep 0.05; done') +
			service('db', 'while :; do echo tock; sleep 0.05; done'),
		'',
	);
	expect(await ask(archon, 'Subscribe', 'types=process.output')).toMatch(/^Error,.*names=/);
	const connection = await archon.connect();
	await connection.call(['Subscribe', 'types=process.output', 'names=d*']);
	const records = connection.follow();
	for (let i = 0; i < 3; i++) {
		const { value = [] } = await records.next();
		expect(value.slice(3)).toEqual(['process.output', 'db', 'stream=stdout', 'line=tock']);
	}
	await until(() => watchesLog(archon, 'db'));
	expect(watchesLog(archon, 'web')).toBe(false);
	connection.close();
	await until(() => !watchesLog(archon, 'db'));
});

test('one who writes without end is told in part, and holds up nobody', async () => {
	const archon = await ruled(service('loud', 'exec yes', byHand), '');
	const watch = await Watch.begin(archon, 'types=process.output', 'names=loud');
	await ask(archon, 'Start', 'loud');
	for (let i = 0; i < mostLines; i++) {
		expect(fieldOf(await watch.event('process.output'), 'line')).toBe('y');
	}
	expect(fieldOf(await watch.event('process.output'), 'reason')).toMatch(/^more than /);
	const took: number[] = [];
	for (let i = 0; i < 5; i++) {
		const began = performance.now();
		expect(await ask(archon, 'Ping')).toBe('Ok');
		took.push(performance.now() - began);
	}
	// On a busy machine it may take longer, but not each time.
	expect(Math.min(...took)).toBeLessThan(500);
	// The second that follows has its lines too.
	expect(fieldOf(await watch.event('process.output'), 'line')).toBe('y');
	expect(await ask(archon, 'Stop', 'loud')).toBe('Ok');
});

test('without a name, a rule is refused', async () => {
	const directory = temporary();
	await expect(ruled('', 'rule "all" { on = "process.output", act = log "x" }', directory)).rejects.toThrow(
		/rules\.lua:1: rule ""all"": process\.output: needs the name/,
	);
});

/** Whether the daemon holds the log of a process open. */
function watchesLog({ keeper, directory }: Archon, name: string): boolean {
	const daemon = daemonPid({ keeper });
	const open = readdirSync(`/proc/${daemon}/fd`).map((fd) => target(`/proc/${daemon}/fd/${fd}`));
	const logs = `${directory}/log/`;
	return open.some((path) => path.startsWith(logs) && path.slice(logs.length).includes(name));
}

function target(path: string): string {
	try {
		return readlinkSync(path);
	} catch {
		return ''; // closed meanwhile
	}
}
