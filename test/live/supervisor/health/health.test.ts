import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Archon } from '../../../archon.ts';
import { Clock, play, shown } from '../../../session/actor.ts';
import { ask, pidOf, rows, status } from '../../../session/ask.ts';
import { Watch } from '../../../session/watch.ts';
import { Page } from '../../page.ts';

async function told(archon: Archon): Promise<string[]> {
	const events = await rows(archon, 'Events', 'types=process.degraded;process.recovered');
	return events.map((row) => `${row['type']} ${row['fields']?.replace(/^pid=\d+;? ?start=\d+;? ?/, '')}`);
}

test('a service that does not feed its watchdog is started again', async () => {
	const { archon, hand, actor } = await play('watchdog = "2s"\nrestart = "on-failure"');
	expect(await actor.does('os.environ["WATCHDOG_USEC"]')).toBe('2000000');
	expect(await actor.does('os.environ.get("WATCHDOG_PID")')).toBe(null);
	const next = await hand.next();
	expect(next.pid).not.toBe(actor.pid);
	const events = await rows(archon, 'Events', 'names=web');
	const types = events.map((row) => row['type']?.slice('process.'.length));
	expect(types.slice(0, 9)).toEqual([
		...['starting', 'started', 'ready', 'degraded', 'stopping', 'exited', 'backoff', 'starting', 'started'],
	]);
	expect(events[3]?.['fields']).toContain('reason=no WATCHDOG=1 for 2s');
});

test('one that feeds it is left alone, and a pause is no miss', async () => {
	const { archon, actor } = await play('watchdog = "2s"\non_degraded = "none"', Clock.toml);
	const clock = await Clock.begin(archon);
	for (let n = 0; n < 7; n++) {
		await actor.says('WATCHDOG=1');
		await clock.goes(1);
	}
	expect(await ask(archon, 'Pause', 'web')).toBe('Ok');
	await clock.goes(7);
	expect(await ask(archon, 'Resume', 'web')).toBe('Ok');
	await clock.goes(1);
	await actor.says('WATCHDOG=1');
	expect(await told(archon)).toEqual([]);
	expect(await pidOf(archon, 'web')).toBe(actor.pid);
});

test('a missed watchdog is told once, and so is that it is fed again', async () => {
	const { archon, actor } = await play('watchdog = "100ms"\non_degraded = "none"', Clock.toml);
	const clock = await Clock.begin(archon);
	const watch = await Watch.begin(archon, 'since=0');
	await watch.event('process.degraded');
	await clock.goes(2);
	expect(await shown(archon)).toBe('running no WATCHDOG=1 for 100ms');
	await actor.says('WATCHDOG=1');
	expect((await told(archon)).slice(0, 2)).toHaveLength(2);
	await watch.event('process.recovered');
	await watch.event('process.degraded');
	await actor.says('WATCHDOG_USEC=60000000', 'WATCHDOG=1');
	await clock.goes(2);
	expect(await shown(archon)).toBe('running ');
	await actor.says('WATCHDOG=trigger');
	expect(await shown(archon)).toBe('running it said so itself (WATCHDOG=trigger)');
	const types = (await told(archon)).map((line) => line.split(' ')[0]);
	expect(types).toEqual(types.map((_, n) => (n % 2 === 0 ? 'process.degraded' : 'process.recovered')));
});

test('on_degraded may be a signal, sent once to the main process', async () => {
	const { archon, actor } = await play('watchdog = "5s"\non_degraded = "signal:USR1"');
	await actor.does('count = 0');
	await actor.does('def add(*_):\n    global count\n    count += 1');
	await actor.does('signal.signal(signal.SIGUSR1, add) and None');
	await actor.says('WATCHDOG=trigger');
	await actor.says('WATCHDOG=trigger');
	expect(await actor.does('count')).toBe(1);
	expect((await status(archon, 'web'))['state']).toBe('running');
});

test('a service that ends by itself is not watched any more', async () => {
	const { archon, actor } = await play('watchdog = "1h"\non_degraded = "restart"', Clock.toml);
	await actor.says('STOPPING=1', 'WATCHDOG_USEC=1000000');
	await (await Clock.begin(archon)).goes(4);
	expect(await shown(archon)).toBe('running stopping by itself');
	expect(await told(archon)).toEqual([]);
});

test('a probe that fails often enough in a row is told, and that it is good again', async () => {
	const page = await Page.open();
	const { archon } = await play(
		`on_degraded = "none"\nprobe = { check = "${page.url}", every = "40ms", timeout = "1s", failures = 3 }`,
	);
	const watch = await Watch.begin(archon);
	await expect.poll(() => page.asked).toBeGreaterThan(2);
	expect(await told(archon)).toEqual([]);
	page.status = 500;
	const { asked } = page;
	await watch.event('process.degraded');
	expect(page.asked - asked).toBeGreaterThanOrEqual(3);
	expect(await shown(archon)).toBe(`running ${page.url}: answered 500`);
	page.status = 200;
	await watch.event('process.recovered');
	expect(await shown(archon)).toBe('running ');
	expect(await told(archon)).toHaveLength(2);
	expect(page.most).toBe(1);
});

test('it fails in a row also where the service says its interval again and again', async () => {
	const page = await Page.open();
	page.status = 500;
	const { archon, actor } = await play(
		`watchdog = "1h"\non_degraded = "none"\nprobe = { check = "${page.url}", every = "200ms", timeout = "1s", failures = 3 }`,
	);
	const talk = 'notify("WATCHDOG=1\\nWATCHDOG_USEC=60000000") or time.sleep(0.05)';
	await actor.does(`[${talk} for _ in range(60)] and None`);
	expect(await told(archon)).toEqual([expect.stringContaining('answered 500')]);
});

test('a probe that hangs is cut, and never two run at a time', async () => {
	const page = await Page.open();
	page.status = 0;
	const { archon } = await play(
		`on_degraded = "none"\nprobe = { check = "${page.url}", every = "20ms", timeout = "100ms", failures = 2 }`,
	);
	const watch = await Watch.begin(archon, 'since=0');
	await watch.event('process.degraded');
	expect(await shown(archon)).toBe(`running ${page.url}: no answer within 100ms`);
	await expect.poll(() => page.asked).toBeGreaterThan(3);
	expect(page.most).toBe(1);
});

test('one that is paused is not probed', async () => {
	const page = await Page.open();
	const keys = `probe = { check = "${page.url}", every = "30ms", failures = 1 }`;
	const { archon } = await play(keys, Clock.toml);
	const clock = await Clock.begin(archon);
	await expect.poll(() => page.asked).toBeGreaterThan(1);
	await ask(archon, 'Pause', 'web');
	const { asked } = page;
	await clock.goes(2);
	expect(page.asked).toBeLessThanOrEqual(asked + 1);
	page.status = 500;
	await clock.goes(1);
	page.status = 200;
	await ask(archon, 'Resume', 'web');
	await expect.poll(() => page.asked).toBeGreaterThan(asked + 2);
	expect(await told(archon)).toEqual([]);
});

test('failed probes start a service again', async () => {
	const page = await Page.open();
	const { archon } = await play(
		`probe = { check = "${page.url}", every = "30ms", failures = 2 }\nlimit = { failures = 2, retry = "0s" }`,
	);
	await expect.poll(() => page.asked).toBeGreaterThan(1);
	page.status = 404;
	expect(await ask(archon, 'Wait', 'web', 'failed', '5s')).toBe('Ok');
	expect(await rows(archon, 'Events', 'types=process.started')).toHaveLength(2);
	expect(await told(archon)).toHaveLength(2);
	expect((await status(archon, 'web'))['reason']).toMatch(/404.*; ended 2 times within 10s$/);
});

test('a Reload that changes watchdog or probe changes the clocks of a process that goes on', async () => {
	const page = await Page.open();
	const { archon, actor } = await play('watchdog = "1h"\non_degraded = "none"', Clock.toml);
	const text = readFileSync(`${archon.directory}/archon.toml`, 'utf8');
	archon.configure(
		text.replace('watchdog = "1h"', `probe = { check = "${page.url}", every = "30ms", failures = 1 }`),
	);
	expect(await ask(archon, 'Reload')).toBe('Ok');
	await expect.poll(() => page.asked).toBeGreaterThan(2);
	archon.configure(text.replace('watchdog = "1h"', 'watchdog = "200ms"'));
	expect(await ask(archon, 'Reload')).toBe('Ok');
	await expect.poll(() => shown(archon)).toBe('running no WATCHDOG=1 for 200ms');
	const { asked } = page;
	await (await Clock.begin(archon)).goes(2);
	expect(page.asked).toBeLessThanOrEqual(asked + 1);
	archon.configure(text.replace('watchdog = "1h"', ''));
	expect(await ask(archon, 'Reload')).toBe('Ok');
	expect(await shown(archon)).toBe('running ');
	expect((await told(archon)).at(-1)).toMatch(/^process.recovered/);
	expect(await pidOf(archon, 'web')).toBe(actor.pid);
});
