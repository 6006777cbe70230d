import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('who is not process 1 ends nothing but itself, and says so', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	for (const request of ['Reboot', 'PowerOff', 'Halt']) {
		expect((await client.call([request])).final).toEqual({
			tag: 'error',
			reason: 'archon is not process 1 here (archond --init): Shutdown ends archon alone',
		});
	}
	expect(await archon.ctl(['power-off'])).toEqual({
		code: 1,
		out: '',
		err: 'archonctl: archon is not process 1 here (archond --init): Shutdown ends archon alone\n',
	});
	expect((await client.call(['Ping'])).final).toEqual({ tag: 'ok' });
});
