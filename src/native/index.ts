/** The C core, native/addon.cc. Nothing else imports the .node file. */

import { basename, join } from 'node:path';
import type { Addon } from './addon.ts';

export type { Addon, PidfdInfo, SpawnRequest } from './addon.ts';

/** Loaded once, on the main thread: it reserves the process's low descriptors. */
export const native: Addon = load();

function load(): Addon {
	const path = join(root(), 'native/build/Release/archon.node');
	// Not in the bundle, whose own `require` does: what node:module brings along takes a start a quarter of a millisecond.
	const load = typeof require === 'function' ? require : createRequire(path);
	return load(path) as Addon;
}

function createRequire(path: string): NodeJS.Require {
	return process.getBuiltinModule('node:module').createRequire(path);
}

/** This file is ROOT/src/native/index.ts or, bundled as CommonJS, ROOT/dist/daemon.cjs. */
function root(): string {
	const here = import.meta.dirname ?? __dirname;
	return basename(here) === 'dist' ? join(here, '..') : join(here, '../..');
}
