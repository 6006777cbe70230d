import { expect, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon } from '../archon.ts';
import { ask, rows, status } from './ask.ts';
import { Gate } from './gate.ts';
import { Watch } from './watch.ts';

const refused =
	'Error,"""once"" cannot be started: it is a run, which is carried out once; send its Run again"';

test('a run is carried out once, whoever asks for it to be started again, and is answered once', async () => {
	const archon = await Archon.start();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon)];
	const script = `echo >> ${archon.directory}/began; trap '' TERM; ${gate.wait}; exit 5`;
	const replies = archon.lines(`Run,${quoted(['sh', '-c', script])},ARCHON_NAME=once\nPing\n`);
	await watch.event('process.started', 'once');
	for (const request of ['Restart', 'Start']) {
		expect(await ask(archon, request, 'once')).toBe(refused);
	}
	expect(await rows(archon, 'Impact', 'Restart', 'once')).toMatchObject([{ action: 'keep', name: 'once' }]);
	const { pid } = await status(archon, 'once');
	expect(await ask(archon, 'Pause', 'once')).toBe('Ok');
	for (const request of ['Restart', 'Start']) {
		expect(await ask(archon, request, 'once')).toBe(refused);
	}
	expect(await ask(archon, 'Resume', 'once')).toBe('Ok');
	const stopped = ask(archon, 'Stop', 'once', '1h');
	await watch.event('process.stopping', 'once');
	for (const request of ['Restart', 'Start']) {
		expect(await ask(archon, request, 'once')).toBe(refused);
	}
	expect(await status(archon, 'once')).toMatchObject({ pid, state: 'stopping' });
	gate.open();
	expect([await replies, await stopped]).toEqual([['ExitStatus,5', 'Ok'], 'Ok']);
});

function quoted(args: readonly string[]): string {
	return `"${formatArgs(args).replaceAll('"', '""')}"`;
}
