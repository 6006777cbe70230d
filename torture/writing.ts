import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { burst, writers } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { End, Ends } from './ends.ts';
import { Flight } from './flight.ts';
import { Parts } from './parts.ts';
import type { Stage } from './stage.ts';
import { isAlive, read } from './system.ts';

/** Compares the logs of those that number their lines with what they say they wrote: none lost, doubled or torn. */
export class Writing {
	readonly #stage: Stage;
	readonly #logs: ReadonlyMap<string, Parts>;
	readonly #ends: Ends;
	/** Who has ended in this round, and who in the one before. */
	#ended: End[] = [];
	#endedBefore: readonly End[] = [];
	/** The last number of each process, by name, pid and stream. */
	readonly #written = new Map<string, number>();
	/** How often each began anew. */
	readonly #firsts = new Map<string, number>();
	/** Those whose next line cannot come whole: how many bytes of it are there. */
	readonly #cut = new Map<string, number>();
	#deeds: Deeds | undefined;
	/** Processes that may have written, in this round, what nobody took: they ended while keeper and archon-log were dead. */
	readonly #excused = new Set<number>();
	#flight = new Flight();
	/** How many lines there were. */
	lines = 0;

	constructor(stage: Stage) {
		this.#stage = stage;
		this.#logs = new Map(Object.keys(writers).map((name) => [name, new Parts(stage.logs, name)]));
		this.#ends = stage.record.follow(Object.keys(writers));
	}

	/** Reads what is new in the logs; returns what cannot be so, whatever is still to come. */
	read(deeds: Deeds): string[] {
		this.#look(deeds);
		return [...this.#logs].flatMap(([name, log]) =>
			log.lines().flatMap((line) => this.#line(name, line, deeds)),
		);
	}

	/**
	 * What processes that are gone wrote for sure and is not in their logs. `finished`: those of `burst` that came to
	 * their end; which of them are no more asked about is taken out.
	 */
	missing(finished: Set<number>, deeds: Deeds): string[] {
		const lost: string[] = [];
		this.#look(deeds);
		const mayLack = this.#ended.filter(
			({ name, pid }) => deeds.mayLoseFlight && isBefore(name, pid, this.#begun(), deeds),
		);
		for (const pid of [...deeds.unseen, ...mayLack.map(({ pid }) => pid)]) {
			this.#excused.add(pid);
		}
		for (const file of readdirSync(this.#stage.paths.said)) {
			lost.push(...this.#isThereAll(file, deeds));
		}
		for (const pid of finished) {
			const wrong = this.#isThere('burst', pid, 'o', burst, deeds);
			lost.push(...wrong);
			if (wrong.length === 0 && (deeds.isOver || !this.#excused.has(pid))) {
				finished.delete(pid);
			}
		}
		return lost;
	}

	/** What the writer of a note said; one that has ended says no more, so its note is taken away. */
	#isThereAll(file: string, deeds: Deeds): string[] {
		const [name = '', pid = ''] = file.split('.');
		const path = join(this.#stage.paths.said, file);
		if (isAlive(Number(pid))) {
			return [];
		}
		const said = Number(read(path));
		const wrong = (writers[name] ?? []).flatMap((it) => this.#isThere(name, Number(pid), it, said, deeds));
		if (wrong.length === 0 && (deeds.isOver || !this.#excused.has(Number(pid)))) {
			unlinkSync(path);
		}
		return wrong;
	}

	#isThere(name: string, pid: number, stream: string, said: number, deeds: Deeds): string[] {
		const last = this.#written.get(`${name} ${pid} ${stream}`) ?? 0;
		return last >= said || (this.#excused.has(pid) && deeds.excuse('output', `${pid} ${stream}`))
			? []
			: [`${name} (${pid}) wrote ${said} lines on ${stream}, there are ${last}`];
	}

	#line(name: string, line: string, deeds: Deeds): string[] {
		const [, stream = '', text = ''] = /^\S{24} ([oea]) (.*)$/.exec(line) ?? [];
		const [, pid = '', number = ''] = /^(\d+) (\d+)$/.exec(text) ?? [];
		const key = `${name} ${pid} ${stream}`;
		this.lines++;
		const isFirst = number === '1' && this.#isNewLife(name, pid, key);
		if (isFirst || (Number(number) === this.#next(key) && !this.#cut.has(key))) {
			this.#written.set(key, Number(number));
			this.#cut.delete(key);
			return [];
		}
		this.#look(deeds);
		const isOfThem = writers[name]?.includes(stream);
		if (isOfThem && (this.#isCut(name, stream, text) || this.#isOfFlight(name, stream, text, deeds))) {
			return [];
		}
		return [`the log of ${name} has "${line}" where ${pid} ${this.#next(key)} was to be`];
	}

	/** Each line 1 is of a life that wrote itself down, and of no other: a pid may come again. */
	#isNewLife(name: string, pid: string, key: string): boolean {
		const lives = (this.#begun().get(name) ?? []).filter((it) => it === Number(pid)).length;
		const met = this.#firsts.get(key) ?? 0;
		if (met >= lives) {
			return false;
		}
		this.#firsts.set(key, met + 1);
		return true;
	}

	/** What is around a piece that was in flight and is lost, of the one that lived then. */
	#isOfFlight(name: string, stream: string, text: string, deeds: Deeds): boolean {
		const pid = this.#begun().get(name)?.[(deeds.begun.get(name) ?? 0) - 1];
		if (!deeds.mayLoseFlight || pid === undefined) {
			return false;
		}
		const key = `${name} ${pid} ${stream}`;
		const [next, there] = [this.#next(key), this.#cut.get(key)];
		const number = text.startsWith(`${pid} `) ? Number(text.slice(`${pid} `.length)) : 0;
		if (number > next && this.#flight.spans(key, `${pid}`, next, number, there ?? 0)) {
			this.#written.set(key, number);
			this.#cut.delete(key);
		} else if (!there && isBeginning(text, `${pid} ${next}`) && this.#flight.begins(key)) {
			this.#cut.set(key, text.length);
		} else if (this.#flight.ends(key, `${pid}`, next, text)) {
			this.#cut.set(key, there ?? 0);
		} else {
			return false;
		}
		return deeds.excuse('flight', key);
	}

	#next(key: string): number {
		return (this.#written.get(key) ?? 0) + 1;
	}

	/** The last line of one that has just ended may have no end; nothing of it comes after that. */
	#isCut(name: string, stream: string, text: string): boolean {
		for (const { pid } of [...this.#ended, ...this.#endedBefore].filter((it) => it.name === name)) {
			const key = `${name} ${pid} ${stream}`;
			if (!this.#cut.get(key) && isBeginning(text, `${pid} ${this.#next(key)}`)) {
				this.#cut.set(key, text.length);
				return true;
			}
		}
		return false;
	}

	/** Who has ended meanwhile; with a new round begins what is of one round. */
	#look(deeds: Deeds): void {
		if (deeds !== this.#deeds) {
			this.#deeds = deeds;
			this.#endedBefore = this.#ended.splice(0);
			this.#excused.clear();
			this.#flight = new Flight();
		}
		this.#begun();
		this.#ended.push(...this.#ends.news());
	}

	#begun(): ReadonlyMap<string, readonly number[]> {
		return this.#stage.record.begun();
	}
}

/** Archon-log writes no record for nothing. */
function isBeginning(text: string, line: string): boolean {
	return text !== '' && line.startsWith(text);
}

/** Whether it had begun when the keeper died. */
function isBefore(
	name: string,
	pid: number,
	begun: ReadonlyMap<string, readonly number[]>,
	deeds: Deeds,
): boolean {
	return (begun.get(name) ?? []).lastIndexOf(pid) < (deeds.begun.get(name) ?? 0);
}
