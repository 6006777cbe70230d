import { failing } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { now } from './notes.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';
import { talk } from './talk.ts';

/** Sends one request with a `Ping` behind it; what is heard is judged with the other orders. Whether there was a reply. */
export async function ask(stage: Stage, random: Random, deeds: Deeds, record: string): Promise<boolean> {
	const heard = await talk(stage, random, [record, 'Ping']);
	deeds.orders.push({ record, heard });
	return heard.lines.length > 0;
}

/** Has the one that always fails begin anew, and notes between which moments that was. */
export async function askAnew(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	deeds.touched.add(failing);
	const asking = deeds.asking ?? { from: now(), to: now() };
	deeds.asking = asking;
	const isAnswered = await ask(stage, random, deeds, `Restart,${failing}`);
	asking.to = now();
	deeds.isAskedFor &&= isAnswered;
}

/** Once nothing is struck any more: asks again where the keeper died, and nobody has said that it was done. */
export async function settleAsking(stage: Stage, deeds: Deeds): Promise<void> {
	if (deeds.asking !== undefined && !deeds.isAskedFor) {
		await stage.rows('Restart', failing);
		deeds.asking.to = now();
	}
}
