import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** What a daemon runs or hands on besides its own program, as archon is installed; `dist` is the folder of that. */
export function beside(dist: string): { library: string; binder: string; rules: string; lua: string } {
	const built = join(dist, '../native/build/Release');
	return {
		library: join(built, 'libarchon-bind.so'),
		binder: join(built, 'archon-binder'),
		rules: join(dist, 'rules.cjs'),
		lua: join(dist, 'lua.cjs'),
	};
}

/** Throws where any of it is not there: without it a daemon comes up, and what needs it fails later. */
export function lookBeside(dist: string): void {
	for (const [what, path] of Object.entries(beside(dist))) {
		accessSync(path, what === 'binder' ? constants.X_OK : constants.R_OK);
	}
}
