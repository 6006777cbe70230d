import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contest, observe } from '../contest.ts';
import { type Daemon, nodeOf, startDaemon } from '../daemon.ts';
import type { Figure, Row } from '../figure.ts';
import { native } from '../native.ts';
import { freshDirectory } from '../place.ts';
import { microseconds } from '../program.ts';

/** Another service's rules: nothing that is asked for here concerns them. */
const elsewhere = Array.from(
	{ length: 100 },
	(_, i) => `rule "rule ${i}" { on = "process.failed", when = { name = "other-${i}" }, act = restart {} }`,
).join('\n');

/** What rules cost those who have none. */
export const rulesNone: Figure = {
	name: 'rules-none',
	title: 'What rules cost who has none',
	about:
		'The same requests to three daemons: without a rules folder, with an empty one, and with 100 rules for somebody ' +
		'else; and the threads of each.',
	measure: async ({ rounds, scale }) => {
		await using folders = await freshDirectory();
		await writeFile(join(folders.path, 'elsewhere.lua'), elsewhere);
		await using empty = await freshDirectory();
		await using without = await startDaemon();
		await using none = await startDaemon('--rules', empty.path);
		await using others = await startDaemon('--rules', folders.path);
		const compared = async (what: string, count: number, request: string, reply: string) => {
			const ask = (daemon: Daemon) => () =>
				microseconds(native('client'), daemon.socket, `${count}`, '1', '1', '1', request, reply);
			return await contest('µs', rounds, `${what}, no folder`, [
				{ name: `${what}, no folder`, round: ask(without) },
				{ name: `${what}, empty folder`, round: ask(none), target: { atMost: 1.15 } },
				{ name: `${what}, 100 rules for others`, round: ask(others) },
			]);
		};
		return [
			...(await compared('Ping', Math.ceil(3000 * scale), 'Ping', 'Ok')),
			...(await compared('Run', Math.ceil(200 * scale), 'Run,/bin/true', 'ExitStatus,0')),
			await threads('threads, no folder', without),
			await threads('threads, empty folder', none, await tasks(without)),
			await threads('threads, 100 rules for others', others),
		];
	},
};

async function threads(contestant: string, daemon: Daemon, most?: number): Promise<Row> {
	return observe(
		contestant,
		'threads',
		[await tasks(daemon)],
		most === undefined ? undefined : { atMost: most },
	);
}

async function tasks({ keeper }: Daemon): Promise<number> {
	return readdirSync(`/proc/${await nodeOf(keeper)}/task`).length;
}
