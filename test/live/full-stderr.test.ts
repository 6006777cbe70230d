import { closeSync, constants, openSync, readSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask } from '../session/ask.ts';
import { daemonPid } from './crash.ts';
import { fullFifo } from './full-fifo.ts';

test('whoever does not read what archond says holds nothing up, and is told later that something is missing', async () => {
	const directory = temporary();
	const fifo = `${directory}/said`;
	fullFifo(fifo);
	const said = ['sh', '-c', `exec "$0" "$@" 2>${fifo}`];
	const archon = await Archon.start(directory, {}, ['--log-level', 'info'], said);
	for (let times = 0; times < 3; times++) {
		expect(await ask(archon, 'Reload')).toBe('Ok');
	}
	process.kill(daemonPid(archon), 'SIGKILL');
	expect(await ask(archon, 'Reload')).toBe('Ok');
	const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
	const bytes = Buffer.alloc(1 << 20);
	readSync(reader, bytes);
	expect(await ask(archon, 'Reload')).toBe('Ok');
	const text = bytes.toString('latin1', 0, readSync(reader, bytes));
	closeSync(reader);
	expect(text).toMatch(
		/^archond: \d+ lines are missing here, for nobody read them; archonctl events has what happened\narchond: /,
	);
});
