// Holds to how large the program is that must never die, archon-keeper: lines of its own sources and
// headers, as they are on Linux, that are neither blank nor comment. Not counted: the few functions of
// native/core that it calls, the C library, and keeper_freebsd.c, which stands in for keeper_linux.c.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const most = 700;

const files = readdirSync(join(root, 'native')).filter((name) => /^keeper(_\w+)?\.[ch]$/.test(name));
const counted = files.filter((name) => name !== 'keeper_freebsd.c').map((name) => [name, linesOf(name)]);
const all = counted.reduce((sum, [, lines]) => sum + lines, 0);
if (all > most || process.argv.includes('--list')) {
	for (const [name, lines] of counted) console.log(`${String(lines).padStart(5)} native/${name}`);
	console.log(`${String(all).padStart(5)} of ${most}`);
}
if (all > most) {
	console.log(
		'archon-keeper has grown: what happens once belongs to archond (native/archond.h), what takes judgement to the minder (native/minder.h)',
	);
	process.exitCode = 1;
}

function linesOf(name) {
	const text = readFileSync(join(root, 'native', name), 'utf8');
	const bare = text.replace(/"(?:\\.|[^"\\])*"|\/\*.*?\*\//gs, (found) =>
		found.startsWith('"') ? found : found.replace(/[^\n]/g, ''),
	);
	return bare.split('\n').filter((line) => line.trim() !== '').length;
}
