import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const addon = fileURLToPath(new URL('../../native/build/Release/archon.node', import.meta.url));

test('a keeper that does not answer is waited for once, however much is to be taken back', async () => {
	const asks = `console.log(JSON.stringify(require(process.argv[1]).channelTakeAll(['Take,c0', 'Take,c1', 'Take,c2'])))`;
	const began = performance.now();
	const daemon = spawn(process.execPath, ['-e', asks, addon], {
		stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
	});
	expect(JSON.parse(await text(daemon.stdout ?? expect.unreachable()))).toEqual([-110, -110, -110]);
	expect(performance.now() - began).toBeLessThan(9000);
});
