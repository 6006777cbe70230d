import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { temporary } from '../archon.ts';
import { archonctl } from './archonctl.ts';

/** What archonctl says who may not connect, and the path that it tried; root is without its right to pass over modes. */
export function barred(...args: readonly string[]) {
	const socket = `${temporary()}/socket`;
	writeFileSync(socket, '');
	chmodSync(socket, 0);
	const [command = '', ...words] = [
		...(process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override'] : []),
		archonctl,
		...args,
	];
	const env = { PATH: process.env['PATH'], ARCHON_SOCKET: socket };
	const { status, stdout, stderr } = spawnSync(command, words, { env, encoding: 'utf8' });
	return { socket, said: { status, stdout, stderr } };
}
