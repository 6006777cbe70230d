import { closeSync, openSync } from 'node:fs';
import type { Archon } from '../archon.ts';
import { copies, Pass } from '../session/pass.ts';
import { client } from './client.ts';

/** Asks on a connection of its own. */
export type Asker = {
	/** The records that are sent, of which the descriptors come along with the first. */
	ask(records: readonly [string, ...string[]]): Promise<void>;
	/** A line for each record, and what comes when there is no more to ask. */
	hear(): Promise<(string | undefined)[]>;
	/** What was written into the descriptors, once nobody has them any more; undefined where none came along. */
	written(): Promise<string | undefined>;
};

/** Of what comes along: what can be read from the first of them, and, by its path, a fourth one. */
export type Passed = { readonly input?: string; readonly fourth?: string };

export async function asker(archon: Archon): Promise<Asker> {
	const { say, hear, socket } = await client(archon);
	let count = 0;
	return {
		ask(records) {
			count = records.length;
			return say(records.map((it) => `${it}\n`).join(''));
		},
		async hear() {
			const heard = await hear(count);
			socket.end();
			return [...heard, ...(await hear(1))];
		},
		written: async () => undefined,
	};
}

/** Whose first record has standard input, output and error with it, and maybe a directory. */
export function passing(archon: Archon, { input, fourth }: Passed): Asker {
	let [pass, count]: [Pass | undefined, number] = [undefined, 0];
	return {
		async ask([first, ...more]) {
			count = 1 + more.length;
			const files = fourth === undefined ? [] : [openSync(fourth, 'r')];
			const all = [copies(3), ...files.map((_, i) => 4 + i)].join(',');
			const steps = [`pass:${all}:${first}\n`, ...more.map((it) => `send:${it}\n`), 'drop'];
			pass = new Pass(archon, [...steps, ...Array(count).fill('line'), 'half'], files);
			files.map(closeSync);
			// Where nobody reads it may be that nobody has it by now either.
			if (input !== undefined) {
				pass.feed(input);
			}
		},
		async hear() {
			const replies = (await pass?.replies()) ?? [];
			return Array.from({ length: Math.max(count + 1, replies.length) }, (_, i) => replies[i]);
		},
		written: async () => pass?.written,
	};
}
