import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask } from './ask.ts';

test('archonctl save prints a daemon as a table for the file, byte for byte', async () => {
	const archon = await Archon.start();
	const script = 'echo "a, \\b\t ü"; exec sleep 60';
	const options = ['--name', 'web', '--restart', 'always', '-e', 'KEY=a "b"', '-C', '/'];
	expect(await archon.ctl(['start-daemon', ...options, '--', 'sh', '-c', script])).toMatchObject({ code: 0 });
	const { out, err, code } = await archon.ctl(['save', 'web']);
	expect({ err, code }).toEqual({ err: '', code: 0 });
	expect(out).toMatch(/^\[service\.web\]\nrun = \["sh"/);
	expect(parse(out)).toEqual({
		service: { web: { run: ['sh', '-c', script], env: { KEY: 'a "b"' }, restart: 'always' } },
	});
});

test('a run is no daemon, and cannot be saved', async () => {
	const archon = await Archon.start();
	const connection = await archon.connect();
	connection.call(['Run', 'sleep,60', 'ARCHON_NAME=job']).catch(() => undefined);
	expect(await ask(archon, 'Wait', 'job', 'running', '5s')).toBe('Ok');
	expect(await ask(archon, 'Save', 'job')).toBe('Error,"""job"" is a run: only a daemon can be saved"');
	expect(await ask(archon, 'Save', 'no')).toBe(
		'Error,"nothing is called ""no""; Status lists what there is"',
	);
});
