import { expect, test } from 'vitest';
import { limits } from '../../../src/rules/lua/limits.ts';
import { calling, mistakesOf, said } from './rule.ts';

const half = `local s = ("x"):rep(${limits.text / 2})`;

test('a string has 1 MiB at most, however it is made', () => {
	const tooLong = (bytes: number) =>
		`2: not enough memory (a string of ${bytes} bytes; 1048576 are possible)`;
	expect(said(`${half} return log("" .. #(s .. s))`)).toBe('1048576');
	expect(said(`${half} return s .. s .. "y"`)).toBe(tooLong(1_048_577));
	expect(said(`${half} return table.concat({ s, s, "y" })`)).toBe(tooLong(1_048_577));
	expect(said('return (("x"):rep(2000):gsub("x", ("y"):rep(1000)))')).toBe(tooLong(2_000_000));
	expect(said('local s = "x" while true do s = s .. s end')).toBe(tooLong(2 * limits.text));
});

test('one call makes 32 MiB of strings at most, and an error that is caught is no way around', () => {
	const used = '2: not enough memory (more than 33554432 bytes of strings in one call)';
	const makes = (count: number) => `${half} for i = 1, ${count} do local t = s .. s end return log "done"`;
	// What else the call makes takes up less than the half that was made first leaves.
	expect(said(makes(31))).toBe('done');
	expect(said(makes(32))).toBe(used);
	expect(said(`${half} for i = 1, 100 do pcall(function() s = s .. "y" end) end return log(s)`)).toBe(used);
	expect(said(`local t = {} for i = 1, 1000000 do t[i] = ("x"):rep(100000) end`)).toBe(used);
});

test('the next call has all of it again', () => {
	const { call } = calling(
		`if event.bomb then ${half} while true do local t = s .. s end end return log "fine"`,
	);
	expect(call({ bomb: true })).toHaveProperty('wrong');
	expect(call()).toMatchObject({ actions: [{ text: 'fine' }] });
});

test('a file that is loaded has no more than a call', () => {
	expect(mistakesOf('local s = "x" while true do s = s .. s end')).toEqual([
		'1: not enough memory (a string of 2097152 bytes; 1048576 are possible)',
	]);
});
