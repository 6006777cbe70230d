import { expect } from 'vitest';
import { contained } from '../contained.ts';
import { until } from '../until.ts';
import { asRoot, Inside } from './inside.ts';

const web = `[service.web]\nrun = ["sh", "-c", "echo up; exec sleep 1000"]\nready = "log:^up"\n`;
const main = `[service.main]\nrun = ["sh", "-c", "echo serving; read line; exit 7"]\nrestart = "never"\n`;

asRoot(
	'under the filter of a container: it starts, restarts and ends with the right code',
	{ timeout: 60_000 },
	async () => {
		const inside = await Inside.start({
			toml: web + main,
			options: ['--foreground', 'main'],
			before: contained(),
			stdin: 'pipe',
		});
		expect(await inside.ask('Wait', 'web', 'running')).toBe('ok');
		const pidOf = async () => {
			const rows = await inside.ask('Status', 'web');
			return typeof rows === 'string' ? rows : rows[0]?.[3];
		};
		const before = await pidOf();
		process.kill(inside.outside(3), 'SIGKILL'); // the minder is 2
		expect(await pidOf()).toBe(before);
		process.kill(inside.outside(Number(before)), 'SIGKILL');
		await until(async () => (await inside.state('web')) === 'running' && (await pidOf()) !== before);
		expect(await inside.ask('Restart', 'web')).toBe('ok');
		expect((await (await inside.connect()).call(['Run', 'sh,-c,exit 42'])).final).toEqual({
			tag: 'exit',
			code: 42,
		});
		inside.unshare.stdin?.end('\n');
		expect(await inside.ended).toBe(7);
	},
);
