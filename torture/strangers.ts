import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deeds } from './deeds.ts';
import type { Events } from './events.ts';
import type { Random } from './random.ts';
import { say } from './say.ts';
import type { Row, Stage } from './stage.ts';

const archonctl = join(import.meta.dirname, '../bin/archonctl');

/** No other name begins so. */
export const isStranger = (name: string) => name.startsWith('stranger-');

/** A process that the torture has started and reaps: it knows best how it ended. */
class Stranger {
	readonly name: string;
	/** How often its watch was asked for: again where nobody answered. */
	asked = 0;
	readonly #child: ChildProcess;
	readonly #code: number;

	constructor(name: string, code: number) {
		this.name = name;
		this.#code = code;
		this.#child = spawn('sh', ['-c', `read -r _; exit ${code}`], { stdio: ['pipe', 'ignore', 'ignore'] });
		this.#child.stdin?.on('error', () => {});
	}

	get pid(): number {
		return this.#child.pid ?? 0;
	}

	/** As `Status` says it; undefined while it lives. */
	get end(): string | undefined {
		const { exitCode, signalCode } = this.#child;
		return signalCode !== null
			? `signal:${signalCode.slice(3)}`
			: exitCode === null
				? undefined
				: `exit:${exitCode}`;
	}

	/** By itself, or by a signal. */
	finish(isKilled: boolean): void {
		if (isKilled) {
			this.#child.kill('SIGKILL');
		} else {
			this.#child.stdin?.write(`${this.#code}\n`);
		}
	}
}

/** Processes that archon did not start and is to watch: each end is told once, as it was. */
export class Strangers {
	#all: Stranger[] = [];
	/** How many have come to their end and were told. */
	ended = 0;

	get pids(): number[] {
		return this.#all.map(({ pid }) => pid);
	}

	/** Has another one watched, and maybe ends one of them. */
	async more(stage: Stage, random: Random, name: string): Promise<void> {
		if (random.isUnder(0.6)) {
			const one = new Stranger(name, random.below(100));
			await watch(stage, one, random.isUnder(0.3));
			this.#all.push(one);
		}
		if (this.#all.length > 0 && random.isUnder(0.6)) {
			await sleep(random.below(80));
			random.pick(this.#all).finish(random.isUnder(0.3));
		}
	}

	judge(rows: readonly Row[], { foreign }: Pick<Events, 'foreign'>, deeds: Deeds): string[] {
		const wrong = this.#all.flatMap((one) => {
			const told = one.asked > 1 ? once(foreign.get(one.name) ?? []) : (foreign.get(one.name) ?? []);
			const row = rows.find((it) => it['name'] === one.name);
			const said = `${told} and ${row?.['state']} ${row?.['pid']} ${row?.['last']} in Status`;
			const kind = deeds.unread.has(one.pid) ? 'unread' : 'status';
			const isUnknown =
				deeds.unseen.has(one.pid) && row?.['last'] === 'unknown' && deeds.excuse(kind, one.pid);
			const last = isUnknown ? 'unknown' : one.end;
			const wanted =
				last === undefined
					? `monitored and running ${one.pid} - in Status`
					: `monitored,${last} and exited - ${last} in Status`;
			return said === wanted ? [] : [`${one.name} (${one.pid}) is ${said}, not ${wanted}`];
		});
		if (wrong.length === 0) {
			const living = this.#all.filter(({ end }) => end === undefined);
			this.ended += this.#all.length - living.length;
			this.#all = living;
		}
		return wrong;
	}

	end(): void {
		for (const one of this.#all) {
			one.finish(true);
		}
	}
}

/** Without what was told again, the same: who asks twice for one that has ended meanwhile hears of its end twice. */
function once(told: readonly string[]): readonly string[] {
	const [begun, end, ...again] = told;
	return again.length > 0 && `${again}` === `${[begun, end]}` ? told.slice(0, 2) : told;
}

/** Asks until it is so: a daemon that dies over it may not have said what it has done; meanwhile a blow may have hit it. */
async function watch(stage: Stage, one: Stranger, isByDescriptor: boolean): Promise<void> {
	const { pid, name } = one;
	for (;;) {
		one.asked++;
		const said = isByDescriptor
			? await monitorFd(stage, pid, name)
			: await say(stage, `MonitorPid,${pid},${name}\n`);
		if (said !== undefined) {
			if (said === 'Ok' || said.includes('is watched already') || one.end !== undefined) {
				return;
			}
			throw new Error(`${name} (${pid}) is not watched: ${said}`);
		}
		await sleep(5);
	}
}

/** What archonctl says of it; undefined when nobody answered (3). */
function monitorFd(stage: Stage, pid: number, name: string): Promise<string | undefined> {
	const args = ['--socket', stage.socket, 'monitor-fd', '--pid', `${pid}`, name];
	return new Promise((resolve) => {
		execFile(archonctl, args, (error, _out, complaint) => {
			resolve(error === null ? 'Ok' : error.code === 3 ? undefined : complaint);
		});
	});
}
