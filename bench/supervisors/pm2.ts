import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { native } from '../native.ts';
import { node } from '../place.ts';
import { installed, type Peer } from './peer.ts';
import { names } from './supervisor.ts';

const program = installed('pm2/node_modules/pm2/bin/pm2-runtime');

/** pm2 in the foreground, on the Node that archon runs on; fork mode, no interpreter, output to nowhere. */
export const pm2: Peer = {
	name: 'pm2',
	program,
	isSlow: true,
	prepare: async ({ directory, count, stamps }) => {
		const file = join(directory, 'ecosystem.json');
		const apps = names(count).map((name) => ({
			name,
			script: native('service'),
			args: [name, stamps],
			exec_mode: 'fork',
			interpreter: 'none',
			out_file: '/dev/null',
			error_file: '/dev/null',
		}));
		await writeFile(file, JSON.stringify({ apps }));
		return {
			argv: [node, program, 'start', file],
			env: { PATH: '/usr/bin:/bin', PM2_HOME: join(directory, 'pm2') },
			stop: 'INT',
		};
	},
};
