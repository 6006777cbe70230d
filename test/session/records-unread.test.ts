import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Connection } from '../../src/client/connection.ts';
import { Archon } from '../archon.ts';
import { daemonPid } from '../live/crash.ts';
import { Gate } from './gate.ts';
import { Pass } from './pass.ts';
import { Watch } from './watch.ts';

const kib = 1024;
/** As much as goes in, once more when the daemon has taken what it takes, and once more. */
const threeTimes = (text: string) => {
	const fill = `fill:${text.repeat(Math.floor((32 * kib) / text.length))}`;
	return [fill, 'wait', fill, 'wait', fill, 'wait'];
};

test.each(['Version', 'N'.repeat(60)])(
	'a client that does not read is not read from, and everyone else goes on: %s',
	async (name) => {
		const archon = await Archon.start();
		const other = await archon.connect();
		const client = new Pass(archon, [...threeTimes(`${name}\n`), 'half']);
		const took = await filled(client, other);
		expect(took[2]).toBe(0);
		expect(sum(took)).toBeLessThan(512 * kib);
		client.goOn();
		const finals = (await client.replies()).filter((reply) => /^(Ok|Error,.unknown request)/.test(reply));
		expect(finals.length).toBe(Math.floor(sum(took) / `${name}\n`.length));
	},
);

test('clients that do not read cost the daemon no memory', async () => {
	const archon = await Archon.start();
	const other = await archon.connect();
	await other.call(['Help']);
	const before = resident(archon);
	const clients = Array.from({ length: 2 }, () => new Pass(archon, threeTimes('Help\n')));
	for (const client of clients) {
		// A hundred times as much would come of it if it were answered.
		expect(sum(await filled(client, other))).toBeGreaterThan(64 * kib);
	}
	expect(resident(archon) - before).toBeLessThan(24 * kib);
});

test("what is behind a request in progress waits in the socket's buffer (about 200 KiB)", async () => {
	const archon = await Archon.start();
	const [other, watch, gate] = [await archon.connect(), await Watch.begin(archon), new Gate(archon)];
	const client = new Pass(archon, [`send:Run,"sh,-c,${gate.wait}"\n`, ...threeTimes('Ping\n'), 'half']);
	await watch.event('process.started', 'sh');
	const took = await filled(client, other);
	expect(took[2]).toBe(0);
	expect(sum(took)).toBeGreaterThan(64 * kib);
	expect(sum(took)).toBeLessThan(512 * kib);
	client.goOn();
	gate.open();
	const oks = Array(Math.floor(sum(took) / 5)).fill('Ok');
	expect((await client.replies()).slice(0, oks.length + 1)).toEqual(['ExitStatus,0', ...oks]);
});

test('a client that reads late gets every reply, in order', async () => {
	const archon = await Archon.start();
	const round = (i: number) => `${`Help\nNosuch${i}\n`.repeat(100)}Run,"sh,-c,exit ${i}"\n`;
	const client = new Pass(archon, [`send:${[1, 2, 3, 4, 5].map(round).join('')}`, 'half', 'tell', 'wait']);
	await client.told.next();
	const other = await archon.connect();
	await other.call(['Ping']);
	client.goOn();
	const finals = (await client.replies()).filter((reply) => !/^(Columns|Row),/.test(reply));
	const error = (i: number) => `Error,"unknown request ""Nosuch${i}""; Help lists those there are"`;
	expect(finals).toEqual(
		[1, 2, 3, 4, 5].flatMap((i) => [
			...Array(100)
				.fill(['Ok', error(i)])
				.flat(),
			`ExitStatus,${i}`,
		]),
	);
});

/** How many bytes went in each time; in between the daemon had turns enough to read what it reads. */
async function filled(client: Pass, other: Connection): Promise<number[]> {
	const took: number[] = [];
	for (const isLast of [false, false, true]) {
		took.push(Number(await client.told.next()));
		for (let i = 0; i < 100; i++) {
			expect((await other.call(['Ping'])).final).toEqual({ tag: 'ok' });
		}
		if (!isLast) {
			client.goOn();
		}
	}
	return took;
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, it) => total + it, 0);
}

/** KiB. */
function resident(archon: Archon): number {
	const status = readFileSync(`/proc/${daemonPid(archon)}/status`, 'latin1');
	return Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]);
}
