import { setTimeout as sleep } from 'node:timers/promises';
import { strike } from './blows.ts';
import { client } from './clients.ts';
import type { Deeds } from './deeds.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

/** How long a round may last before it is judged that something hangs, milliseconds. */
const patience = 300_000;

/** One round: requests of several clients, processes of others, and blows at random moments meanwhile. Rejects when it does not end. */
export async function round(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	const clients = Array.from({ length: 1 + random.below(4) }, (_, i) =>
		client(stage, random.fork(), deeds, `${deeds.number}-${i}`),
	);
	const strangers = stage.strangers.more(stage, random.fork(), `stranger-${deeds.number}`);
	const blows = Array.from({ length: 1 + random.below(3) }, () => strike(stage, random.fork(), deeds));
	const timer = new AbortController();
	const late = sleep(patience, undefined, { signal: timer.signal }).then(() => {
		throw new Error('the round does not end');
	});
	try {
		await Promise.race([Promise.all([...clients, strangers, ...blows]), late]);
		await Promise.race([Promise.all(deeds.pending), late]);
	} finally {
		timer.abort();
		late.catch(() => {});
	}
}
