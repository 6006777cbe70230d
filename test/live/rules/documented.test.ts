import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../../archon.ts';
import { changed, documented } from '../../rules/examples.ts';
import { ask, rows } from '../../session/ask.ts';
import { ruled, service, sleeping } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';
import { until } from '../until.ts';

/** The examples of docs/rules.md that a test here has taken. */
const taken = new Set<string>();

function example(sentence: string, changes: Readonly<Record<string, string>> = {}): string {
	taken.add(sentence);
	return changed(documented.get(sentence) ?? '', changes);
}

const byHand = ['restart = "never"', 'manual = true'];

test('say hello to what starts', async () => {
	const archon = await ruled(sleeping('web', 'manual = true'), example('say hello to what starts'));
	await ask(archon, 'Start', 'web');
	await until(() => archon.said.includes('web is ready'));
});

test('a leaking worker is recycled', async () => {
	const big = `exec python3 -c 'import time; x = bytearray(60 << 20); time.sleep(60)'`;
	const archon = await ruled(
		`[daemon]\nsample = "100ms"\n${service('web-1', big)}${service('web-2', big, 'labels = { memory = "unbounded" }')}`,
		example('a leaking worker is recycled', { '1.5GiB': '20MiB', '2m': '300ms' }),
	);
	const watch = await Watch.begin(archon, 'exclude=*.sample');
	expect((await watch.event('rule.fired'))[4]).toBe('web-1');
	await watch.event('process.ready', 'web-1');
	const stopping = await rows(archon, 'Events', 'types=process.stopping');
	expect(stopping.map((row) => row['name'])).toEqual(['web-1']);
});

test('somebody hears about it when a service gives up', async () => {
	const directory = temporary();
	const sent = `${directory}/sent`;
	writeFileSync(
		`${directory}/mail`,
		`#!/bin/sh\nprintf '%s\\n' "$@" > ${sent}.new; mv ${sent}.new ${sent}\n`,
		{
			mode: 0o755,
		},
	);
	const rule = example('somebody hears about it when a service gives up', {
		'"mail"': `"${directory}/mail"`,
	});
	const archon = await ruled(
		service('web', 'exit 1', ...byHand, 'labels = { tier = "gold" }'),
		rule,
		directory,
	);
	const watch = await Watch.begin(archon);
	await ask(archon, 'Start', 'web');
	expect((await watch.event('pager.sent'))[4]).toBe('web');
	await until(() => existsSync(sent));
	expect(readFileSync(sent, 'latin1')).toBe('-s\nweb gave up\noncall\n');
});

test('a backup at night, and not while there is a backup', async () => {
	const rule = example('a backup at night', {
		'cron = "0 3 * * *"': 'every = "300ms"',
		'/usr/local/bin/backup': '/bin/true',
	});
	const archon = await ruled(sleeping('batch-1') + sleeping('web'), rule);
	const watch = await Watch.begin(archon);
	await watch.event('backup.begun');
	await watch.event('process.paused', 'batch-1');
	await until(async () => (await rows(archon, 'Events', 'types=process.exited', 'names=backup')).length > 0);
});

test('what cannot write its disk is paused', async () => {
	const full = `echo 'write: No space left on device' >&2; exec sleep 60`;
	const archon = await ruled(
		service('batch-1', full, 'manual = true') + service('web', full),
		example('what cannot write its disk is paused'),
	);
	const watch = await Watch.begin(archon);
	await ask(archon, 'Start', 'batch-1');
	await watch.event('process.paused', 'batch-1');
	await until(() => archon.said.includes('the disk is full'));
	expect(await rows(archon, 'Events', 'types=process.paused', 'names=web')).toEqual([]);
});

test('nobody stops the database in the daytime', async () => {
	const archon = await ruled(
		sleeping('db') + sleeping('web'),
		example('nobody stops the database in the daytime'),
	);
	expect(await ask(archon, 'Stop', 'db')).toMatch(/^Error,.*not between 8 and 18/);
	expect(await ask(archon, 'Restart', 'db')).toMatch(/^Error,.*not between 8 and 18/);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await ask(archon, 'Refresh', 'db')).not.toMatch(/not between/);
});

test('the third failure of a day is told', async () => {
	const archon = await ruled(
		service('web', 'exit 1', ...byHand),
		example('the third failure of a day is told'),
	);
	for (let failure = 1; failure <= 3; failure++) {
		expect(archon.said).not.toContain('three failures today');
		await ask(archon, 'Start', 'web');
		await ask(archon, 'Wait', 'web', 'failed');
	}
	await until(() => archon.said.includes('three failures today, the last one of web'));
});

test('no example of docs/rules.md is left out here', () => {
	expect([...documented.keys()].filter((sentence) => !taken.has(sentence))).toEqual([]);
});
