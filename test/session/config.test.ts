import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { rows } from './ask.ts';

test('Config shows each value in force and where it comes from, but nothing of the environment', async () => {
	const archon = await Archon.configured('[service.nap]\nrun = ["sleep", "60"]\nenv = { KEY = "secret" }\n');
	const shown = new Map(
		(await rows(archon, 'Config')).map((row) => [row['key'], [row['value'], row['source']]]),
	);
	const file = `${archon.directory}/archon.toml`;
	expect(shown.get('service.nap.restart')).toEqual(['on-failure', 'default']);
	expect(shown.get('service.nap.env.KEY')).toEqual(['(set)', `${file}:3`]);
	expect(shown.get('daemon.socket')).toEqual([archon.socket, '--socket']);
	expect(shown.get('daemon.config')).toEqual([file, '--config']);
});
