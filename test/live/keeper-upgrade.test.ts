import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, readlinkSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { slotState } from './puppet.ts';
import { Stage } from './stage.ts';
import { stop, zombie } from './until.ts';

const over = 'archond: the daemon has ended for an upgrade';

/** Another file where archon-keeper is; `text`: one that is no program. */
function replace(stage: Stage, content?: string): void {
	if (content === undefined) {
		copyFileSync(stage.path('bin/archon-keeper'), stage.path('bin/new'));
	} else {
		writeFileSync(stage.path('bin/new'), content, { mode: 0o755 });
	}
	renameSync(stage.path('bin/new'), stage.path('bin/archon-keeper'));
}

test('the keeper becomes its new program with all it holds, and what ended meanwhile is told', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	const [waits, ends] = [stage.client(), stage.client()];
	await daemon.take(0);
	await daemon.take(16_383);
	await daemon.send('Store,k5', 4);
	const fifos = ['gate', 'late'].map((name) => stage.path(name));
	execFileSync('mkfifo', fifos);
	await daemon.start(0, 0, `read line < ${fifos[0]}; exit 12`);
	const ending = await daemon.start(1, 16_383, `read line < ${fifos[1]}; exit 13`);
	replace(stage);
	expect(readlinkSync(`/proc/${keeper.pid}/exe`)).toMatch(/archon-keeper \(deleted\)$/);
	const called = readFileSync(`/proc/${keeper.pid}/cmdline`, 'latin1');
	await daemon.send('Upgrade');
	await stop(keeper.pid);
	await writeFile(fifos[1] ?? '', '\n');
	await zombie(ending);
	daemon.exit(0);
	keeper.child.kill('SIGCONT');
	const next = await stage.daemon();
	expect(readlinkSync(`/proc/${keeper.pid}/exe`)).toBe(stage.path('bin/archon-keeper'));
	expect(readFileSync(`/proc/${keeper.pid}/cmdline`, 'latin1')).toBe(called);
	expect(readFileSync(`/proc/${keeper.pid}/comm`, 'latin1')).toBe('archond\n');
	expect(await keeper.err.next()).toBe(over);
	await next.send('Take,k5');
	expect(await next.order('receive')).toBe('Fd,k5');
	await next.hello();
	expect(await next.head()).toMatchObject({ generation: 2, keeper: keeper.pid });
	await logger.gone;
	expect((await stage.logger()).pid).not.toBe(logger.pid);
	expect(await text(ends)).toBe('ExitStatus,13\n');
	await writeFile(fifos[0] ?? '', '\n');
	expect(await text(waits)).toBe('ExitStatus,12\n');
	expect((await next.slot(0)).state).toBe(slotState.replied);
	keeper.child.kill('SIGTERM');
	expect(await next.order('signal')).toBe('TERM');
	await next.send('Quit');
	next.exit(0);
	expect(await keeper.ended).toBe(0);
});

test('where its program is the same, or cannot be run, it stays as it is, and another daemon comes', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.send('Upgrade');
	daemon.exit(0);
	expect(await keeper.err.next()).toBe(over);
	const next = await stage.daemon();
	await next.hello();
	replace(stage, 'no program');
	await next.send('Upgrade');
	next.exit(0);
	const said = [];
	for (let lines = 0; lines < 4; lines++) {
		said.push(await keeper.err.next());
	}
	expect(said).toContain(over);
	expect(said).toContainEqual(expect.stringMatching(/cannot run .*archon-keeper: Exec format error/));
	expect(said).toContain('archond: archond itself stays as it is');
	expect(await (await stage.daemon()).hello()).toBe('Ready');
});

test('another archond that is installed is not run before an Upgrade', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	unlinkSync(stage.path('bin/archond'));
	writeFileSync(stage.path('bin/archond'), 'no program', { mode: 0o755 });
	daemon.exit(1);
	expect(await keeper.err.next()).toBe('archond: the daemon ended with code 1: starting it again');
	expect(await (await stage.daemon()).hello()).toBe('Ready');
});

test('who asks whether an Upgrade may be and is gone leaves nobody behind', async () => {
	const stage = new Stage();
	replace(stage, '#!/bin/sh\necho waits; exec sleep 60\n');
	const asker = spawn('sh', ['-c', `${stage.path('bin/archond')} --fits 6 7; true`], {
		env: {},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [first] = await once(asker.stdout.setEncoding('utf8'), 'data');
	expect(first).toBe('waits\n');
	asker.kill('SIGKILL');
	await once(asker, 'close'); // nobody has its output any more
});

test('archond says which formats it can take over, and takes over from nobody by hand', () => {
	const stage = new Stage();
	const run = (...args: string[]) => {
		const env = { ARCHON_NODE: stage.path('bin/node'), ARCHON_DAEMON: stage.path('bin/node') };
		const { status, stdout, stderr } = spawnSync(stage.path('bin/archond'), args, { encoding: 'utf8', env });
		return [status, `${stdout}${stderr}`];
	};
	expect(run('--fits', '6', '7')).toEqual([0, 'archond: takes over 6 7\n']);
	expect(run('--fits', '4', '7')[1]).toMatch(/^archond: the ledger is of version 4, this archond knows 6/);
	for (const other of ['6', '8']) {
		expect(run('--fits', '6', other)).toEqual([
			1,
			`archond: the archond that runs hands over version ${other}, this one knows 7: stop archond, then start it again\n`,
		]);
	}
	const alone = 'archond: this program is started by archond alone, by that of its own version\n';
	expect(run('--child', 'daemon', '5')).toEqual([2, alone]);
	expect(run('--end')).toEqual([2, alone]);
	const { status, stderr } = spawnSync(stage.path('bin/archon-keeper'), { encoding: 'utf8' });
	expect([status, stderr]).toEqual([2, alone]);
	replace(stage, '#!/bin/sh\n');
	expect(run('--fits', '6', '7')).toEqual([
		1,
		`archond: ${stage.path('bin/archon-keeper')} is not the archon-keeper of this archond\n`,
	]);
	replace(stage, 'no program');
	expect(run('--fits', '6', '7')[1]).toMatch(/cannot run .*archon-keeper: Exec format error/);
	unlinkSync(stage.path('bin/archon-keeper'));
	expect(run('--fits', '6', '7')[1]).toMatch(/cannot run .*archon-keeper: No such file or directory/);
	expect(
		run('--socket', stage.socket, '--state-dir', stage.path('state'), '--log-dir', stage.path('log'))[1],
	).toMatch(/cannot run .*archon-keeper: No such file or directory/);
});
