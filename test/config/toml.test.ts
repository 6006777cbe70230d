import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node } from '../../src/config/node.ts';
import { parseToml } from '../../src/config/toml.ts';

function bytes(text: string): Uint8Array {
	return Buffer.from(text);
}

test('values come with their lines, strings and keys as bytes', () => {
	expect(parseToml(bytes('a = "é"\n\n[b]\n"ü" = [\n1,\n true]'), 'f')).toEqual({
		line: 1,
		value: new Map<string, Node>([
			['a', { line: 1, value: 'Ã©' }],
			[
				'b',
				{
					line: 3,
					value: new Map([
						[
							'Ã¼',
							{
								line: 4,
								value: [
									{ line: 5, value: 1 },
									{ line: 6, value: true },
								],
							},
						],
					]),
				},
			],
		]),
	});
});

test('a document that is no TOML is a mistake with its line', () => {
	const mistake = { file: 'f', key: '' };
	expect(parseToml(bytes('a = 1\nb ='), 'f')).toEqual({ ...mistake, line: 2, text: 'invalid value' });
	expect(parseToml(bytes('[a]\n\n[a]'), 'f')).toEqual({
		...mistake,
		line: 3,
		text: 'this is defined a second time',
	});
	expect(parseToml(bytes('a = 9007199254740993'), 'f')).toMatchObject({ line: 1 });
});

test('bytes that are not UTF-8 are a mistake with their line', () => {
	expect(parseToml(Buffer.from('a = 1\nb = "\xff"', 'latin1'), 'f')).toEqual({
		file: 'f',
		line: 2,
		key: '',
		text: 'not UTF-8',
	});
});

test('names that objects have are keys like others', () => {
	const node = parseToml(bytes('[__proto__]\nx = 1\n[constructor]\ntoString = 2'), 'f') as Node;
	expect([...(node.value as Map<string, Node>).keys()]).toEqual(['__proto__', 'constructor']);
	expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('however deep a document is, it does not cost the stack', () => {
	expect(parseToml(bytes(`a = ${'['.repeat(100_000)}`), 'f')).toMatchObject({ text: 'nested too deep' });
	expect(parseToml(bytes(`[${'a.'.repeat(100_000)}a]`), 'f')).toMatchObject({ line: 1 });
	expect(parseToml(bytes(`${'a.'.repeat(100_000)}a = 1`), 'f')).toMatchObject({ line: 1 });
});

test('any bytes are a table or a mistake', () => {
	const text = fc.string({ unit: fc.constantFrom(...'[]{}=.,#"\'\\\n ab1é-:T') });
	fc.assert(
		fc.property(fc.oneof(fc.uint8Array(), text.map(bytes)), (content) => {
			const result = parseToml(content, 'f');
			expect('text' in result || result.value instanceof Map).toBe(true);
		}),
	);
});
