import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { until } from '../until.ts';
import { asRoot, Inside } from './inside.ts';

const options = ['--foreground', 'main'];

/** A service in the foreground that is not restarted, beside one that says when it is told to end. */
const main = (run: string, more = 'restart = "never"') =>
	`[service.main]\nrun = ["sh", "-c", ${JSON.stringify(run)}]\n${more}\n`;

asRoot('the exit code is that of the service, and its output is the output of the container', async () => {
	for (const [run, code] of [
		['echo out; echo err >&2; exit 0', 0],
		['echo out; echo err >&2; exit 7', 7],
		['echo out; echo err >&2; kill -TERM $$', 143],
	] as const) {
		const inside = Inside.begin({ toml: main(run), options });
		expect(await inside.ended).toBe(code);
		expect(inside.said).toMatch(/^out$/m);
		expect(inside.said).toMatch(/^err$/m);
	}
});

asRoot('it reads what the container is given', async () => {
	const inside = Inside.begin({ toml: main('read line; echo "got $line"; exit 4'), options, stdin: 'pipe' });
	inside.unshare.stdin?.end('hello\n');
	expect(await inside.ended).toBe(4);
	expect(inside.said).toContain('got hello\n');
});

asRoot('everything else is stopped before, in order', async () => {
	const beside = 'trap "echo beside ended; exit 0" TERM; while :; do sleep 0.05; done';
	const toml = `${main('read line; exit 5')}[service.beside]\nrun = ["sh", "-c", ${JSON.stringify(beside)}]\nready = "log:^up"\n`;
	const inside = await Inside.start({
		toml: toml.replace('while', 'echo up; while'),
		options,
		stdin: 'pipe',
	});
	expect(await inside.ask('Wait', 'beside', 'running')).toBe('ok');
	inside.unshare.stdin?.end('\n');
	expect(await inside.ended).toBe(5);
	expect(readFileSync(`${inside.directory}/log/beside.log`, 'latin1')).toContain('beside ended');
});

asRoot('one that is to be restarted has not ended for good; one that gave up has', async () => {
	const toml = main('exit 9', 'backoff.from = "1ms"\nlimit = { failures = 3, within = "10s", retry = "5m" }');
	const inside = Inside.begin({ toml, options });
	expect(await inside.ended).toBe(9);
	expect(inside.said.match(/process\.failed main/g)).toHaveLength(1);
});

asRoot('a program that cannot be run is 127 or 126', async () => {
	for (const [run, code] of [
		['["/nonexistent"]', 127],
		['["/etc/passwd"]', 126],
	] as const) {
		for (const more of ['', '[daemon]\nfail_on_error = true\n']) {
			const inside = Inside.begin({ toml: `${more}[service.main]\nrun = ${run}\n`, options });
			expect(await inside.ended).toBe(code);
		}
	}
});

asRoot('it is that also when the daemon dies while everything else is stopped', async () => {
	const beside = 'trap "sleep 1; exit 0" TERM; echo up; while :; do sleep 0.05; done';
	const inside = await Inside.start({
		toml: `[service.main]\nrun = ["/nonexistent"]\nrequires = ["beside"]\n[service.beside]\nrun = ["sh", "-c", ${JSON.stringify(beside)}]\nready = "log:^up"\n`,
		options,
	});
	await until(async () => (await inside.state('beside')) === 'stopping');
	process.kill(inside.outside(3), 'SIGKILL');
	expect(await inside.ended).toBe(127);
});

asRoot('TERM to the container ends the service, and its exit code is that of the container', async () => {
	const inside = await Inside.start({
		toml: main('trap "exit 12" TERM; echo up; while :; do sleep 0.05; done'),
		options,
	});
	await until(() => /^up$/m.test(inside.said));
	process.kill(inside.pid, 'SIGTERM');
	expect(await inside.ended).toBe(12);
});

asRoot('its end is not missed when the daemon is killed at the same time', async () => {
	const inside = await Inside.start({ toml: main('read line; exit 6'), options, stdin: 'pipe' });
	expect(await inside.ask('Wait', 'main', 'running')).toBe('ok');
	process.kill(inside.outside(3), 'SIGKILL');
	inside.unshare.stdin?.end('\n');
	expect(await inside.ended).toBe(6);
});

asRoot('a daemon that took over gives a restarted service the same descriptors', async () => {
	const inside = await Inside.start({
		toml: main('read line; echo "got $line"; exit 6'),
		options,
		stdin: 'pipe',
	});
	expect(await inside.ask('Wait', 'main', 'running')).toBe('ok');
	process.kill(inside.outside(3), 'SIGKILL');
	await until(async () => (await inside.ask('Restart', 'main').catch(() => '')) === 'ok');
	inside.unshare.stdin?.end('x\n');
	expect(await inside.ended).toBe(6);
	expect(inside.said).toContain('got x\n');
});

asRoot('a name that the configuration has not is told', async () => {
	const inside = Inside.begin({ toml: main('exit 0'), options: ['--foreground', 'mian'] });
	expect(await inside.ended).toBe(1);
	expect(inside.said).toContain('archond: --foreground: there is no service "mian", did you mean "main"?\n');
});

asRoot('a Reload that takes it out of the file is refused', async () => {
	const inside = await Inside.start({ toml: main('exec sleep 1000'), options });
	const { writeFileSync } = await import('node:fs');
	writeFileSync(`${inside.directory}/archon.toml`, '');
	expect(await inside.ask('Reload')).toBe('--foreground: there is no service "main"');
});
