import { failing } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { now } from './notes.ts';
import { say } from './say.ts';
import type { Stage } from './stage.ts';

/** Has the one that always fails begin anew, and notes between which moments that was. */
export async function askAnew(stage: Stage, deeds: Deeds): Promise<void> {
	deeds.touched.add(failing);
	const asking = deeds.asking ?? { from: now(), to: now() };
	deeds.asking = asking;
	const said = await say(stage, `Restart,${failing}\n`);
	asking.to = now();
	deeds.isAskedFor &&= said !== undefined;
}

/** Once nothing is struck any more: asks again where nobody has said that it was done. */
export async function settleAsking(stage: Stage, deeds: Deeds): Promise<void> {
	if (deeds.asking !== undefined && !deeds.isAskedFor) {
		await stage.rows('Restart', failing);
		deeds.asking.to = now();
	}
}
