import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { until } from '../live/until.ts';
import { ask, names, pidOf, rows } from './ask.ts';

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

test('what is not a daemon cannot be saved', async () => {
	const archon = await Archon.configured('');
	const connection = await archon.connect();
	connection.call(['Run', 'sleep,60', 'ARCHON_NAME=job']).catch(() => undefined);
	// Two connections: which is read first is not said.
	await until(async () => (await ask(archon, 'Wait', 'job', 'running', '5s')) === 'Ok');
	expect(await ask(archon, 'Save', 'job')).toBe('Error,"""job"" is a run: only a daemon can be saved"');
	archon.configure('[service.a]\nrun = ["sleep", "60"]\n[group.shop]\nmembers = ["a"]\n');
	expect(await ask(archon, 'Reload')).toBe('Ok');
	expect(await ask(archon, 'Save', 'shop')).toBe(
		'Error,"""shop"" is not one daemon: save each of it by its own name"',
	);
	expect(await ask(archon, 'Save', 'no')).toBe(
		'Error,"nothing is called ""no""; Status lists what there is"',
	);
});

test('what was saved into the file is a service from the next Reload on, and runs on', async () => {
	const archon = await Archon.configured('');
	expect((await archon.ctl(['start-daemon', '--name', 'web', '--', 'sleep', '60'])).code).toBe(0);
	const { out } = await archon.ctl(['save', 'web']);
	const before = await pidOf(archon, 'web');
	archon.configure(out);
	const keep = [{ action: 'keep', name: 'web', detail: '' }];
	expect(await rows(archon, 'Reload', 'dry-run')).toEqual(keep);
	expect(await rows(archon, 'Reload')).toEqual(keep);
	expect(await pidOf(archon, 'web')).toBe(before);
	archon.configure('');
	expect(await rows(archon, 'Reload')).toMatchObject([{ action: 'stop', name: 'web' }]);
	expect(await names(archon)).toEqual([]);
});
