import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const real = join(import.meta.dirname, '../../dist/daemon.cjs');

/** A daemon's program in a folder of its own, that kills itself whenever it is about to start `deadly`. */
export function deadly(directory: string): string {
	const path = join(directory, 'dist/daemon.cjs');
	mkdirSync(join(directory, 'dist'));
	writeFileSync(
		path,
		`const { dlopen } = process;
		process.dlopen = (module, ...rest) => {
			dlopen(module, ...rest);
			const native = module.exports;
			const mortal = (want, ...more) => {
				if (want.block.includes('deadly')) process.kill(process.pid, 'SIGKILL');
				return native.spawn(want, ...more);
			};
			module.exports = new Proxy({}, { get: (_, name) => (name === 'spawn' ? mortal : native[name]) });
		};
		require(${JSON.stringify(real)});`,
	);
	return path;
}
