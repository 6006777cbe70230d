import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask } from '../session/ask.ts';

test('what the daemon says is in the file that is its standard error', async () => {
	const directory = temporary();
	const file = `${directory}/said`;
	const said = ['sh', '-c', `exec "$0" "$@" 2>>${file}`];
	const archon = await Archon.start(directory, {}, ['--log-level', 'info'], said);
	expect(await ask(archon, 'Reload')).toBe('Ok');
	expect(await archon.end()).toBe(0);
	expect(readFileSync(file, 'latin1')).toMatch(/^archond: config\.reloaded/m);
});
