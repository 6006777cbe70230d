import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { toBytes } from '../../src/base/to-bytes.ts';
import { printKey, printToml, showToml, type Toml } from '../../src/config/print.ts';

test('values are printed as TOML has them, on one line', () => {
	expect(printToml(['a"b\n', 5, true, [1.5], []])).toBe('["a\\"b\\u000a", 5, true, [1.5], []]');
	expect(printKey('A_b-1')).toBe('A_b-1');
	expect(printKey('a b')).toBe('"a b"');
	expect(printKey('')).toBe('""');
});

test('what is printed reads back', () => {
	const { toml } = fc.letrec<{ toml: Toml }>((tie) => ({
		toml: fc.oneof(
			{ depthSize: 'small' },
			fc.string({ unit: 'binary' }),
			fc.integer(),
			fc.boolean(),
			fc.array(tie('toml')),
		),
	}));
	fc.assert(
		fc.property(toml, fc.string(), (value, key) => {
			const text = `${printKey(key)} = ${printToml(value)}`;
			expect(parse(text)[key]).toEqual(value);
			expect(text).not.toContain('\n');
		}),
	);
	expect(printToml(toBytes('é'))).toBe('"Ã©"');
});

test('a string is shown without quotes, anything else as it is printed', () => {
	expect(showToml('on-failure')).toBe('on-failure');
	expect(showToml(['a'])).toBe('["a"]');
});
