import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Keeping, mostSource, mostState } from '../../src/rules/keeping.ts';
import { folder } from '../config/scratch.ts';

function keeping(directory = `${folder({})}/rules`) {
	const troubles: string[] = [];
	return { directory, troubles, keeping: new Keeping(directory, (trouble) => troubles.push(trouble)) };
}

test('a file and its state are kept and found as they were, by another daemon', () => {
	const { directory, keeping: first, troubles } = keeping();
	const state = { count: 3, list: [1, 'zwei', true], 'e\xe9': { deep: 0.5 } };
	first.keepSource('memory.lua', 'rule "\xe9" {}');
	first.keepState('memory.lua', state);
	const found = keeping(directory).keeping.read();
	expect(found).toEqual(new Map([['memory.lua', { source: 'rule "\xe9" {}', state }]]));
	expect(troubles).toEqual([]);
});

test('where nothing was kept nothing is found, and no folder is made', () => {
	const { directory, keeping: none } = keeping();
	expect(none.read()).toEqual(new Map());
	expect(() => statSync(directory)).toThrow('ENOENT');
});

test('a source without state, a state without source, and names that look like one another', () => {
	const { directory, keeping: some } = keeping();
	some.keepSource('a.lua', '');
	some.keepState('b.lua', {});
	expect(keeping(directory).keeping.read()).toEqual(
		new Map([
			['a.lua', { source: '', state: undefined }],
			['b.lua', { source: undefined, state: {} }],
		]),
	);
});

test("what is kept is the owner's alone and leaves no draft behind", () => {
	const { directory, keeping: some } = keeping();
	some.keepSource('a.lua', 'a');
	some.keepState('a.lua', 1);
	some.keepState('a.lua', 2);
	expect(readdirSync(directory)).toEqual(['a.lua', 'a.lua.json']);
	expect(readdirSync(directory).map((name) => statSync(`${directory}/${name}`).mode & 0o777)).toEqual([
		0o600, 0o600,
	]);
	expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test('a torn state, a draft and a folder are passed over', () => {
	const { directory, keeping: some } = keeping();
	some.keepSource('a.lua', 'a');
	writeFileSync(`${directory}/a.lua.json`, '{"torn":');
	writeFileSync(`${directory}/b.lua.new`, 'draft');
	writeFileSync(`${directory}/c.lua.json.new`, '{}');
	mkdirSync(`${directory}/d.lua`);
	expect(keeping(directory).keeping.read()).toEqual(
		new Map([
			['a.lua', { source: 'a', state: undefined }],
			['d.lua', { source: undefined, state: undefined }],
		]),
	);
});

test.each([0, 1, mostSource, mostSource + 1])('a source of %i bytes', (length) => {
	const { keeping: some } = keeping();
	some.keepSource('a.lua', '\xff'.repeat(length));
	expect(some.read().get('a.lua')?.source?.length).toBe(length > mostSource ? undefined : length);
});

test.each([2, 3, mostState, mostState + 1])('a state of %i characters of JSON', (length) => {
	const { keeping: some } = keeping();
	some.keepState('a.lua', '\xff'.repeat(length - 2));
	expect(some.read().get('a.lua')?.state).toBe(length > mostState ? undefined : '\xff'.repeat(length - 2));
});

test('what is too long to have been kept is not read', () => {
	const { directory, keeping: some } = keeping();
	some.keepSource('a.lua', 'a');
	writeFileSync(`${directory}/a.lua`, 'x'.repeat(mostSource + 1));
	expect(some.read().get('a.lua')?.source).toBeUndefined();
});

test('a file that is forgotten is gone with its state, and one that was never kept too', () => {
	const { directory, keeping: some, troubles } = keeping();
	some.keepSource('a.lua', 'a');
	some.keepState('a.lua', 1);
	some.forget('a.lua');
	some.forget('b.lua');
	expect(readdirSync(directory)).toEqual([]);
	expect(troubles).toEqual([]);
});

test('what cannot be written is told once, and again after it could be', () => {
	const { directory, keeping: some, troubles } = keeping();
	mkdirSync(`${directory}/a.lua`, { recursive: true });
	some.keepSource('a.lua', 'a');
	some.keepSource('a.lua', 'b');
	expect(troubles).toEqual([expect.stringContaining('rules and their state cannot be kept: EISDIR')]);
	some.keepSource('b.lua', 'b');
	some.keepSource('a.lua', 'c');
	expect(troubles.length).toBe(2);
	expect(readFileSync(`${directory}/b.lua`, 'latin1')).toBe('b');
});
