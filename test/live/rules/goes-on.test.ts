import { expect, test } from 'vitest';
import { type Archon, temporary } from '../../archon.ts';
import { ask, rows } from '../../session/ask.ts';
import { ruled, sleeping } from '../../session/ruled.ts';
import { crash } from '../crash.ts';
import { until } from '../until.ts';

async function events(archon: Archon, type: string): Promise<string[]> {
	return (await rows(archon, 'Events', `types=${type}`)).map((row) => `${row['time']} ${row['fields']}`);
}

/** Milliseconds since 1970 of what `events` gave. */
const timeOf = (event: string | undefined) => Date.parse(event?.split(' ')[0] ?? '');

test('what Rules shows of a rule goes on, and one that was switched off stays so until its file changes', async () => {
	const archon = await ruled(
		sleeping('web'),
		`rule "bad" { on = "process.paused", act = function() return nil .. "x" end }
		rule "good" { on = "process.paused", act = log "paused" }`,
	);
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	for (let i = 0; i < 3; i++) {
		expect([await ask(archon, 'Pause', 'web'), await ask(archon, 'Resume', 'web')]).toEqual(['Ok', 'Ok']);
	}
	await until(async () => (await rows(archon, 'Events', 'types=rule.*')).length === 6);
	const before = await rows(archon, 'Rules');
	expect(before[0]?.['error']).toMatch(/switched off until its file is loaded anew/);
	expect(before[1]).toMatchObject({ fired: '3', error: '' });
	for (let i = 0; i < 2; i++) {
		await crash(archon);
		expect(await rows(archon, 'Rules')).toEqual(before);
	}
	expect(await ask(archon, 'Pause', 'web')).toBe('Ok');
	await until(async () => (await rows(archon, 'Rules'))[1]?.['fired'] === '4');
	expect(await events(archon, 'rule.error')).toHaveLength(3);
	expect(await ask(archon, 'Reload')).toBe('Ok');
	expect(await rows(archon, 'Rules')).toMatchObject([{ error: '' }, { fired: '4' }]);
	await crash(archon);
	expect(await rows(archon, 'Rules')).toMatchObject([{ error: '' }, { fired: '4' }]);
});

test('what lasts goes on over crashes: it fires when it would have, and once', async () => {
	const archon = await ruled(
		sleeping('web'),
		`rule "paused for long" {
			on = { "process.paused", "process.resumed" }, when = { type = "process.paused" },
			lasting = "1500ms", act = emit { type = "paused.long" },
		}`,
	);
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	expect(await ask(archon, 'Pause', 'web')).toBe('Ok');
	const [paused] = await events(archon, 'process.paused');
	for (let i = 0; i < 4; i++) {
		await crash(archon);
		expect(await ask(archon, 'Ping')).toBe('Ok');
	}
	await until(async () => (await events(archon, 'paused.long')).length > 0);
	const [fired] = await events(archon, 'paused.long');
	expect(timeOf(fired) - timeOf(paused)).toBeGreaterThanOrEqual(1499);
	await crash(archon);
	expect(await rows(archon, 'Rules')).toMatchObject([{ fired: '1' }]);
	// It would be due again by now, had it begun anew.
	await new Promise((resolve) => setTimeout(resolve, 1600));
	expect(await events(archon, 'paused.long')).toHaveLength(1);
});

test('a timer of a rule fires though no daemon lives as long as it takes', async () => {
	const archon = await ruled('', `rule "tick" { every = "2s", act = emit { type = "tick.ed" } }`);
	const begun = Date.now();
	while ((await events(archon, 'tick.ed')).length === 0) {
		await crash(archon);
		// Once they are in force.
		expect(await rows(archon, 'Rules')).toHaveLength(1);
		expect(Date.now() - begun).toBeLessThan(15_000);
	}
	const [ticked] = await events(archon, 'tick.ed');
	expect(timeOf(ticked) - begun).toBeGreaterThan(1000);
});

test('state that a function left is what the next one finds, once for each event', async () => {
	const directory = temporary();
	const archon = await ruled(
		sleeping('web'),
		`rule "counts" {
			on = "process.paused",
			act = function(event)
				state.count = (state.count or 0) + 1
				if state.count == 5 then return emit { type = "five.times" } end
			end,
		}`,
		directory,
	);
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	for (let i = 0; i < 4; i++) {
		expect([await ask(archon, 'Pause', 'web'), await ask(archon, 'Resume', 'web')]).toEqual(['Ok', 'Ok']);
		await crash(archon);
		expect(await ask(archon, 'Ping')).toBe('Ok');
	}
	expect(await rows(archon, 'Rules')).toHaveLength(1);
	expect(await events(archon, 'five.*')).toEqual([]);
	expect([await ask(archon, 'Pause', 'web'), await ask(archon, 'Resume', 'web')]).toEqual(['Ok', 'Ok']);
	await until(async () => (await events(archon, 'five.*')).length === 1);
});
