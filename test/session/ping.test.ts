import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Ping is answered with Ok and nothing else', async () => {
	const archon = await Archon.start();
	expect(await archon.say('Ping\n')).toBe('Ok\n');
});

test('Ping takes no field', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Ping,x\nPing,\n')).toEqual([
		'Error,"""x"" is a field too many: Ping"',
		'Error,""""" is a field too many: Ping"',
	]);
});
