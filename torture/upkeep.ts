import { bound, names, servers, steady } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Events } from './events.ts';
import type { Stage } from './stage.ts';

/**
 * Has go on what clients have stopped: the rest does so by itself. Returns who was found down, or never ready, that nobody
 * had touched.
 */
export async function keepUp(stage: Stage, deeds: Deeds, events: Events): Promise<string[]> {
	const wrong = await events.read(stage, deeds);
	for (const row of await stage.rows('Status')) {
		const { name = '', state, reason } = row;
		const isTouched = [name, ...(bound[name] ?? [])].some((it) => deeds.touched.has(it));
		const isDown = state === 'paused' || (steady.includes(name) && state !== 'running');
		if (names.includes(name) && isDown && !isTouched) {
			wrong.push(`${name} is ${state} (${reason}), and nobody has touched it`);
		}
		if (state === 'starting' && servers.has(name) && events.readiness.isReady(name, Number(row['pid']))) {
			wrong.push(`${name} (${row['pid']}) was ready, and is ${state}: ${reason}`);
		}
		if (state === 'paused') {
			await stage.rows('Resume', name);
		}
	}
	for (const name of deeds.stopped) {
		// Refused where there is no process.
		await stage.rows('Signal', name, 'CONT').catch(() => []);
	}
	const stopped = stoppedBy(deeds);
	for (const name of steady.filter((it) => [it, ...(bound[it] ?? [])].some((one) => stopped.has(one)))) {
		await start(stage, name, deeds);
	}
	return wrong;
}

/** Whom a client stopped, or may have when it asked for something and it was not said to be done. */
function stoppedBy({ orders }: Deeds): ReadonlySet<string> {
	return new Set(
		orders.flatMap(({ record, heard }) => {
			const [verb, name = ''] = record.split(',');
			const isUp = (verb === 'Restart' || verb === 'Start') && heard.lines[0] === 'Ok';
			return verb === 'Wait' || isUp ? [] : [name];
		}),
	);
}

/** What it had said to a keeper that died does not come again: it starts anew when its time is up. */
async function start(stage: Stage, name: string, deeds: Deeds): Promise<void> {
	try {
		await stage.rows('Start', name);
	} catch (error) {
		// Whether that can be is seen by when it ends.
		if (!deeds.isBeheaded || !`${error}`.includes('no READY=1 yet')) {
			throw error;
		}
	}
}
