import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../../archon.ts';
import { Stage } from '../stage.ts';
import { asRoot, Inside } from './inside.ts';

test('who is not process 1 is told how to be', async () => {
	const keeper = new Stage().start({ args: ['--init'] });
	expect(await keeper.err.next()).toBe(
		`archond: --init is for process 1, and this is ${keeper.pid}: make archond the entry point of a container, or begin with unshare --pid --fork --mount-proc`,
	);
	expect(await keeper.ended).toBe(1);
});

test('what is for process 1 alone is wrong usage without --init', async () => {
	for (const option of ['--rc', '--foreground']) {
		const keeper = new Stage().start({ args: [option, 'x'] });
		expect(await keeper.err.next()).toBe(`archond: ${option} is for archond --init`);
		expect(await keeper.ended).toBe(2);
	}
	const keeper = new Stage().start({ args: ['--init=yes'] });
	expect(await keeper.err.next()).toBe('archond: unknown option "--init=yes"; --help lists them');
	expect(await keeper.ended).toBe(2);
});

asRoot('a /proc that is missing or of another namespace is told', async () => {
	const bare = Inside.begin({ before: ['sh', '-c', 'umount -l /proc; umount -l /proc; exec "$0" "$@"'] });
	expect(await bare.ended).toBe(1);
	expect(bare.said).toBe('archond: cannot read /proc/self: mount proc on /proc first\n');
	const strange = Inside.begin({ namespace: ['--pid', '--fork', '--kill-child'] });
	expect(await strange.ended).toBe(1);
	expect(strange.said).toBe(
		'archond: /proc is of another PID namespace: mount proc on /proc first (unshare has --mount-proc)\n',
	);
});

asRoot('a place that cannot be written is told with what helps', async () => {
	for (const [option, file, words] of [
		['--socket', '/archon.sock', 'cannot make'],
		['--state-dir', '', 'cannot open'],
		['--log-dir', '', 'cannot write in'],
	] as const) {
		const directory = temporary();
		const at = `${directory}/there`;
		mkdirSync(at);
		const before = ['sh', '-c', `mount -t tmpfs -o ro none ${at}; exec "$0" "$@"`];
		const inside = Inside.begin({ directory, before, options: [option, `${at}${file}`] });
		expect(await inside.ended).toBe(1);
		expect(inside.said.startsWith(`archond: ${words} ${at}`)).toBe(true);
		expect(inside.said).toContain(
			': Read-only file system; mount something that can be written there, or name other places (--socket, --state-dir, --log-dir)\n',
		);
	}
});

asRoot('a system without /dev/null is told', async () => {
	const before = ['sh', '-c', 'mount -t tmpfs none /dev; exec "$0" "$@"'];
	const inside = Inside.begin({ before });
	expect(await inside.ended).toBe(1);
	expect(inside.said).toContain('archond: cannot open /dev/null: No such file or directory\n');
});

asRoot('a daemon that does not come up ends the container with its code', async () => {
	const inside = Inside.begin({ toml: '[service.web]\nrun = 1\n' });
	expect(await inside.ended).toBe(1);
	expect(inside.said).toContain('service.web.run: expected a list');
});

asRoot('nothing is mounted that was not there', async () => {
	const before = ['sh', '-c', 'cut -d" " -f2- /proc/self/mounts > "$ARCHON_TEST/before"; exec "$0" "$@"'];
	const directory = temporary();
	const inside = await Inside.start({ directory, before: ['env', `ARCHON_TEST=${directory}`, ...before] });
	const mounts = `sh,-c,cut -d' ' -f2- /proc/1/mounts | diff - ${directory}/before`;
	expect((await (await inside.connect()).call(['Run', mounts])).final).toEqual({ tag: 'exit', code: 0 });
});

asRoot('HUP is Reload, and what else comes does nothing', async () => {
	const inside = await Inside.start({ toml: '' });
	const { writeFileSync } = await import('node:fs');
	writeFileSync(`${inside.directory}/archon.toml`, '[service.web]\nrun = ["sleep", "1000"]\n');
	for (const signal of ['SIGQUIT', 'SIGALRM', 'SIGTSTP', 'SIGPIPE', 'SIGWINCH'] as const) {
		process.kill(inside.pid, signal);
	}
	const events = await inside.connect();
	await events.call(['Subscribe', 'types=config.reloaded']);
	process.kill(inside.pid, 'SIGHUP');
	for await (const _ of events.follow()) {
		break;
	}
	expect(await inside.ask('Wait', 'web', 'running')).toBe('ok');
});

asRoot('no signal from within ends process 1', async () => {
	const inside = await Inside.start();
	const connection = await inside.connect();
	for (const signal of ['KILL', 'STOP', 'SEGV', 'ABRT', 'QUIT']) {
		expect((await connection.call(['Run', `kill,-${signal},1`])).final).toEqual({ tag: 'exit', code: 0 });
	}
	expect((await connection.call(['Ping'])).final).toEqual({ tag: 'ok' });
});
