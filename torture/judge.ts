import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked, Done, Ordered } from './blows.ts';
import { names, steady } from './cast.ts';
import type { Own } from './own.ts';
import { read, type Stage } from './stage.ts';
import type { Heard } from './talk.ts';

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
	/** How many starts of each name were told. */
	readonly #starts = new Map<string, number>();

	constructor(stage: Stage) {
		this.#stage = stage;
	}

	/** Brings everything up, waits until it is, then compares. */
	async judge({ runs, orders, own }: Done): Promise<string[]> {
		await this.#stage.answers();
		for (const name of steady) {
			await this.#stage.rows('Start', name);
		}
		const wrong = await this.#rest();
		const begun = this.#begun();
		return [
			...wrong,
			...(await this.#events()),
			...runs.flatMap((it) => judgeRun(it, begun.get(it.name) ?? 0)),
			...orders.flatMap(judgeOrder),
			...own.flatMap((it) => judgeOwn(it, this.#starts.get(it.name) ?? 0, begun.get(it.name) ?? 0)),
		];
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
			this.#starts.set(name, (this.#starts.get(name) ?? 0) + 1);
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

	/** How often each has begun, by its own word. */
	#begun(): Map<string, number> {
		const begun = new Map<string, number>();
		for (const line of read(this.#stage.record).split('\n')) {
			const [name = ''] = line.split(' ');
			begun.set(name, (begun.get(name) ?? 0) + 1);
		}
		return begun;
	}
}

/**
 * It began once and has its own `ExitStatus`, or that of the blow that hit it, which may have been before it ran; then
 * the reply to what was behind it, then nothing.
 */
function judgeRun({ name, code, heard }: Asked, times: number): string[] {
	const [reply = ''] = heard.lines;
	const isHit = reply.startsWith('ExitStatus,1');
	const isRight =
		times === 1 ? reply === `ExitStatus,${code}` || isHit : reply.includes('killed before it ran');
	return times <= 1 && isRight && isBehindRight(heard)
		? []
		: [`${name} began ${times} times: ${saidOf(heard)}, not ${code}`];
}

/** One reply that it can have, then that to what was behind it, then nothing. */
function judgeOrder({ record, heard }: Ordered): string[] {
	const [reply = ''] = heard.lines;
	const isRight = /^(?:Ok$|Error,)/.test(reply) && !reply.includes('mistake');
	return isRight && isBehindRight(heard) ? [] : [`${record}: ${saidOf(heard)}`];
}

/** A daemon that dies while it answers the `Ping` behind costs the connection, and nothing else. */
function isBehindRight({ lines, isCut }: Heard): boolean {
	return isCut ? lines.length < 2 : lines.length === 2 && lines[1] === 'Ok';
}

function saidOf({ lines, isCut }: Heard): string {
	return `${lines.join(' ') || 'nothing'}${isCut ? ', then the end' : ''}`;
}

/** One that is stopped at once may not have come to write that it has begun. */
function judgeOwn({ name, begun, wrong }: Own, told: number, wrote: number): string[] {
	return begun < 0 || (told === begun && wrote <= begun)
		? [...wrong]
		: [...wrong, `${name} was started ${told} times and began ${wrote} times, not ${begun}`];
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
