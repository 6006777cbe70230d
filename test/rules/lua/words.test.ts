import { expect, test } from 'vitest';
import { limits } from '../../../src/rules/lua/limits.ts';
import { calling, mistakesOf, said } from './rule.ts';

test.each([
	['return log(tostring(getmetatable("")))', 'false'],
	['return log(tostring(getmetatable(restart {})))', 'false'],
	['return log(tostring(getmetatable(above(5))))', 'false'],
	['return log(tostring(restart {}))', 'action: restart'],
	['return log(tostring(above(5)))', 'test: above'],
	[
		'local a = signal { name = "web", signal = "HUP" } return log(a.name .. a.signal .. tostring(a.because))',
		'web1nil',
	],
	['return log(tostring((run { "a" }).args))', 'nil'],
	['return log(tostring(restart {}[1]))', 'nil'],
])('what words give can be looked at and not changed: %s', (body, text) => {
	expect(said(body)).toBe(text);
});

test('a word that was called wrongly can be caught', () => {
	expect(said('local ok, why = pcall(restart, "web") return log(why)')).toBe(
		'restart: expected a table, restart { name = "web" }, got "web"',
	);
});

test('what was printed is logged, before what else is to be done', () => {
	expect(said('print("a", 1, nil, 2.5, true) print() return log "b"')).toBe('a\t1\tnil\t2.5\ttrue\n\nb');
	expect(said(`print(("x"):rep(${limits.log})) print(("x"):rep(${limits.log + 1}))`)).toBe(
		`${'x'.repeat(4096)}\n${'x'.repeat(4093)}...`,
	);
	expect(mistakesOf('print("ignored")')).toEqual([]);
});

test('process(name) is what is known of it, until it is gone', () => {
	const { files, call } = calling(
		'local p = process("web") return log(p and p.state .. p.labels.tier or "none")',
	);
	const view = {
		name: 'web',
		kind: 'daemon',
		state: 'running',
		pid: 1,
		since: 0,
		restarts: 0,
		last: '-',
		reason: '',
		labels: { tier: 'gold' },
	};
	expect(call()).toMatchObject({ actions: [{ text: 'none' }] });
	files.know('web', view);
	expect(call()).toMatchObject({ actions: [{ text: 'runninggold' }] });
	files.know('web', { ...view, state: 'failed' });
	expect(call()).toMatchObject({ actions: [{ text: 'failedgold' }] });
	files.know('web', undefined);
	expect(call()).toMatchObject({ actions: [{ text: 'none' }] });
	expect(mistakesOf('\nprocess("web")')).toEqual(['2: process: can be asked in a function of a rule only']);
});
