import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeName, isName, nameFromProgram } from '../../src/base/name.ts';

test('names are [A-Za-z0-9][A-Za-z0-9_.@-]{0,63}', () => {
	for (const name of ['a', '0', 'web@1', 'a_.@-', 'a'.repeat(64)]) {
		expect(isName(name), name).toBe(true);
	}
	for (const text of ['', '-', '_a', '.a', '@a', 'a b', 'a/b', 'a\n', 'caf\xc3\xa9', 'a'.repeat(65)]) {
		expect(isName(text), text).toBe(false);
	}
});

test('a daemon is called by the base name of its program', () => {
	expect(nameFromProgram('nginx')).toBe('nginx');
	expect(nameFromProgram('/usr/sbin/nginx')).toBe('nginx');
	expect(nameFromProgram('./bin/my-app.js')).toBe('my-app.js');
	expect(nameFromProgram('bin/')).toBe('bin');
	expect(nameFromProgram('/odd\ndirectory/web')).toBe('web');
});

test('in a base name other characters become _, one for each character', () => {
	expect(nameFromProgram('a b+c')).toBe('a_b_c');
	expect(nameFromProgram(Buffer.from('café-€-😀').toString('latin1'))).toBe('caf_-_-_');
	expect(nameFromProgram('a\xff\xc3(b')).toBe('a___b');
});

test('in a base name leading _.@- are dropped, those that other characters became too', () => {
	expect(nameFromProgram('.hidden')).toBe('hidden');
	expect(nameFromProgram('--_.@x-')).toBe('x-');
	expect(nameFromProgram('(sd-pam)')).toBe('sd-pam_');
});

test('of a base name the first 56 characters are kept', () => {
	expect(nameFromProgram('a'.repeat(80))).toBe('a'.repeat(56));
	expect(nameFromProgram(`.${'a'.repeat(55)}bc`)).toBe(`${'a'.repeat(55)}b`);
});

test('if no characters remain the name is process', () => {
	for (const program of ['', '/', '...', '---', '\xff']) {
		expect(nameFromProgram(program), program).toBe('process');
	}
});

test('a name made from any program is a name, also with a number behind it', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 999_999 }), (bytes, number) => {
			const name = nameFromProgram(Buffer.from(bytes).toString('latin1'));
			expect(isName(name) && isName(`${name}-${number}`)).toBe(true);
		}),
	);
});

test('when the name is taken it is nginx-2, nginx-3, the lowest free number', () => {
	const taken = new Set<string>();
	expect(freeName('nginx', (name) => taken.has(name))).toBe('nginx');
	taken.add('nginx').add('nginx-3');
	expect(freeName('nginx', (name) => taken.has(name))).toBe('nginx-2');
	taken.add('nginx-2');
	expect(freeName('nginx', (name) => taken.has(name))).toBe('nginx-4');
});
