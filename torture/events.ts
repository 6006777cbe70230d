import { Answers } from './answers.ts';
import { failers, names } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { Exits } from './exits.ts';
import { Readiness } from './readiness.ts';
import { type Life, Running } from './running.ts';
import type { Row, Stage } from './stage.ts';
import { isStranger } from './strangers.ts';

/** Follows the journal: numbers without a hole, one end to each start, no end without a start, each end as it was. */
export class Events {
	/** The newest event that was looked at. */
	#seq = 0;
	readonly #running = new Running();
	readonly #ended = new Set<string>();
	readonly #exits = new Exits();
	readonly answers = new Answers();
	readonly readiness = new Readiness();
	/** Who had ended before the last reading, and was not told of by then. */
	untold: readonly string[] = [];
	/** How often each name was started. */
	readonly starts = new Map<string, number>();
	/** What was told of each process that archon did not start: `monitored`, or how it ended. */
	readonly foreign = new Map<string, readonly string[]>();
	/** `NAME PID` of each start of the cast that was told since the last time they were taken. */
	#lives: string[] = [];
	/** Processes of `burst` that came to their end. */
	readonly finished = new Set<number>();

	/** How many there were. */
	get seen(): number {
		return this.#seq;
	}

	takeLives(): readonly string[] {
		const lives = this.#lives;
		this.#lives = [];
		return lives;
	}

	/** Reads what is new; returns what is wrong with it. */
	async read(stage: Stage, deeds: Deeds): Promise<string[]> {
		const gone = this.#running.gone();
		const rows = await stage.rows('Events', `since=${this.#seq}`);
		const wrong = rows.flatMap((row) => {
			const seq = Number(row['seq']);
			const hole = seq === this.#seq + 1 ? [] : [`event ${seq} follows ${this.#seq}`];
			this.#seq = seq;
			return [...hole, ...this.#event(row, stage, deeds)];
		});
		this.untold = this.#running.untold(gone);
		return wrong;
	}

	#event(row: Row, stage: Stage, deeds: Deeds): string[] {
		const { type, name = '', fields = '' } = row;
		const of = (key: string) => new RegExp(`(?:^|[ ,])${key}=([^ ,]*)`).exec(fields)?.[1];
		const [start, at] = [of('start'), Date.parse(row['time'] ?? '')];
		if (isStranger(name)) {
			this.#stranger(type ?? '', name, of);
			return [];
		}
		switch (type) {
			case 'process.starting':
				this.starts.set(name, (this.starts.get(name) ?? 0) + 1);
				return [];
			case 'process.started':
				return start === undefined ? [] : this.#started(start, { name, pid: Number(of('pid')) }, at);
			case 'process.ready':
				this.readiness.ready(start ?? '', { name, pid: Number(of('pid')) });
				return [];
			case 'process.exited':
				if (failers.includes(name)) {
					this.answers.ended(this.#seq, name);
				}
				return start === undefined ? [] : this.#exited(start, name, of, at, stage, deeds);
			case 'rule.fired':
				return this.answers.fired(Number(of('cause')), fields);
			case 'rule.error':
				// The one rule of that file takes its thread down.
				if (of('file') === 'hostile.lua' && of('reason') === 'took') {
					deeds.blows.push('rules');
				}
				return this.answers.blamed(fields, deeds);
			case 'weak.ended':
				return this.answers.told(Number(of('of')));
			default:
				return [];
		}
	}

	#stranger(type: string, name: string, of: (key: string) => string | undefined): void {
		const signal = of('signal');
		const end = signal === undefined ? (of('status') ?? `exit:${of('exit')}`) : `signal:${signal}`;
		const told = type === 'process.monitored' ? 'monitored' : type === 'process.exited' ? end : type;
		this.foreign.set(name, [...(this.foreign.get(name) ?? []), told]);
	}

	#started(start: string, life: Life, at: number): string[] {
		if (names.includes(life.name)) {
			this.#lives.push(`${life.name} ${life.pid}`);
		}
		const isTwice = this.#running.has(start) || this.#ended.has(start);
		this.#running.add(start, life);
		this.readiness.started(start, life, at);
		return isTwice ? [`start ${start} of ${life.name} was told twice`] : [];
	}

	#exited(
		start: string,
		name: string,
		of: (key: string) => string | undefined,
		at: number,
		stage: Stage,
		deeds: Deeds,
	): string[] {
		const known = this.#running.take(start);
		const isTwice = this.#ended.has(start);
		this.#ended.add(start);
		if (isTwice) {
			return [`the end of start ${start} of ${name} was told twice`];
		}
		if (known === undefined) {
			return [`start ${start} of ${name} ended and had not started`];
		}
		const [{ pid }, exit] = [known, of('exit')];
		if (name === 'burst' && exit === '0') {
			this.finished.add(pid);
		}
		const late = this.readiness.exited(start, known, at, stage, deeds);
		if (of('status') !== 'unknown') {
			return [...late, ...this.#exits.judge(known, { exit, signal: of('signal') }, stage, deeds)];
		}
		return deeds.unseen.has(pid) && deeds.excuse('status', pid)
			? late
			: [...late, `how ${name} (${pid}) ended is not known`];
	}
}
