import { expect, test } from 'vitest';
import * as field from '../../src/base/field.ts';
import { isRefusal } from '../../src/base/refusal.ts';

function refused<T>(of: field.Field<T>, ...texts: string[]): boolean[] {
	return texts.map((text) => isRefusal(of.read(text)));
}

test('an empty field where a value belongs is refused by every field', () => {
	const all = [
		field.text,
		field.name,
		field.nameOrGlob,
		field.signal,
		field.duration,
		field.count,
		field.oneOf('a'),
	];
	for (const one of all) {
		expect(isRefusal(one.read('')), one.what).toBe(true);
	}
	expect(isRefusal(field.optional(field.text).read(''))).toBe(true);
});

test('a field reads what it wrote', () => {
	expect(field.text.read(field.text.write('a b'))).toBe('a b');
	expect(field.name.read(field.name.write('web'))).toBe('web');
	expect(field.nameOrGlob.read(field.nameOrGlob.write('web-[!0-9]*'))).toBe('web-[!0-9]*');
	expect(field.signal.read(field.signal.write(15))).toBe(15);
	expect(field.duration.read(field.duration.write(1500))).toBe(1500);
	expect(field.count.read(field.count.write(0))).toBe(0);
	expect(field.oneOf('up', 'down').write('up')).toBe('up');
	expect(field.oneOf('up', 'down').read('down')).toBe('down');
});

test('a name is no glob, and a glob has no characters that no name has', () => {
	expect(refused(field.name, 'web', 'web-*', 'a b')).toEqual([false, true, true]);
	expect(refused(field.nameOrGlob, 'web', '*', '[!a-z]?', 'a b', 'a b*', '-web', '*\n')).toEqual([
		false,
		false,
		false,
		true,
		true,
		true,
		true,
	]);
});

test('a glob is well formed: its sets are closed, and ] and ! stand in them alone', () => {
	const good = ['[a-z]*', '[!a-z]', '[]a]', '[[]', '[*?]x', 'a[!!]', '*'.repeat(256)];
	expect(refused(field.nameOrGlob, ...good)).toEqual(good.map(() => false));
	const bad = ['[a', '[', '[]', '[!]', '*]', '*!', '[a]]', 'a[b-', '*'.repeat(257)];
	expect(refused(field.nameOrGlob, ...bad)).toEqual(bad.map(() => true));
});

test('a count is a whole number without sign', () => {
	expect(refused(field.count, '0', '10', '-1', '+1', '1.5', '01', '1e3', '9'.repeat(16))).toEqual([
		false,
		false,
		true,
		true,
		true,
		true,
		true,
		true,
	]);
});

test('a refusal names what was wrong and the remedy', () => {
	expect(field.signal.read('hup')).toEqual({ refused: '"hup" is not a signal; write HUP, SIGHUP or 1' });
	expect(field.duration.read('5')).toEqual({ refused: '"5" is not a duration; write 200ms, 5s, 2m or 1h' });
	expect(field.duration.read('600h')).toEqual({
		refused: '"600h" is longer than 2147483647ms (596h, 24.8 days)',
	});
	expect(field.oneOf('up', 'down').read('left')).toEqual({ refused: '"left" is not one of up, down' });
});

test('an optional field has a value for when it is left out', () => {
	const lines = field.optional(field.count, 100);
	expect([lines.what, lines.fallback, lines.read('7'), lines.write(7)]).toEqual(['count', 100, 7, '7']);
	const none = field.optional(field.name);
	expect([none.fallback, none.write(undefined), none.write('web')]).toEqual([undefined, '', 'web']);
});

test('a flag is its own word or nothing', () => {
	const dry = field.flag('dry-run');
	expect(dry.read('dry-run')).toBe(true);
	expect(dry.read('wet-run')).toEqual({ refused: '"wet-run" is not dry-run' });
	expect([dry.fallback, dry.write(true), dry.write(undefined)]).toEqual([undefined, 'dry-run', '']);
});
