import { expect, test } from 'vitest';
import { ask, rows, status, written } from '../../session/ask.ts';
import { exiting, sleeper } from '../../session/foreign.ts';
import { fieldOf, ruled, sleeping } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';
import { until } from '../until.ts';

test('a graph of what to watch and react to is made by rules while archon runs', async () => {
	const archon = await ruled(
		sleeping('web') + sleeping('mail'),
		`rule "web needs the database, whoever starts it" {
			on = "process.monitored", when = { name = "db" },
			act = { depend { name = "web", on = "db" }, depend { name = "mail", on = "web", kind = "wants" } },
		}
		rule "until it is frozen" {
			on = "process.paused", when = { name = "mail" },
			act = undepend { name = "web", on = "db" },
		}`,
	);
	expect(await ask(archon, 'Wait', 'web', 'running', '5s')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'mail', 'running', '5s')).toBe('Ok');
	const [first, second] = [exiting(0), sleeper()];
	const watch = await Watch.begin(archon);
	await ask(archon, 'MonitorPid', String(first.pid), 'db');
	await watch.event('rule.fired');
	first.tell();
	await watch.event('process.stopping', 'web');
	expect(await ask(archon, 'Wait', 'web', 'waiting', '5s')).toBe('Ok');
	await ask(archon, 'MonitorPid', String(second.pid), 'db');
	await watch.event('process.ready', 'web');
	await ask(archon, 'Stop', 'db');
	expect(await status(archon, 'web')).toMatchObject({ state: 'waiting' });
	await ask(archon, 'Pause', 'mail');
	const cause = (await watch.event('process.paused', 'mail'))[1];
	expect(fieldOf(await watch.event('process.starting', 'web'), 'cause')).toBe(cause);
	expect(await rows(archon, 'Events', 'types=rule.error')).toEqual([]);
});

test('a program that a rule runs writes into its log and leaves Status when it has ended', async () => {
	const archon = await ruled(
		sleeping('web', 'manual = true'),
		`rule "says so" {
			on = "process.ready", when = { name = "web" },
			act = function(event)
				return run { "sh", "-c", "echo $WHO is up; exit 3", as = "herald", env = { WHO = event.name } }
			end,
		}`,
	);
	const watch = await Watch.begin(archon);
	await ask(archon, 'Start', 'web');
	const cause = (await watch.event('process.ready', 'web'))[1];
	const exited = await watch.event('process.exited', 'herald');
	expect([fieldOf(exited, 'exit'), fieldOf(exited, 'cause')]).toEqual(['3', cause]);
	expect(await status(archon, 'herald')).toEqual({});
	await until(async () => (await written(archon, 'herald')).length > 0);
	expect(await written(archon, 'herald')).toEqual(['web is up']);
});
