import { closeSync, fstatSync, openSync, readdirSync, readSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { burst, writers } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Stage } from './stage.ts';
import { isAlive, read } from './system.ts';

/** Compares the logs of those that number their lines with what they say they wrote: none lost, doubled or torn. */
export class Writing {
	readonly #stage: Stage;
	/** How far each file was read. */
	readonly #offsets = new Map<string, number>();
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
	}

	/** Reads what is new in the logs; returns what cannot be so, whatever is still to come. */
	read(deeds: Deeds): string[] {
		this.#mayLoseFlight = deeds.mayLoseFlight;
		return Object.keys(writers).flatMap((name) => this.#news(name).flatMap((line) => this.#line(name, line)));
	}

	/** What processes that are gone wrote for sure and is not in their logs. `finished`: those of `burst` that came to their end. */
	missing(finished: ReadonlySet<number>, deeds: Deeds): string[] {
		const lost: string[] = [];
		const ended = deeds.mayLoseFlight
			? [...this.#begun().values()].flat().filter((pid) => !isAlive(pid))
			: [];
		for (const pid of [...deeds.unseen, ...ended]) {
			this.#excused.add(pid);
		}
		for (const file of readdirSync(this.#stage.paths.said)) {
			lost.push(...this.#isThereAll(file, deeds));
		}
		for (const pid of finished) {
			lost.push(...this.#isThere('burst', pid, 'o', burst, deeds));
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

	/** Whole lines behind what was read of a log. */
	#news(name: string): string[] {
		const files = open(this.#stage.logs, name);
		try {
			return files.flatMap((fd) => this.#newsIn(fd));
		} finally {
			files.forEach(closeSync);
		}
	}

	#newsIn(fd: number): string[] {
		const { size } = fstatSync(fd);
		const id = idOf(fd);
		const from = this.#offsets.get(id) ?? 0;
		const bytes = Buffer.alloc(Math.max(0, size - from));
		const text = bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, from));
		const whole = text.lastIndexOf('\n') + 1;
		this.#offsets.set(id, from + whole);
		return text.slice(0, whole).split('\n').slice(0, -1);
	}
}

/** The files of a log, oldest first, as they were at one moment: a rotation renames them all. */
function open(directory: string, name: string): number[] {
	for (;;) {
		const files = partsOf(directory, name).flatMap(openIfThere);
		const now = partsOf(directory, name).flatMap(openIfThere);
		const isSame = files.map(idOf).join() === now.map(idOf).join();
		for (const fd of isSame ? now : [...files, ...now]) {
			closeSync(fd);
		}
		if (isSame) {
			return files;
		}
	}
}

function openIfThere(path: string): number[] {
	try {
		return [openSync(path, 'r')];
	} catch {
		return [];
	}
}

/** The number of an inode is given out again. */
function idOf(fd: number): string {
	const { ino, birthtimeMs } = fstatSync(fd);
	return `${ino} ${birthtimeMs}`;
}

/** The paths of a log, oldest first. */
function partsOf(directory: string, name: string): string[] {
	const parts = readdirSync(directory).flatMap((file) => {
		const [, number] = new RegExp(`^${name}\\.log(?:\\.(\\d+))?$`).exec(file) ?? [file, 'none'];
		return number === 'none' ? [] : [Number(number ?? 0)];
	});
	return parts
		.sort((a, b) => b - a)
		.map((part) => join(directory, `${name}.log${part === 0 ? '' : `.${part}`}`));
}
