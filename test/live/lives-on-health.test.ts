import { expect, test } from 'vitest';
import type { Archon } from '../archon.ts';
import { Clock, play, shown } from '../session/actor.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { Watch } from '../session/watch.ts';
import { crash } from './crash.ts';
import { Page } from './page.ts';

const none = 'on_degraded = "none"';

/** What was told of the health of `web`, oldest first, and when, milliseconds since 1970. */
async function told(archon: Archon): Promise<{ readonly types: string[]; readonly at: number[] }> {
	const events = await rows(archon, 'Events', 'types=process.degraded;process.recovered');
	return {
		types: events.map(({ type = '' }) => type.slice('process.'.length)),
		at: events.map(({ time = '' }) => Date.parse(time)),
	};
}

/** Kills the daemon: a moment before. */
async function killed(archon: Archon, before?: () => Promise<unknown>): Promise<number> {
	let at = Date.now();
	await crash(archon, async () => {
		await before?.();
		at = Date.now();
	});
	return at;
}

/** When it was first found ill. */
async function firstIll(archon: Archon): Promise<number> {
	const watch = await Watch.begin(archon, 'since=0');
	await watch.event('process.degraded', 'web');
	return (await told(archon)).at[0] ?? 0;
}

test('a watchdog is missed so long after it was fed, not after the daemon died', async () => {
	const { archon, actor } = await play(`watchdog = "4s"\n${none}`, Clock.toml);
	const fed = Date.now();
	await actor.says('WATCHDOG=1');
	await (await Clock.begin(archon)).goes(6);
	const at = await killed(archon);
	const missed = await firstIll(archon);
	expect(missed).toBeGreaterThanOrEqual(fed + 4000);
	expect(missed).toBeLessThan(at + 4000);
});

test('what fed it while there was no daemon is heard before it is missed', async () => {
	const { archon, actor } = await play(`watchdog = "1h"\n${none}`);
	await actor.says('WATCHDOG_USEC=3000000', 'WATCHDOG=1');
	const at = await killed(archon, () => actor.does('notify("WATCHDOG=1") or time.sleep(3)'));
	expect(await firstIll(archon)).toBeGreaterThanOrEqual(at + 3000);
});

test('the interval that it said itself is kept', async () => {
	const { archon, actor } = await play(`watchdog = "1h"\n${none}`, Clock.toml);
	await actor.says('WATCHDOG_USEC=1500000', 'WATCHDOG=1');
	await killed(archon);
	await firstIll(archon);
	expect(await shown(archon)).toBe('running no WATCHDOG=1 for 1500ms');
});

test('so is that it stops by itself', async () => {
	const { archon, actor } = await play('watchdog = "3s"\non_degraded = "restart"', Clock.toml);
	await actor.says('STOPPING=1');
	await killed(archon);
	await (await Clock.begin(archon)).goes(10);
	expect(await shown(archon)).toBe('running stopping by itself');
	expect((await told(archon)).types).toEqual([]);
	expect(await pidOf(archon, 'web')).toBe(actor.pid);
});

test('a pause is no miss after it either', async () => {
	const { archon, actor } = await play(`watchdog = "1h"\n${none}`, Clock.toml);
	await actor.says('WATCHDOG_USEC=2000000', 'WATCHDOG=1');
	expect(await ask(archon, 'Pause', 'web')).toBe('Ok');
	await killed(archon);
	await (await Clock.begin(archon)).goes(6);
	const at = Date.now();
	expect(await ask(archon, 'Resume', 'web')).toBe('Ok');
	expect(await firstIll(archon)).toBeGreaterThanOrEqual(at + 2000);
});

test('probes that failed count on', async () => {
	const page = await Page.open();
	const { archon } = await play(
		`${none}\nprobe = { check = "${page.url}", every = "40ms", timeout = "1m", failures = 3 }`,
	);
	// The third hangs until the daemon is gone; one more of the next makes it three.
	page.next.push(500, 500, 0, 500);
	await expect.poll(() => page.next.length).toBe(1);
	await killed(archon);
	const { asked } = page;
	await expect.poll(() => page.asked - asked).toBeGreaterThan(2);
	expect((await told(archon)).types).toEqual(['degraded', 'recovered']);
	expect(await shown(archon)).toBe('running ');
});

test('a service that was ill before and gets well is told of once, and shown as well', async () => {
	const page = await Page.open();
	const { archon } = await play(
		`${none}\nprobe = { check = "${page.url}", every = "40ms", timeout = "1m", failures = 1 }`,
	);
	page.status = 500;
	await firstIll(archon);
	await killed(archon);
	const { asked } = page;
	await expect.poll(() => page.asked - asked).toBeGreaterThan(2);
	expect(await shown(archon)).toBe(`running ${page.url}: answered 500`);
	expect((await told(archon)).types).toEqual(['degraded']);
	await killed(archon, async () => {
		page.status = 200;
	});
	await (await Watch.begin(archon, 'since=0')).event('process.recovered', 'web');
	expect(await shown(archon)).toBe('running ');
	expect((await told(archon)).types).toEqual(['degraded', 'recovered']);
});

test('a watchdog that was missed is acted on once, and fed again', async () => {
	const { archon, actor } = await play('watchdog = "1h"\non_degraded = "signal:USR1"', Clock.toml);
	await actor.does('count = 0');
	await actor.does('def add(*_):\n    global count\n    count += 1');
	await actor.does('signal.signal(signal.SIGUSR1, add) and None');
	await actor.says('WATCHDOG_USEC=500000', 'WATCHDOG=1');
	await firstIll(archon);
	await killed(archon);
	await (await Clock.begin(archon)).goes(3);
	expect(await shown(archon)).toBe('running no WATCHDOG=1 for 500ms');
	expect(await actor.does('count')).toBe(1);
	await actor.says('WATCHDOG_USEC=600000000', 'WATCHDOG=1');
	expect(await shown(archon)).toBe('running ');
	expect((await told(archon)).types).toEqual(['degraded', 'recovered']);
});

test('all that goes on over an upgrade too', async () => {
	const { archon, actor } = await play(`watchdog = "1h"\n${none}`);
	await actor.says('WATCHDOG_USEC=600000000', 'WATCHDOG=trigger');
	expect(await ask(archon, 'Upgrade')).toBe('Ok');
	expect(await shown(archon)).toBe('running it said so itself (WATCHDOG=trigger)');
	await actor.says('WATCHDOG=1');
	expect(await shown(archon)).toBe('running ');
	expect((await told(archon)).types).toEqual(['degraded', 'recovered']);
});
