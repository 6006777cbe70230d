import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { parseArgs } from '../../src/protocol/args.ts';
import { parseRecord } from '../../src/protocol/record.ts';
import { errorReply } from '../../src/protocol/reply.ts';
import { parseSettings } from '../../src/protocol/settings.ts';

function environment(...fields: string[]): [string, string][] {
	const settings = parseSettings('Run', 'ls', fields);
	return isRefusal(settings) ? [['refused', settings.refused]] : [...settings.env];
}

function refusal(args: string, ...fields: string[]): string {
	const settings = parseSettings('Run', args, fields);
	return isRefusal(settings) ? settings.refused : '';
}

test('every further field is one environment setting key=value', () => {
	expect(environment('A=1', 'B=two')).toEqual([
		['A', '1'],
		['B', 'two'],
	]);
	expect(environment()).toEqual([]);
});

test('the value may be empty and may hold =', () => {
	expect(environment('A=', 'B=c=d', 'C==')).toEqual([
		['A', ''],
		['B', 'c=d'],
		['C', '='],
	]);
});

test('an empty key is refused', () => {
	expect(refusal('ls', 'A=1', '=b')).toBe('"=b" has no key in front of its =');
});

test('of equal keys the last wins', () => {
	expect(environment('A=1', 'B=x', 'A=2')).toEqual([
		['A', '2'],
		['B', 'x'],
	]);
});

test('settings that act on archon are taken out of the environment', () => {
	const names = ['NAME', 'KEY', 'DIRECTORY', 'RESTART', 'USER', 'READY'].map((name) => `ARCHON_${name}`);
	const fields = names.map((name) => `${name}=x`);
	const settings = parseSettings('StartDaemon', 'ls', ['A=1', ...fields, 'ARCHON_OTHER=2']);
	expect(settings).toEqual({
		env: new Map([
			['A', '1'],
			['ARCHON_OTHER', '2'],
		]),
		archon: new Map(names.map((name) => [name, 'x'])),
	});
});

test('a field with no = gets Error, and where the mistake looks like unquoted arguments the reason shows the right form', () => {
	expect(errorReply(refusal('ls', '-l'))).toBe(
		'Error,"""-l"" is not key=value; to pass arguments write Run,""ls,-l"""\n',
	);
});

test('the right form that is shown holds every argument and setting, quoted as the wire wants it', () => {
	const reason = refusal('sh', '-c', 'echo "a", b', 'A=x,y', '--color=auto');
	expect(reason.startsWith('"-c" is not key=value; to pass arguments write ')).toBe(true);
	const fields = parseRecord(reason.slice(reason.indexOf(' write ') + 7), true);
	expect(fields).toEqual(['Run', expect.any(String), 'A=x,y']);
	expect(parseArgs((fields as string[])[1] ?? '')).toEqual(['sh', '-c', 'echo "a", b', '--color=auto']);
});

test('the right form names the request that was made', () => {
	expect(parseSettings('StartDaemon', 'sleep', ['5'])).toEqual({
		refused: '"5" is not key=value; to pass arguments write StartDaemon,"sleep,5"',
	});
});

test('a variable without a value is told how to be set to nothing', () => {
	expect(refusal('ls', 'HOME')).toBe('"HOME" is not key=value; to set it to nothing write HOME=');
});

test('where no arguments can be meant no form is shown', () => {
	expect(refusal('ls', '')).toBe('"" is not key=value');
	expect(refusal('"ls', '-l')).toBe('"-l" is not key=value');
	expect(refusal('ls', 'x'.repeat(2000))).toBe(`"${'x'.repeat(80)}..." is not key=value`);
});
