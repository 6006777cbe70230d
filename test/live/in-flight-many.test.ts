import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { client } from './client.ts';
import { crash } from './crash.ts';

test('many connections go on over a crash, each with what it had asked', async () => {
	const archon = await Archon.start();
	const clients = await Promise.all(Array.from({ length: 40 }, () => client(archon)));
	await Promise.all(clients.map(({ say }, code) => say(`Ping\nRun,"sh,-c,sleep 0.5; exit ${code}"\n`)));
	expect(await Promise.all(clients.map(({ hear }) => hear(1)))).toEqual(clients.map(() => ['Ok']));
	await crash(archon);
	const replies = await Promise.all(clients.map(({ hear }) => hear(1)));
	expect(replies).toEqual(clients.map((_, code) => [`ExitStatus,${code}`]));
	await Promise.all(clients.map(({ say }) => say('Ping\n')));
	expect(await Promise.all(clients.map(({ hear }) => hear(1)))).toEqual(clients.map(() => ['Ok']));
});
