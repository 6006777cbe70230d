import type { Event } from '../events/event.ts';
import type { FieldOf } from '../events/fields.ts';
import type { Subject } from '../rules/condition.ts';
import { seenOf } from '../rules/seen.ts';
import type { Source, Tell, Want } from './source.ts';
import { mayBeWanted } from './wanted.ts';

/** How many daemons are listened to. */
export const mostHeard = 256;
/** Lines of one that are told within a second. */
export const mostLines = 100;
/** Bytes of a line that are told. */
export const mostOfLine = 1024;
/** Bytes of lines of one that are looked at within a second. */
const mostBytes = 256 * 1024;
const second = 1000;

/** A daemon, as far as a want may be about it. */
export type Speaker = {
	readonly name: string;
	readonly kind: string;
	readonly labels: Readonly<Record<string, string>>;
};

export type OutputPorts = {
	/** All daemons that there are. */
	readonly speakers: () => readonly Speaker[];
	/** Calls with each line (latin1) that a daemon writes from `since` on, until what is returned is called. */
	readonly follow: (
		name: string,
		since: number,
		onLine: (stream: string, line: string) => void,
		onFault: (fault: unknown) => void,
	) => () => void;
	readonly tell: Tell;
	/** What cannot be listened to. */
	readonly complain: (reason: string) => void;
	/** Milliseconds since 1970. */
	readonly now: () => number;
};

/**
 * `process.output`: a line that a daemon has written, `stream=` and `line=`, read from its log once it is there: who
 * writes waits for nobody. Only of those that are asked about by name, and of these only lines that somebody may want.
 * Of a long line the first KiB is told, with its length as `cut=`; of more lines than can be told within a second the
 * first, then that there were more, and what comes until the second is over is never looked at.
 */
export class Output implements Source {
	readonly types = ['process.output'] as const;
	readonly #ports: OutputPorts;
	readonly #heard = new Map<string, Listener>();
	#wants: readonly Want[] = [];
	#isFull = false;

	constructor(ports: OutputPorts) {
		this.#ports = ports;
	}

	want(wants: readonly Want[]): void {
		this.#wants = wants.filter(({ when }) => when['name'] !== undefined);
		this.#look(this.#ports.now());
	}

	/** To be told of every event. */
	hear({ type, time }: Event): void {
		if (type === 'process.starting' && this.#wants.length > 0) {
			this.#look(time);
		}
	}

	close(): void {
		this.want([]);
	}

	/** Listens to all that are asked about, and to no other. */
	#look(since: number): void {
		const asked = new Map(this.#asked().map((it) => [it.name, it]));
		for (const [name, listener] of this.#heard) {
			if (!asked.has(name)) {
				listener.stop();
				this.#heard.delete(name);
			}
		}
		const missing = [...asked.values()].filter(({ name }) => !this.#heard.has(name));
		for (const it of missing.splice(0, mostHeard - this.#heard.size)) {
			const about = { name: it.name, kind: it.kind, labels: it.labels };
			this.#heard.set(it.name, new Listener(this.#ports, about, since, () => this.#wants));
		}
		if (missing.length > 0 && !this.#isFull) {
			const count = `${asked.size} daemons are asked about`;
			this.#ports.complain(`process.output: ${count}, and ${mostHeard} are listened to`);
		}
		this.#isFull = missing.length > 0;
	}

	#asked(): Speaker[] {
		return this.#wants.length === 0
			? []
			: this.#ports.speakers().filter((it) => this.#wants.some((want) => mayBeWanted(want, it)));
	}
}

/** Listens to one. */
class Listener {
	readonly #ports: OutputPorts;
	readonly #about: Speaker;
	readonly #wants: () => readonly Want[];
	#stop: () => void = () => undefined;
	#timer: NodeJS.Timeout | undefined;
	/** When this second began, and what there was in it. */
	#began = 0;
	#lines = 0;
	#bytes = 0;

	constructor(ports: OutputPorts, about: Speaker, since: number, wants: () => readonly Want[]) {
		this.#ports = ports;
		this.#about = about;
		this.#wants = wants;
		this.#begin(since);
	}

	stop(): void {
		this.#stop();
		clearTimeout(this.#timer);
	}

	#begin(since: number): void {
		const { follow, complain } = this.#ports;
		const { name } = this.#about;
		this.#stop = follow(
			name,
			since,
			(stream, line) => this.#hear(stream, line),
			(fault) =>
				complain(
					`process.output: the log of ${name} cannot be read: ${fault instanceof Error ? fault.message : fault}`,
				),
		);
	}

	#hear(stream: string, line: string): void {
		const { now, tell } = this.#ports;
		const { name } = this.#about;
		const time = now();
		if (time - this.#began >= second || time < this.#began) {
			this.#began = time;
			this.#lines = 0;
			this.#bytes = 0;
		}
		const fields = [`stream=${stream}` as const, ...cut(line)];
		this.#bytes += line.length;
		if (this.#isWanted(fields)) {
			this.#lines++;
			if (this.#lines <= mostLines) {
				tell('process.output', name, fields);
			}
		}
		if (this.#lines > mostLines || this.#bytes > mostBytes) {
			this.#pause(this.#began + second - time);
		}
	}

	/** There is too much. */
	#pause(wait: number): void {
		const { tell, now } = this.#ports;
		this.#stop();
		const most = this.#lines > mostLines ? `${mostLines} lines` : `${mostBytes / 1024} KiB`;
		tell('process.output', this.#about.name, [`reason=more than ${most} within a second: not all are told`]);
		this.#timer = setTimeout(() => this.#begin(now()), wait);
	}

	/** As the rules will see it. */
	#isWanted(fields: readonly string[]): boolean {
		const { name, kind, labels } = this.#about;
		const event: Event = { seq: 0, time: 0, type: 'process.output', name, fields };
		const { seq: _, time: __, ...known } = seenOf(event, undefined) as Subject;
		return this.#wants().some((want) => mayBeWanted(want, { ...known, kind, labels }));
	}
}

/** The line as it is told: not in the middle of a character of UTF-8. */
function cut(line: string): FieldOf<'process.output'>[] {
	if (line.length <= mostOfLine) {
		return [`line=${line}`];
	}
	let end = mostOfLine;
	while (end > mostOfLine - 3 && line.charCodeAt(end) >> 6 === 0b10) {
		end--;
	}
	return [`line=${line.slice(0, end)}`, `cut=${line.length}`];
}
