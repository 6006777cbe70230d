import { expect, test } from 'vitest';
import { portName, portRange } from '../../src/config/ports.ts';
import { again, read } from './readers.ts';

test('a range of ports is read', () => {
	expect(read(portRange, '"1-65535"')).toEqual({ from: 1, to: 65_535 });
	expect(again(portRange, { from: 5, to: 6 })).toEqual({ from: 5, to: 6 });
	const expected = 'expected two ports from 1 to 65535 ("20000-29999")';
	expect(read(portRange, '"5-4"')).toEqual({ wrong: [`${expected}, got "5-4"`] });
	expect(read(portRange, '8080')).toEqual({ wrong: [`${expected}, got the number 8080`] });
});

test('a name of a port is read', () => {
	expect(read(portName, '"http"')).toBe('http');
	expect(read(portName, '"1"')).toEqual({
		wrong: ['expected a name of at most 32 letters, digits and _-, the first a letter, got "1"'],
	});
});
