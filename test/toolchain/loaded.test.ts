import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/**
 * What a file and all that it imports import of Node: not what is loaded when it is needed (`import()`), nor types. The first
 * look at `performance` loads node:perf_hooks.
 */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
	const found = new Set<string>();
	seen.add(file);
	const text = readFileSync(file, 'utf8');
	if (/\bperformance\.\w+\(/.test(text)) {
		found.add('node:perf_hooks');
	}
	for (const [, what = ''] of text.matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?'([^']+)';$/gms)) {
		const path = join(dirname(file), what);
		if (!what.startsWith('.')) {
			found.add(what);
		} else if (!seen.has(path)) {
			for (const one of loadedBy(path, seen)) {
				found.add(one);
			}
		}
	}
	return found;
}

// Nobody is answered meanwhile when a daemon has died: node:crypto takes 5 ms, node:fs/promises and node:perf_hooks 1 each.
test('a daemon loads little of Node before it answers', () => {
	const loaded = [...loadedBy(join(root, 'src/main.ts'))].sort();
	expect(loaded.filter((it) => it.startsWith('node:'))).toEqual([
		'node:fs',
		'node:os',
		'node:path',
		'node:path/posix',
		'node:util',
	]);
});
