import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const bundle = readFileSync(join(import.meta.dirname, '../../dist/lua.cjs'), 'latin1');

test('the thread of the rules asks for nothing that opens files or runs programs', () => {
	const asked = new Set([...bundle.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, what]) => what));
	expect([...asked].sort()).toEqual(['node:os', 'node:worker_threads']);
	const libraries = [
		'luaopen_os',
		'luaopen_io',
		'luaopen_package',
		'luaopen_debug',
		'readline-sync',
		'child_process',
	];
	expect(libraries.filter((name) => bundle.includes(name))).toEqual([]);
});
