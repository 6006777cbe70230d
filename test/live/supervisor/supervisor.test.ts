import { expect, test } from 'vitest';
import { Archon } from '../../archon.ts';
import { ask, daemon, status } from '../../session/ask.ts';
import { Gate } from '../../session/gate.ts';
import { Watch } from '../../session/watch.ts';
import { isAlive, Told } from '../told.ts';

const stubborn = 'trap "" TERM; echo up; while :; do sleep 60 & wait; done';

test('a later Stop with no time kills at once what an earlier one asked to end', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'names=web');
	await daemon(archon, 'web', stubborn);
	const patient = ask(archon, 'Stop', 'web', '1h');
	await watch.event('process.stopping');
	expect(await ask(archon, 'Stop', 'web', '0s')).toBe('Ok');
	expect(await patient).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped', last: 'signal:KILL' });
});

test('it kills at once, too, what the main process leaves behind', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'names=web');
	const [gate, told] = [new Gate(archon), new Told(archon.directory)];
	const left = `setsid -f env --ignore-signal=TERM sh -c 'echo $$ > ${told.path}; exec sleep 60'`;
	await daemon(
		archon,
		'web',
		`${left}; trap "" TERM; echo ready > ${told.path}; while :; do ${gate.wait}; done`,
	);
	const [one, other] = [await told.next(), await told.next()];
	const pid = Number(one === 'ready' ? other : one);
	const patient = ask(archon, 'Stop', 'web', '1h');
	await watch.event('process.stopping');
	expect(await ask(archon, 'Stop', 'web', '0s')).toBe('Ok');
	expect(await patient).toBe('Ok');
	expect(isAlive(pid)).toBe(false);
});
