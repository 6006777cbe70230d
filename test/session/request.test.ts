import { describe, expect, it } from 'vitest';
import { count, duration, flag, name, optional, text } from '../../src/base/field.ts';
import type { Context } from '../../src/requests/context.ts';
import { ok, request } from '../../src/requests/request.ts';
import { Archon } from '../archon.ts';

const context = { fds: [] } as unknown as Context;
const common = { summary: 'Do it.', needs: 'operate' } as const;

/** A request that answers with what it was given. */
function echo<const A extends Parameters<typeof request>[0]['args']>(args: A, rest?: string) {
	const given: unknown[] = [];
	const made = request({
		...common,
		name: 'Echo',
		args,
		...(rest === undefined ? {} : { rest }),
		handle(values, _, more) {
			given.push(values, more);
			return ok;
		},
	});
	const ask = (...fields: string[]) => [made.handle(fields, context), ...given.splice(0)];
	return { made, ask };
}

describe('a request as it is declared', () => {
	it('makes its synopsis of its fields, those that may be left out in brackets', () => {
		const { made } = echo(
			{ name, timeout: optional(duration), lines: optional(count, 100) },
			'[,<key=value>...]',
		);
		expect(made.synopsis).toBe('Echo,<name>[,<timeout>][,<lines>][,<key=value>...]');
		expect(echo({}).made.synopsis).toBe('Echo');
	});

	it('knows how many fields there may be: any number with a rest', () => {
		const { made } = echo({ name, timeout: optional(duration) });
		expect([made.least, made.most]).toEqual([1, 2]);
		const { made: open } = echo({ name }, '[,<more>...]');
		expect([open.least, open.most]).toEqual([1, -1]);
		const { made: closed } = echo({});
		expect([closed.least, closed.most]).toEqual([0, 0]);
	});

	it('takes no descriptors, has no columns and does not follow unless it says so', () => {
		const { made } = echo({});
		expect([made.fds, made.columns, made.follows]).toEqual([[0], undefined, false]);
	});

	it('reads every field by its kind, and uses what stands for one that is left out', () => {
		const { ask } = echo({ name, timeout: optional(duration), lines: optional(count, 100) });
		expect(ask('web')).toEqual([ok, { name: 'web', timeout: undefined, lines: 100 }, []]);
		expect(ask('web', '1.5s', '7')).toEqual([ok, { name: 'web', timeout: 1500, lines: 7 }, []]);
	});

	it('hands on what is behind its fields as it came', () => {
		const { ask } = echo({ args: text }, '[,<key=value>...]');
		expect(ask('ls', 'A=1', '', 'B=2')).toEqual([ok, { args: 'ls' }, ['A=1', '', 'B=2']]);
		expect(ask('ls')).toEqual([ok, { args: 'ls' }, []]);
	});

	it('refuses a field that is missing, one too many and one it cannot read, and does nothing then', () => {
		const { ask } = echo({ name, timeout: optional(duration) });
		expect(ask()).toEqual([{ refused: 'name is missing: Echo,<name>[,<timeout>]' }]);
		expect(ask('web', '1s', 'x')).toEqual([{ refused: '"x" is a field too many: Echo,<name>[,<timeout>]' }]);
		expect(ask('web', '1')).toEqual([
			{ refused: 'timeout: "1" is not a duration; write 200ms, 5s, 2m or 1h' },
		]);
		expect(echo({}).ask('x')).toEqual([{ refused: '"x" is a field too many: Echo' }]);
	});

	it('names a word that stands for itself as it is written, not as it is called here', () => {
		const { ask } = echo({ dryRun: flag('dry-run') });
		expect(ask('dry-run')).toEqual([ok, { dryRun: true }, []]);
		expect(ask('x')).toEqual([{ refused: '"x" is not dry-run: Echo[,dry-run]' }]);
	});

	it('refuses an empty field where a value belongs, also one that may be left out', () => {
		const { ask } = echo({ args: text, timeout: optional(duration) });
		expect(ask('')).toEqual([{ refused: 'args: an empty field where a value belongs' }]);
		expect(ask('ls', '')).toEqual([
			expect.objectContaining({ refused: expect.stringContaining('timeout: ') }),
		]);
	});
});

it('what a request does not take is an Error that shows how it is written', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Ping,x\nVersion,x\nSignal,web\nStatus,a,b\nRemove\n')).toEqual([
		'Error,"""x"" is a field too many: Ping"',
		'Error,"""x"" is a field too many: Version"',
		'Error,"signal is missing: Signal,<name>,<signal>"',
		'Error,"""b"" is a field too many: Status[,<name>]"',
		'Error,"name is missing: Remove,<name>"',
	]);
});
