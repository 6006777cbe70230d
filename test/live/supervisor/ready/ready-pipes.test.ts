import { expect, test } from 'vitest';
import { Archon } from '../../../archon.ts';
import { play, shown } from '../../../session/actor.ts';
import { ask, status } from '../../../session/ask.ts';

test('fd: a line break on the descriptor makes it ready, and nothing else', async () => {
	const { archon, actor } = await play('ready = "fd:5"');
	expect(await shown(archon)).toBe('starting not ready: fd:5: no line break yet');
	await actor.does('os.write(5, b"half")');
	expect((await status(archon, 'web'))['state']).toBe('starting');
	await actor.does('os.write(5, b" a line\\n") and os.close(5)');
	expect(await ask(archon, 'Wait', 'web', 'running', '5s')).toBe('Ok');
});

test('fd: one that is closed without a line break leaves it starting', async () => {
	const { archon, actor } = await play('ready = "fd:3"');
	await actor.does('os.close(3)');
	await expect.poll(() => shown(archon)).toBe('starting not ready: fd:3: closed without a line break');
});

test('fd: a shell is ready by echo, and so it is once more after a restart', async () => {
	const archon = await Archon.configured(
		'[service.web]\nrun = ["sh", "-c", "echo > /dev/fd/3; exec sleep 60"]\nready = "fd:3"\n',
	);
	expect(await ask(archon, 'Wait', 'web', 'running', '5s')).toBe('Ok');
	expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	expect((await status(archon, 'web'))['state']).toBe('running');
});
