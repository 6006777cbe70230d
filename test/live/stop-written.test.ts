import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, rows } from '../session/ask.ts';
import { service, sleeping } from '../session/ruled.ts';
import { crash } from './crash.ts';
import { Striking } from './striking.ts';
import { until } from './until.ts';

test.each(['before', 'after'] as const)(
	'a Restart ends the old one by TERM, and is answered, when the daemon dies %s it is written down that it is to end',
	async (when) => {
		const directory = temporary();
		const program = new Striking(directory);
		writeFileSync(`${directory}/archon.toml`, sleeping('web'));
		const more = ['--config', `${directory}/archon.toml`];
		const archon = await Archon.start(directory, { ARCHON_DAEMON: program.path }, more);
		expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
		program.order(when, 'book', /"process\.stopping","name":"web"/);
		expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
		await program.struck();
		const told = (await rows(archon, 'Events', 'names=web')).filter(({ type }) =>
			['process.exited', 'process.backoff'].includes(type ?? ''),
		);
		expect(told.map(({ type, fields }) => [type, fields])).toEqual([
			['process.exited', expect.stringContaining('signal=TERM')],
		]);
	},
);

test('a stop signal that was sent is not sent again by the next daemon: to some a second one means "at once"', async () => {
	const directory = temporary();
	const [counted, ready] = [join(directory, 'counted'), join(directory, 'ready')];
	const script = `trap 'echo TERM >> ${counted}' TERM; : > ${ready}; while :; do sleep 0.02; done`;
	const archon = await Archon.configured(service('stubborn', script), directory);
	await until(() => existsSync(ready));
	const stopped = ask(archon, 'Stop', 'stubborn', '1s');
	await until(() => existsSync(counted));
	await crash(archon);
	expect(await stopped).toBe('Ok');
	expect(readFileSync(counted, 'utf8')).toBe('TERM\n');
});
