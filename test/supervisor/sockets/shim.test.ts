import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { shimSettings } from '../../../src/supervisor/sockets/shim.ts';

const nobody = { uid: 65_534, gid: 65_534 };

test('the library goes before what the service itself wants to have loaded', () => {
	const of = (env: Record<string, string>) => [
		...(shimSettings('/l.so', '/d/web', new Map(Object.entries(env)), undefined) as Map<string, string>),
	];
	expect(of({})).toEqual([['ARCHON_BIND', '/d/web'], ['LD_PRELOAD', '/l.so']]); // biome-ignore format: pairs
	expect(of({ LD_PRELOAD: '' })).toContainEqual(['LD_PRELOAD', '/l.so']);
	expect(of({ LD_PRELOAD: '/x.so' })).toContainEqual(['LD_PRELOAD', '/l.so:/x.so']);
});

test('where its user cannot load it the start is refused, with the reason', () => {
	const directory = mkdtempSync(`${tmpdir()}/archon-shim-`);
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	chmodSync(directory, 0o755);
	mkdirSync(`${directory}/a`, { mode: 0o755 });
	const library = `${directory}/a/l.so`;
	writeFileSync(library, '');
	const of = (owner = nobody, path = library) => shimSettings(path, '/d', new Map(), owner);
	expect(of()).toBeInstanceOf(Map);
	chmodSync(library, 0o640);
	expect(of()).toEqual({ refused: `bind: ${library}: its user cannot load it: it is closed to others` });
	chmodSync(library, 0o644);
	chmodSync(`${directory}/a`, 0o700);
	const refused = `bind: ${library}: its user cannot load it: ${directory}/a is closed to others`;
	expect(of()).toEqual({ refused });
	expect(of({ uid: 0, gid: 0 })).toBeInstanceOf(Map);
	expect(of(nobody, `${directory}/none`)).toEqual({
		refused: `bind: ${directory}/none: its user cannot load it: ENOENT`,
	});
	expect(of(nobody, '/a b/l.so')).toMatchObject({ refused: expect.stringContaining('no path with a blank') });
});
