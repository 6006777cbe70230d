import { expect, test } from 'vitest';
import { name, path } from '../../src/config/path.ts';
import { again, read } from './readers.ts';

test('a path counts from the folder of the file', () => {
	expect(['"/a/../b/"', '"a"', '"../a"', '"."'].map((it) => read(path, it))).toEqual([
		'/b',
		'/srv/a',
		'/a',
		'/srv',
	]);
	expect(read(path, '""')).toEqual({ wrong: ['expected a path, got ""'] });
	expect(read(path, '"a\\u0000"')).toHaveProperty('wrong');
	expect(again(path, '/x y')).toBe('/x y');
});

test('names follow the rule of names', () => {
	expect(again(name, 'web@1')).toBe('web@1');
	expect(read(name, '"-x"')).toHaveProperty('wrong');
});
