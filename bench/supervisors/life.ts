import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { native } from '../native.ts';
import { freshDirectory } from '../place.ts';
import { bare, type Companion, companion } from '../program.ts';
import { anonymousOf, cpuOf, processesOf } from './cost.ts';
import type { Supervisor } from './supervisor.ts';

/** What is looked at between the start of a supervisor and its end. */
export type Plan = {
	readonly services: number;
	/** So many are killed one after another, then so many at once. */
	readonly kills?: { readonly single: number; readonly atOnce: number };
	/** Idle for so long, in milliseconds. */
	readonly idle?: number;
};

/** What was seen: durations in milliseconds, from the command to the last stamp that it leads to. */
export type Seen = {
	readonly up: number;
	readonly back: readonly number[];
	readonly killed: readonly number[];
	/** Milliseconds of processor time per second. */
	readonly idle: readonly number[];
	/** MiB. */
	readonly memory: readonly number[];
	readonly stop: number;
};

/** Longer than the second for which runit, s6 and supervisord take a run to be a failed start. */
const settled = 3500;
const between = 300;
/** Longer than it takes until archond gives back, once, what a burst took (src/native/rest.ts): 2 to 4 s. */
const atRest = 6000;

/** One life of a supervisor; bench/native/services.c starts it and goes by the stamps of its services. */
export async function live(supervisor: Supervisor, plan: Plan): Promise<Seen> {
	await using memory = await freshDirectory('memory');
	await using disk = await freshDirectory();
	const stamps = join(memory.path, 'stamps');
	const place = { directory: memory.path, disk: disk.path, stamps, count: plan.services };
	const { argv, env, stop } = await supervisor.prepare(place);
	const all = [native('services'), stamps, `${plan.services}`, ...argv];
	await using driver = await companion(all, undefined, 'input', { ...bare, ...env });
	const up = milliseconds(await driver.next());
	const idle = plan.idle === undefined ? [] : await idleOf(driver, plan.idle);
	const memoryTaken = plan.idle === undefined ? [] : [await anonymousOf(await own(driver))];
	const back: number[] = [];
	const killed: number[] = [];
	if (plan.kills !== undefined) {
		await delay(settled);
		for (let i = 0; i < plan.kills.single; i++) {
			back.push(await ask(driver, 'kill 1'));
			await delay(between);
		}
		killed.push(await ask(driver, `kill ${plan.kills.atOnce}`));
		await delay(settled);
	}
	return { up, back, killed, idle, memory: memoryTaken, stop: await ask(driver, `stop ${stop}`) };
}

async function idleOf(driver: Companion, ms: number): Promise<number[]> {
	await delay(atRest);
	const pids = await own(driver);
	const before = await cpuOf(pids);
	await delay(ms);
	return [((await cpuOf(pids)) - before) / (ms / 1000)];
}

/** The processes of the supervisor: what is below the driver and is not the service. */
function own(driver: Companion): Promise<readonly number[]> {
	return processesOf(driver.child.pid ?? 0, native('service'));
}

async function ask(driver: Companion, command: string): Promise<number> {
	const answer = driver.next();
	driver.child.stdin?.write(`${command}\n`);
	return milliseconds(await answer);
}

function milliseconds(nanoseconds: string): number {
	return Number(nanoseconds) / 1e6;
}
