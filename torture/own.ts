import { setTimeout as sleep } from 'node:timers/promises';
import { formatArgs } from '../src/protocol/args.ts';
import { joinRecord } from '../src/protocol/join.ts';
import type { Random } from './random.ts';
import { say, type Timed } from './say.ts';
import type { Stage } from './stage.ts';
import { type Heard, saidOf, talk } from './talk.ts';

/** A daemon that only one client has to do with: what it was asked for is known exactly. */
export type Own = {
	readonly name: string;
	/** How often it must have begun; -1 where that is not known. */
	readonly begun: number;
	readonly wrong: readonly string[];
	/** A connection that ended without its reply: what is to be when the keeper dies. */
	readonly cutOff: readonly { readonly text: string; readonly heard: Heard }[];
};

/** No blow hits what is called so. */
export const isOwn = (name: string) => name.startsWith('own-');

/** Forgets all there are: where a request went with the daemon or the keeper, nobody else does, and each costs every later round. */
export async function removeOwn(stage: Stage): Promise<void> {
	for (const { name = '' } of (await stage.rows('Status')).filter((row) => isOwn(row['name'] ?? ''))) {
		await stage.rows('Stop', name);
		await stage.rows('Remove', name);
	}
}

/** Starts, restarts, stops and removes one; each request has one reply, which is the right one. */
export async function own(
	stage: Stage,
	random: Random,
	name: string,
	blow: () => Timed | undefined,
): Promise<Own> {
	const wrong: string[] = [];
	const cutOff: Own['cutOff'][number][] = [];
	let begun = 0;
	let isLost = false;
	const script = `echo "${name} $$" >> ${stage.paths.record}; exec sleep 1000`;
	const ask = async (wanted: RegExp, ...requests: (readonly string[])[]) => {
		if (isLost) {
			return;
		}
		await sleep(random.below(5));
		const records = [...requests.map(joinRecord), 'Ping'];
		const heard = await talk(stage, random, records, blow());
		const { lines, isCut } = heard;
		// A daemon that dies while it answers the `Ping` behind costs the connection, and nothing else.
		const isWhole = lines.length === records.length || (isCut && lines.length === requests.length);
		const isRight = lines.every((it, i) => (i < requests.length ? wanted.test(it) : it === 'Ok'));
		if (!isWhole || !isRight) {
			const text = `${records.join(' ')} got ${saidOf(heard)}`;
			if (isRight && isCut) {
				cutOff.push({ text, heard });
			} else {
				wrong.push(text);
			}
			isLost = true;
		}
	};
	const start = ['StartDaemon', formatArgs(['sh', '-c', script]), `ARCHON_NAME=${name}`];
	await ask(/^Ok$/, start);
	begun++;
	for (let i = random.below(4); i > 0; i--) {
		switch (random.below(4)) {
			case 0:
				await ask(/^Ok$/, ['Restart', name]);
				begun++;
				break;
			case 1:
				await ask(/^Ok$/, ['Stop', name], ['Start', name]);
				begun++;
				break;
			case 2:
				await ask(/^Ok$/, ['Start', name], ['Wait', name, 'running', '5s']);
				break;
			default:
				await ask(/^Error,.*no such file/, ['StartDaemon', '/nonexistent/program', `ARCHON_NAME=${name}x`]);
		}
	}
	await ask(/^Ok$/, ['Stop', name, '5s'], ['Wait', name, 'stopped']);
	await say(stage, `Remove,${name}\n`);
	return { name, begun: isLost ? -1 : begun, wrong, cutOff };
}
