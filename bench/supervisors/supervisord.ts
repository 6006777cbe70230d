import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { native } from '../native.ts';
import { installed, type Peer } from './peer.ts';
import { names } from './supervisor.ts';

const program = installed('supervisor/usr/bin/supervisord');

/** supervisord, output to nowhere; its loop looks for what ended once a second. */
export const supervisord: Peer = {
	name: 'supervisord',
	program,
	isSlow: true,
	prepare: async ({ directory, count, stamps }) => {
		const config = join(directory, 'supervisord.conf');
		const services = names(count).map((name) =>
			[
				`[program:${name}]`,
				`command=${native('service')} ${name} ${stamps}`,
				'autorestart=true',
				'stdout_logfile=NONE',
				'stderr_logfile=NONE',
			].join('\n'),
		);
		const own = `[supervisord]\nnodaemon=true\nminfds=20000\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=${directory}/pid`;
		await writeFile(config, [own, ...services, ''].join('\n\n'));
		return {
			argv: ['/usr/bin/python3', program, '-c', config],
			env: { PATH: '/usr/bin:/bin', PYTHONPATH: installed('supervisor/usr/lib/python3/dist-packages') },
			stop: 'TERM',
		};
	},
};
