import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../archon.ts';
import { until } from '../live/until.ts';
import { ask, pidOf, rows } from './ask.ts';
import { fieldOf, ruled, service, sleeping } from './ruled.ts';
import { Watch } from './watch.ts';

/** The rules of the specification as they stand there, but for the sizes and times in them. */
const leaking = `
rule "a leaking worker is recycled" {
    on      = "process.sample",
    when    = { name = { "web-*", "queue" }, rss = above "20MiB" },
    lasting = "300ms",
    act     = restart { because = "memory" },
}`;

const gaveUp = (mail: string) => `
rule "someone hears about it when a service gives up" {
    on   = "process.failed",
    when = { labels = { tier = "gold" } },
    except = { name = "web-canary" },
    act  = function(event)
        return { run { "${mail}", "-s", event.name .. " gave up", "oncall" }, emit { type = "pager.sent", name = event.name } }
    end,
}`;

const newConfiguration = (directory: string) => `
rule "new configuration, new nginx" {
    on  = "file.changed",
    when = { path = "${directory}/*.conf" },      -- naming a path here is what makes archon watch it
    act = signal { name = "nginx", signal = "HUP" },
}`;

test('a leaking worker is recycled before anyone notices, one that does not leak is let be', async () => {
	const big = `exec python3 -c 'import time; x = bytearray(60 << 20); time.sleep(60)'`;
	const archon = await ruled(
		`[daemon]\nsample = "100ms"\n${service('web-1', big)}${sleeping('web-2')}${service('other', big)}`,
		leaking,
	);
	const watch = await Watch.begin(archon, 'exclude=*.sample');
	const fired = await watch.event('rule.fired');
	expect([fired[4], fieldOf(fired, 'act'), fieldOf(fired, 'because')]).toEqual([
		'web-1',
		'restart',
		'memory',
	]);
	const stopping = await watch.event('process.stopping');
	expect([stopping[4], fieldOf(stopping, 'cause')]).toEqual(['web-1', fieldOf(fired, 'cause')]);
	const ready = await watch.event('process.ready', 'web-1');
	expect(fieldOf(ready, 'cause')).toBe(fieldOf(fired, 'cause'));
	const events = await rows(archon, 'Events', 'types=process.stopping;rule.error');
	expect(events.filter((row) => row['name'] !== 'web-1')).toEqual([]);
	const sampled = await rows(archon, 'Events', 'types=process.sample');
	expect(new Set(sampled.map((row) => row['name']))).toEqual(new Set(['web-1', 'web-2']));
});

test('someone hears about it when a service gives up, but not of the canary or of what is not gold', async () => {
	const directory = temporary();
	const mail = `${directory}/mail`;
	writeFileSync(
		mail,
		`#!/bin/sh\nprintf '%s\\n' "$@" > ${directory}/sent.new; mv ${directory}/sent.new ${directory}/sent\n`,
		{
			mode: 0o755,
		},
	);
	const gold = 'labels = { tier = "gold" }';
	const once = ['restart = "never"', 'manual = true'];
	const archon = await ruled(
		['web-canary', 'plain', 'web']
			.map((name) => service(name, 'exit 1', ...once, ...(name === 'plain' ? [] : [gold])))
			.join(''),
		gaveUp(mail),
		directory,
	);
	const watch = await Watch.begin(archon);
	for (const name of ['web-canary', 'plain', 'web']) {
		await ask(archon, 'Start', name);
	}
	const sent = await watch.event('pager.sent');
	const failed = await rows(archon, 'Events', 'types=process.failed', 'names=web');
	expect(sent.slice(4)).toEqual(['web', `cause=${failed[0]?.['seq']}`]);
	await until(() => existsSync(`${directory}/sent`));
	expect(readFileSync(`${directory}/sent`, 'latin1')).toBe('-s\nweb gave up\noncall\n');
	const fired = await rows(archon, 'Events', 'types=rule.fired');
	expect(fired.map((row) => row['name'])).toEqual(['web']);
});

test('new configuration, new nginx', async () => {
	const directory = temporary();
	mkdirSync(`${directory}/nginx`);
	const waits = `trap 'echo again >> ${directory}/heard' HUP; echo up >> ${directory}/heard; while :; do sleep 60 & wait; done`;
	const archon = await ruled(service('nginx', waits), newConfiguration(`${directory}/nginx`), directory);
	await until(() => existsSync(`${directory}/heard`));
	const nginx = await pidOf(archon, 'nginx');
	const watch = await Watch.begin(archon);
	writeFileSync(`${directory}/nginx/.site.conf.swp`, 'half');
	renameSync(`${directory}/nginx/.site.conf.swp`, `${directory}/nginx/site.conf`);
	const changed = await watch.event('file.changed');
	expect(changed.slice(4)).toEqual(['-', `path=${directory}/nginx/site.conf`, 'what=created']);
	expect(fieldOf(await watch.event('rule.fired'), 'cause')).toBe(changed[1]);
	await until(() => readFileSync(`${directory}/heard`, 'latin1') === 'up\nagain\n');
	expect(await pidOf(archon, 'nginx')).toBe(nginx);
});
