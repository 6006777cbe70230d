import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { burst, writers } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Ends } from './ends.ts';
import { Parts } from './parts.ts';
import type { Stage } from './stage.ts';
import { isAlive, read } from './system.ts';

/** Compares the logs of those that number their lines with what they say they wrote: none lost, doubled or torn. */
export class Writing {
	readonly #stage: Stage;
	readonly #logs: ReadonlyMap<string, Parts>;
	/** Who has ended since something in flight was lost the last time. */
	readonly #ends: Ends;
	/** The last number of each process, by name, pid and stream. */
	readonly #written = new Map<string, number>();
	/** How often each began anew. */
	readonly #firsts = new Map<string, number>();
	/** Those behind whose last number came a line without an end. */
	readonly #cut = new Set<string>();
	/** Processes that may have written what nobody took: they had ended when the keeper and archon-log were both dead. */
	readonly #excused = new Set<number>();
	#mayLoseFlight = false;
	/** How many lines there were. */
	lines = 0;

	constructor(stage: Stage) {
		this.#stage = stage;
		this.#logs = new Map(Object.keys(writers).map((name) => [name, new Parts(stage.logs, name)]));
		this.#ends = stage.record.follow(Object.keys(writers));
	}

	/** Reads what is new in the logs; returns what cannot be so, whatever is still to come. */
	read(deeds: Deeds): string[] {
		this.#mayLoseFlight = deeds.mayLoseFlight;
		return [...this.#logs].flatMap(([name, log]) => log.lines().flatMap((line) => this.#line(name, line)));
	}

	/**
	 * What processes that are gone wrote for sure and is not in their logs. `finished`: those of `burst` that came to
	 * their end; which of them are no more asked about is taken out.
	 */
	missing(finished: Set<number>, deeds: Deeds): string[] {
		const lost: string[] = [];
		this.#begun();
		const ended = deeds.mayLoseFlight ? this.#ends.news().map(({ pid }) => pid) : [];
		for (const pid of [...deeds.unseen, ...ended]) {
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

	#line(name: string, line: string): string[] {
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
		if (this.#isCut(name, stream, text) || this.#isBehindLost(key, stream, text, Number(number))) {
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

	/** What follows on what was in flight, and was lost; its own beginning may have been there too. */
	#isBehindLost(key: string, stream: string, text: string, number: number): boolean {
		if (!this.#mayLoseFlight || stream === 'a') {
			return false;
		}
		if (number > this.#next(key)) {
			this.#written.set(key, number);
			return true;
		}
		return number === 0 && /^[\d ]*$/.test(text);
	}

	#next(key: string): number {
		return (this.#written.get(key) ?? 0) + 1;
	}

	/** The last line of one that was killed may have no end; nothing of it comes after that. */
	#isCut(name: string, stream: string, text: string): boolean {
		for (const pid of this.#begun().get(name) ?? []) {
			const key = `${name} ${pid} ${stream}`;
			if (`${pid} ${this.#next(key)}`.startsWith(text) && !this.#cut.has(key) && !isAlive(pid)) {
				this.#cut.add(key);
				return true;
			}
		}
		return false;
	}

	#begun(): ReadonlyMap<string, readonly number[]> {
		return this.#stage.record.begun();
	}
}
