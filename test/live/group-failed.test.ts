import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { crash } from './crash.ts';
import { until } from './until.ts';

const nap = (name: string) =>
	`[service.${name}]\nrun = ["sleep", "600"]\nlimit = { failures = 1, retry = "0s" }\n`;

test('a group that was started again beside a member that stays failed goes on when the daemon dies', async () => {
	const archon = await Archon.configured(`${nap('a')}${nap('b')}[group.g]\nmembers = ["a", "b"]\n`);
	const told = async (since: string) =>
		(await rows(archon, 'Events', `since=${since}`, 'types=group.*')).map(({ type }) => type);
	expect(await ask(archon, 'Wait', 'b', 'running')).toBe('Ok');
	process.kill(await pidOf(archon, 'a'), 'SIGKILL');
	await until(async () => (await told('0')).includes('group.failed'));
	expect(await ask(archon, 'Start', 'b')).toBe('Ok');
	const pid = await pidOf(archon, 'b');
	const since = (await rows(archon, 'Events', 'last=1'))[0]?.['seq'] ?? '';
	await crash(archon);
	expect(await pidOf(archon, 'b')).toBe(pid);
	expect(await told(since)).toEqual([]);
	expect(await ask(archon, 'Stop', 'g')).toBe('Ok');
	expect(await told(since)).toEqual(['group.stopping', 'group.stopped']);
});
