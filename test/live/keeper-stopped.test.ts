import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { client } from './client.ts';
import { stop, until } from './until.ts';

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

test('who came to a keeper that stood still for longer than that has its reply, and what is behind it', async () => {
	const archon = await Archon.start();
	const keeper = archon.keeper.pid ?? 0;
	await stop(keeper);
	const { say, hear } = await client(archon);
	await say('Run,true\nPing\n');
	await until(() => archon.said.includes('the keeper has not answered for 5 s'));
	process.kill(keeper, 'SIGCONT');
	expect(await hear(2)).toEqual(['ExitStatus,0', 'Ok']);
});
