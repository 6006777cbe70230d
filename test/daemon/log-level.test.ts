import { expect, test } from 'vitest';
import { isSaid, levelOf } from '../../src/daemon/log-level.ts';
import { eventTypes } from '../../src/events/event.ts';
import { Archon, temporary } from '../archon.ts';
import { until } from '../live/until.ts';
import { ask } from '../session/ask.ts';

test('what is worse than the level is said, and what is of it', () => {
	const said = (['error', 'warn', 'info', 'debug'] as const).filter((it) => isSaid(it, 'info'));
	expect(said).toEqual(['error', 'warn', 'info']);
	expect([isSaid('error', 'error'), isSaid('warn', 'error')]).toEqual([true, false]);
});

test('failures are warnings, and what happens all the time is for debugging', () => {
	const of = (level: string) => eventTypes.filter((type) => levelOf(type) === level);
	expect(of('warn')).toEqual(['process.failed', 'process.degraded', 'group.failed', 'rule.error']);
	expect(of('info')).toContain('config.reloaded');
	expect(of('debug')).toContain('process.started');
});

test('log_level says how much archond says, from a Reload on another', async () => {
	const failing = (level: string) =>
		`[daemon]\nlog_level = "${level}"\n[service.web]\nrun = ["sh", "-c", "exit 3"]\nrestart = "never"\nmanual = true\n`;
	const archon = await Archon.configured(failing('error'));
	const once = async () => {
		await ask(archon, 'Start', 'web');
		await ask(archon, 'Wait', 'web', 'failed', '10s');
	};
	await once();
	archon.configure(failing('warn'));
	await ask(archon, 'Reload');
	await once();
	await until(() => archon.said.includes('web'));
	archon.configure(failing('debug'));
	await ask(archon, 'Reload');
	await once();
	await until(() => archon.said.split('process.failed web').length === 3);
	expect(archon.said.split('\n').slice(1, -1)).toEqual([
		'archond: process.failed web reason=ended with exit:3',
		'archond: config.reloaded - change=1',
		'archond: process.starting web',
		expect.stringMatching(/^archond: process.started web pid=\d+ start=\d+$/),
		expect.stringMatching(/^archond: process.ready web pid=/),
		expect.stringMatching(/^archond: process.exited web pid=\d+ start=\d+ exit=3$/),
		'archond: process.failed web reason=ended with exit:3',
	]);
});

test('what an event says is one line, whatever a rule puts into it', async () => {
	const archon = await Archon.configured('', temporary(), {
		'evil.lua': String.raw`error("no\narchond: all is well\27[2J")`,
	});
	await until(() => archon.said.includes('rule.error'));
	expect(archon.said.split('\n').slice(1)).toEqual([
		String.raw`archond: rule.error - file=evil.lua line=1 reason=no\u{a}archond: all is well\u{1b}[2J`,
		'',
	]);
});
