import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { dial } from '../../../src/client/connection.ts';
import { temporary } from '../../archon.ts';
import { until } from '../until.ts';
import { asRoot, placesIn } from './inside.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A terminal by script(1), in which archond is process 1 of a PID namespace with a shell in the foreground. */
class Terminal {
	readonly directory = temporary();
	readonly script: ChildProcess;
	screen = '';
	readonly ended: Promise<number>;

	constructor(toml: string, inner = '') {
		const { directory } = this;
		writeFileSync(`${directory}/archon.toml`, toml);
		const archond = [`${root}bin/archond`, '--init', '--foreground', 'main', ...placesIn(directory, toml)];
		const command = `exec unshare --pid --fork --mount-proc --kill-child ${inner} ${archond.join(' ')}`;
		this.script = spawn('script', ['-qfec', command, '/dev/null'], {
			stdio: ['pipe', 'pipe', 'inherit'],
			env: { PATH: process.env['PATH'], SHELL: '/bin/sh', TERM: 'vt220' },
		});
		this.ended = once(this.script, 'close').then(([code]) => code as number);
		this.script.stdout?.on('data', (bytes: Buffer) => {
			this.screen += bytes.toString('latin1');
		});
		onTestFinished(async () => {
			this.script.kill('SIGKILL');
			await this.ended;
		});
	}

	/** Types; resolves when what is shown since then matches. */
	async type(text: string, shown: RegExp): Promise<string> {
		const from = this.screen.length;
		this.script.stdin?.write(text);
		await until(() => shown.test(this.screen.slice(from)));
		return this.screen.slice(from);
	}
}

const shell =
	'[service.main]\nrun = ["bash", "--norc", "--noediting", "-i"]\nenv.PS1 = "$ "\nrestart = "never"\n';

// archond is the leader of the session as a container's process 1 is, or somebody else is: both ways to a terminal.
for (const [who, inner] of [
	['archond', 'setsid --ctty'],
	['archond without CAP_SYS_ADMIN', 'setsid --ctty setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin'],
	['another', ''],
] as const) {
	asRoot(`an interactive shell has the terminal of the container, taken from ${who}`, async () => {
		const terminal = new Terminal(shell, inner);
		await until(() => /^\$ /m.test(terminal.screen));
		expect(terminal.screen).not.toContain('job control');
		expect(await terminal.type('echo "tty:$(tty):$TERM:"\n', /tty:\/dev\/.*:vt220:/)).toMatch(
			/tty:\/dev\/pts\/\d+:/,
		);
		// Session and foreground group are the shell's own.
		const ids = 'echo "ids:$(cut -d" " -f4-8 /proc/$$/stat):$$:"\n';
		const [, parent, group, session, tty, foreground, self] =
			/ids:(\d+) (\d+) (\d+) (\d+) (-?\d+):(\d+):/.exec(await terminal.type(ids, /ids:[\d ]+:\d+:/)) ?? [];
		expect([parent, group, session]).toEqual(['1', self, self]);
		expect(Number(tty)).toBeGreaterThan(0);
		expect(Number(foreground)).toBeGreaterThan(1);
		// Ctrl-C and Ctrl-Z are for what the shell runs, and for nobody else.
		const sleeps = `sh -c 'echo up:$((1+1)):; exec sleep 1000'\n`;
		await terminal.type(sleeps, /up:2:/);
		await terminal.type('\x03', /^\$ /m);
		expect(await terminal.type('echo "was:$?:"\n', /was:\d+:/)).toContain('was:130:');
		await terminal.type(sleeps, /up:2:/);
		await terminal.type('\x1a', /Stopped/);
		await terminal.type('kill %1; jobs; echo done:$((1+1)):\n', /done:2:/);
		terminal.script.stdin?.write('exit 9\n');
		expect(await terminal.ended).toBe(9);
	});
}

asRoot('to be told that the terminal is another’s is no Reload', async () => {
	const terminal = new Terminal(shell, 'setsid --ctty');
	await until(() => /^\$ /m.test(terminal.screen));
	const connection = await dial(`${terminal.directory}/archon.sock`);
	onTestFinished(() => connection.close());
	// One that was asked for at the beginning goes before.
	await connection.call(['Reload']);
	expect((await connection.call(['Events', 'types=config.reloaded'])).rows).toHaveLength(1);
});

asRoot('a service that is restarted gets the terminal anew', async () => {
	const terminal = new Terminal(shell.replace('"never"', '"on-failure"\nbackoff.from = "1ms"'));
	await until(() => /^\$ /m.test(terminal.screen));
	await terminal.type('exit 1\n', /^\$ /m);
	expect(await terminal.type('echo "tty:$(tty):"\n', /tty:\/dev\/.*:/)).toMatch(/tty:\/dev\/pts\/\d+:/);
	expect(terminal.screen).not.toContain('job control');
	terminal.script.stdin?.write('exit 0\n');
	expect(await terminal.ended).toBe(0);
});

asRoot('the service has no other descriptor of archond, and nobody else has the terminal', async () => {
	const terminal = new Terminal(shell);
	await until(() => /^\$ /m.test(terminal.screen));
	expect(await terminal.type('echo "fds:$(cd /proc/$$/fd; echo *):"\n', /fds:[\d ]+:/)).toMatch(
		/fds:0 1 2 (255 )?3?:/,
	);
	const ttys = 'for p in 1 2 3 4; do echo "of $p:$(cut -d" " -f7 /proc/$p/stat):"; done\n';
	const shown = await terminal.type(ttys, /of 4:\d+:/);
	expect(shown).toMatch(/of 1:0:[\s\S]*of 2:0:[\s\S]*of 3:0:[\s\S]*of 4:0:/);
	terminal.script.stdin?.write('exit 0\n');
	expect(await terminal.ended).toBe(0);
});

asRoot('a terminal that is stopped stops nobody but the shell', async () => {
	const terminal = new Terminal(`${shell}[daemon]\nlog_level = "debug"\n`);
	await until(() => terminal.screen.includes('process.ready main'));
	terminal.script.stdin?.write('\x13');
	const connection = await dial(`${terminal.directory}/archon.sock`);
	onTestFinished(() => connection.close());
	// What it tells of these fills no terminal, and is not waited for.
	for (let i = 0; i < 20; i++) {
		expect((await connection.call(['Run', 'true'])).final).toEqual({ tag: 'exit', code: 0 });
	}
	terminal.script.stdin?.write('\x11exit 3\n');
	expect(await terminal.ended).toBe(3);
});
