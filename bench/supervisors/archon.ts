import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archondOptions } from '../daemon.ts';
import { native } from '../native.ts';
import { archond } from '../place.ts';
import { names, type Supervisor } from './supervisor.ts';

/** archond with a file of services that are started again at once after a run of more than a second, as with runit. */
export const archon: Supervisor = {
	name: 'archond',
	prepare: async ({ directory, disk, count, stamps }) => {
		const config = join(directory, 'archon.toml');
		const services = names(count).map(
			(name) => `[service.${name}]\nrun = ${JSON.stringify([native('service'), name, stamps])}\n`,
		);
		const defaults = '[defaults]\nrestart = "always"\nbackoff = { reset = "1s" }\n';
		await writeFile(config, [defaults, ...services].join('\n'));
		return { argv: [archond, '--config', config, ...archondOptions(directory, disk)], stop: 'TERM' };
	},
};
