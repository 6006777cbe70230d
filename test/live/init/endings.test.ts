import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { until } from '../until.ts';
import { asRoot, Inside } from './inside.ts';

/** Writes its name when it is told to end. */
const leaves = (name: string, file: string) =>
	`["sh", "-c", "trap 'echo ${name} >> ${file}; exit 0' TERM; echo up; while :; do sleep 0.05; done"]\nready = "log:^up"`;

const pair = (file: string) =>
	`[service.db]\nrun = ${leaves('db', file)}\n[service.web]\nrun = ${leaves('web', file)}\nrequires = ["db"]\n`;

async function withPair(): Promise<{ inside: Inside; told: () => string }> {
	const inside = await Inside.start({ toml: '' });
	const file = `${inside.directory}/told`;
	const { writeFileSync } = await import('node:fs');
	writeFileSync(`${inside.directory}/archon.toml`, pair(file));
	await inside.ask('Reload');
	expect(await inside.ask('Wait', 'web', 'running')).toBe('ok');
	return { inside, told: () => readFileSync(file, 'latin1') };
}

asRoot('TERM stops everything in reverse order, and the container ends with 0', async () => {
	const { inside, told } = await withPair();
	process.kill(inside.pid, 'SIGTERM');
	expect(await inside.ended).toBe(0);
	expect(told()).toBe('web\ndb\n');
});

asRoot('INT does the same in a container', async () => {
	const inside = await Inside.start();
	process.kill(inside.pid, 'SIGINT');
	expect(await inside.ended).toBe(0);
});

// As reboot(2) has it: in a PID namespace RESTART is a HUP, the others are an INT to whoever waits for process 1.
for (const [request, verb, signal] of [
	['Reboot', 'reboot', 'SIGHUP'],
	['PowerOff', 'power-off', 'SIGINT'],
	['Halt', 'halt', 'SIGINT'],
] as const) {
	asRoot(`${request} stops everything in order, replies, and then calls reboot(2)`, async () => {
		const { inside, told } = await withPair();
		const events = await inside.connect();
		await events.call(['Subscribe', 'types=daemon.stopping']);
		const client = await inside.connect();
		const replied = client.call([request]);
		for await (const event of events.follow()) {
			expect(event.slice(3)).toEqual(['daemon.stopping', '-', `reason=${verb}`]);
			break;
		}
		expect((await replied).final).toEqual({ tag: 'ok' });
		expect(told()).toBe('web\ndb\n');
		expect(await inside.ended).toBe(signal);
	});
}

for (const [sent, ended] of [
	['SIGUSR1', 'SIGINT'],
	['SIGUSR2', 'SIGINT'],
	['SIGPWR', 'SIGINT'],
] as const) {
	asRoot(`${sent} stops everything and ends the machine`, async () => {
		const inside = await Inside.start();
		process.kill(inside.pid, sent);
		expect(await inside.ended).toBe(ended);
	});
}

asRoot('what is left is told by TERM and killed after 2 s, and then it is over', async () => {
	const inside = await Inside.start();
	const file = `${inside.directory}/told`;
	const stays = 'while :; do sleep 0.05; done';
	const stubborn = `trap 'echo stubborn >> ${file}' TERM; : > ${file}1; ${stays}`;
	const polite = `trap 'echo polite >> ${file}; exit' TERM; : > ${file}2; ${stays}`;
	const run = (await inside.connect()).call([
		'Run',
		`sh,-c,"setsid sh -c ""${stubborn}"" & setsid sh -c ""${polite}"" & while ! test -e ${file}1 || ! test -e ${file}2; do sleep 0.01; done"`,
	]);
	expect((await run).final).toEqual({ tag: 'exit', code: 0 });
	const since = performance.now();
	process.kill(inside.pid, 'SIGTERM');
	expect(await inside.ended).toBe(0);
	expect(performance.now() - since).toBeGreaterThanOrEqual(1900);
	expect(readFileSync(file, 'latin1').split('\n').sort().slice(0, 3)).toEqual(['', 'polite', 'stubborn']);
});

asRoot('a daemon that dies on the way to a reboot is followed by one that goes on', async () => {
	const inside = await Inside.start({
		toml: '[service.slow]\nrun = ["sh", "-c", "trap \'sleep 1; exit 0\' TERM; echo up; while :; do sleep 0.05; done"]\nready = "log:^up"\n',
	});
	expect(await inside.ask('Wait', 'slow', 'running')).toBe('ok');
	void (await inside.connect()).call(['Reboot']).catch(() => undefined);
	await until(async () => (await inside.state('slow')) === 'stopping');
	process.kill(inside.outside(3), 'SIGKILL'); // the minder is 2
	expect(await inside.ended).toBe('SIGHUP');
});

asRoot(
	'where what ends everything cannot be run, process 1 ends as it was asked to all the same',
	async () => {
		const large = ['A', 'B'].map((name) => `${name}=${'x'.repeat(100_000)}`);
		const inside = await Inside.start({ before: ['env', ...large] });
		// From here on so much of an environment is too much for execve(2).
		execFileSync('prlimit', ['--pid', `${inside.pid}`, '--stack=65536:65536']);
		process.kill(inside.pid, 'SIGUSR2');
		expect(await inside.ended).toBe('SIGINT');
		expect(inside.said).toMatch(/cannot run .*archond: Argument list too long/);
	},
);

asRoot('without CAP_SYS_BOOT it says so before anything is stopped, and Shutdown works', async () => {
	const inside = await Inside.start({
		before: ['setpriv', '--bounding-set=-sys_boot', '--inh-caps=-sys_boot'],
	});
	expect(await inside.ask('Reboot')).toBe(
		'archon lacks CAP_SYS_BOOT here: Shutdown stops everything and ends the container',
	);
	expect(await inside.ask('Ping')).toBe('ok');
	process.kill(inside.pid, 'SIGUSR2');
	expect(await inside.ended).toBe(1);
	expect(inside.said).toContain('archond: cannot power-off: Operation not permitted\n');
});
