import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked } from './blows.ts';
import { names, steady } from './cast.ts';
import { read, type Stage } from './stage.ts';

/** How long everything may take to come to rest, milliseconds. */
const patience = 15_000;

type Row = { readonly [column: string]: string };

/** Compares what archon says with what the processes themselves recorded and the system shows. Returns what is wrong. */
export class Judge {
	readonly #stage: Stage;
	/** The newest event that was judged. */
	#seq = 0;
	/** Starts whose end has not been told. */
	readonly #running = new Map<string, string>();
	readonly #ended = new Set<string>();

	constructor(stage: Stage) {
		this.#stage = stage;
	}

	/** Brings everything up, waits until it is, then compares. */
	async judge(asked: readonly Asked[]): Promise<string[]> {
		await this.#stage.answers();
		for (const name of steady) {
			await this.#stage.rows('Start', name);
		}
		const wrong = await this.#rest();
		return [...wrong, ...(await this.#events()), ...this.#runs(asked)];
	}

	/** Each that is to be up has exactly one process, which is the one that `Status` names. */
	async #rest(): Promise<string[]> {
		const end = Date.now() + patience;
		for (;;) {
			const wrong = await this.#differences();
			if (wrong.length === 0 || Date.now() > end) {
				return wrong;
			}
			await sleep(10);
		}
	}

	async #differences(): Promise<string[]> {
		const before = await this.#stage.rows('Status');
		const alive = aliveOf(this.#stage.socket);
		const after = new Map((await this.#stage.rows('Status')).map((row) => [row['name'], row]));
		const wrong: string[] = [];
		for (const row of before.filter((it) => it['kind'] === 'daemon')) {
			const name = row['name'] ?? '';
			if (after.get(name)?.['pid'] !== row['pid']) {
				continue;
			}
			const pids = alive.get(name) ?? [];
			const isThere = row['pid'] !== '-';
			if (pids.length > 1 || (isThere && pids[0] !== row['pid']) || (!isThere && pids.length > 0)) {
				wrong.push(`${name} is ${row['state']} with pid ${row['pid']}, there is ${pids.join(' ') || 'none'}`);
			}
			if (steady.includes(name) && row['state'] !== 'running') {
				wrong.push(`${name} is ${row['state']}: ${row['reason']}`);
			}
		}
		const missing = names.filter((name) => !before.some((row) => row['name'] === name));
		return [...wrong, ...missing.map((name) => `${name} is not in Status`)];
	}

	/** Numbers without a hole, one end to each start, no end without a start. */
	async #events(): Promise<string[]> {
		const rows = await this.#stage.rows('Events', `since=${this.#seq}`);
		const wrong: string[] = [];
		for (const row of rows) {
			const seq = Number(row['seq']);
			if (seq !== this.#seq + 1) {
				wrong.push(`event ${seq} follows ${this.#seq}`);
			}
			this.#seq = seq;
			wrong.push(...this.#event(row));
		}
		return wrong;
	}

	#event({ type, name = '', fields = '' }: Row): string[] {
		const start = /start=(\d+)/.exec(fields)?.[1];
		if (start === undefined) {
			return [];
		}
		if (type === 'process.started') {
			const isTwice = this.#running.has(start) || this.#ended.has(start);
			this.#running.set(start, name);
			return isTwice ? [`start ${start} of ${name} was told twice`] : [];
		}
		if (type === 'process.exited') {
			const wasKnown = this.#running.delete(start);
			const isTwice = this.#ended.has(start);
			this.#ended.add(start);
			return isTwice
				? [`the end of start ${start} of ${name} was told twice`]
				: wasKnown
					? []
					: [`start ${start} of ${name} ended and had not started`];
		}
		return [];
	}

	/** Each that began has its `ExitStatus`, once; each that has none had not begun. */
	#runs(asked: readonly Asked[]): string[] {
		const begun = new Map<string, number>();
		for (const line of read(this.#stage.record).split('\n')) {
			const [name = ''] = line.split(' ');
			begun.set(name, (begun.get(name) ?? 0) + 1);
		}
		return asked.flatMap(({ name, code, reply }) => {
			const times = begun.get(name) ?? 0;
			if (times > 1) {
				return [`${name} began ${times} times`];
			}
			if (reply === undefined) {
				return times === 0 ? [] : [`${name} began and has no reply`];
			}
			return reply === `ExitStatus,${code}` || reply.startsWith('ExitStatus,1')
				? []
				: [`${name}: ${reply}, not ${code}`];
		});
	}
}

/** The main processes of services by their names: what carries the name and has a keeper as its parent. */
function aliveOf(socket: string): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const pid of readdirSync('/proc').filter((it) => /^\d+$/.test(it))) {
		const environment = read(`/proc/${pid}/environ`);
		const name = /(?:^|\0)ARCHON_SERVICE=([^\0]*)/.exec(environment)?.[1];
		const stat = read(`/proc/${pid}/stat`);
		const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		if (name !== undefined && state !== 'Z' && isOf(socket, parent ?? '')) {
			found.set(name, [...(found.get(name) ?? []), pid]);
		}
	}
	return found;
}

function isOf(socket: string, parent: string): boolean {
	return read(`/proc/${parent}/cmdline`).includes(`${socket}\0`);
}
