import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

// A small tree of its own with the rules of this one, and one planted import for each test.
const root = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'archon-layers-'));
let broken: { from: string; rule: { name: string } }[];

beforeAll(async () => {
	for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
		cpSync(join(root, file), join(copy, file));
	}
	symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
	plant('base/word', 'export const word = 1;');
	plant('supervisor/thing', 'export const thing = 1;\nexport type Thing = number;');
	plant('native/archon', '', '.node');

	plant('protocol/down', "export { word } from '../base/word.ts';");
	plant('base/up', "export { thing } from '../supervisor/thing.ts';");
	plant('base/type-up', "export type { Thing } from '../supervisor/thing.ts';");
	plant('requests/type', "export type { Thing } from '../supervisor/thing.ts';");
	plant('requests/code', "export { thing } from '../supervisor/thing.ts';");
	plant('base/circle', "import { b } from './circle-b.ts';\nexport const a = () => b;");
	plant('base/circle-b', "import { a } from './circle.ts';\nexport const b = () => a;");
	plant('misc/nowhere', "export { word } from '../base/word.ts';");
	plant('server/addon', "import addon from '../native/archon.node';\nexport const opened = addon;");
	plant('client/tool', "export { test } from 'vitest';");
	plant('client/lost', "export { lost } from './nothing-here.ts';");
	broken = await cruise();
});

afterAll(() => rmSync(copy, { recursive: true }));

test('an import that goes down is accepted', () => {
	expect(rulesBrokenBy('protocol/down')).toEqual([]);
});

test('an import that goes up is refused', () => {
	expect(rulesBrokenBy('base/up')).toEqual(['base-stays-down']);
});

test('an import that goes up is refused when it is of a type alone', () => {
	expect(rulesBrokenBy('base/type-up')).toEqual(['base-stays-down']);
});

test('a request may know the types of the supervisor', () => {
	expect(rulesBrokenBy('requests/type')).toEqual([]);
});

test('a request may not load the supervisor', () => {
	expect(rulesBrokenBy('requests/code')).toEqual(['requests-knows-only-types']);
});

test('a circle of imports is refused', () => {
	expect(rulesBrokenBy('base/circle-b')).toEqual(['no-circular']);
});

test('a folder without a layer is refused', () => {
	expect(rulesBrokenBy('misc/nowhere')).toEqual(['every-folder-has-its-layer']);
});

test('the addon is opened by src/native alone', () => {
	expect(rulesBrokenBy('server/addon')).toEqual(['one-door-to-the-addon']);
});

test('a package that does not ship is refused in what ships', () => {
	expect(rulesBrokenBy('client/tool')).toEqual(['what-ships-depends-on-what-ships']);
});

test('an import that leads nowhere is refused', () => {
	expect(rulesBrokenBy('client/lost')).toEqual(['resolvable']);
});

function plant(path: string, text: string, ending = '.ts') {
	const place = join(copy, 'src', path + ending);
	mkdirSync(dirname(place), { recursive: true });
	writeFileSync(place, `${text}\n`);
}

async function cruise() {
	const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
	const args = [cruiser, '--output-type', 'json', 'src'];
	const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: copy });
	return JSON.parse(stdout).summary.violations;
}

function rulesBrokenBy(path: string): string[] {
	return broken.filter(({ from }) => from === `src/${path}.ts`).map(({ rule }) => rule.name);
}
