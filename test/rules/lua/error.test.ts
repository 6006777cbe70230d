import { expect, test } from 'vitest';
import { chunkOf } from '../../../src/rules/lua/error.ts';
import { said } from './rule.ts';

test.each([
	['\nerror("here")', '3: here'],
	['error("there", 0)', '2: there'],
	['error()', '2: nil'],
	['error { 1 }', '2: table: 0x'],
	['error(setmetatable({}, { __tostring = function() return "shown" end }))', '2: shown'],
	['error(setmetatable({}, { __tostring = function() error("no") end }))', '2: an error that is no text'],
	['error(("x"):rep(2000))', `2: ${'x'.repeat(1024 - 12)}`],
	['return nothing.at.all', "2: attempt to index a nil value (global 'nothing')"],
	['local function f() return 1 + f() end return f()', '2: stack overflow'],
	['return rule "two" {}', '2: rules are declared when their file is loaded, not in a function'],
	['return process()', '2: process: expected the name of a process, got nothing'],
	[
		'return above "x"',
		'2: above: expected a number, a size ("1.5GiB"), a duration ("2m") or a share ("80%"), got "x"',
	],
])('%s is wrong, and says where', (body, wrong) => {
	expect(said(body)).toContain(wrong);
});

test('the text of an error is told up to 1024 bytes', () => {
	const text = (n: number) => said(`error(("x"):rep(${n}), 0)`);
	expect([text(0), text(1), text(1024)]).toEqual(['2: ', '2: x', `2: ${'x'.repeat(1024)}`]);
	expect(text(1025)).toBe(`2: ${'x'.repeat(1024)}...`);
});

test('a name of a file is told up to 50 characters, of a longer one the end', () => {
	expect([chunkOf(''), chunkOf('a.lua'), chunkOf('x'.repeat(50))]).toEqual(['', 'a.lua', 'x'.repeat(50)]);
	expect(chunkOf(`a${'x'.repeat(50)}`)).toBe(`...${'x'.repeat(50)}`);
});
