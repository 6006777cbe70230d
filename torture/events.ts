import { exitOf, failers, names } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Row, Stage } from './stage.ts';
import { isStranger } from './strangers.ts';

/** Follows the journal: numbers without a hole, one end to each start, no end without a start, each end as it was. */
export class Events {
	/** The newest event that was looked at. */
	#seq = 0;
	/** Starts whose end has not been told. */
	readonly #running = new Map<string, { readonly name: string; readonly pid: number }>();
	readonly #ended = new Set<string>();
	/** What the rule told of each end of `weak`, by its number. */
	readonly #told = new Set<string>();
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
		const rows = await stage.rows('Events', `since=${this.#seq}`);
		return rows.flatMap((row) => {
			const seq = Number(row['seq']);
			const wrong = seq === this.#seq + 1 ? [] : [`event ${seq} follows ${this.#seq}`];
			this.#seq = seq;
			return [...wrong, ...this.#event(row, deeds)];
		});
	}

	#event({ type, name = '', fields = '' }: Row, deeds: Deeds): string[] {
		const of = (key: string) => new RegExp(`(?:^|[ ,])${key}=([^ ,]*)`).exec(fields)?.[1];
		const start = of('start');
		if (isStranger(name)) {
			this.#stranger(type ?? '', name, of);
			return [];
		}
		switch (type) {
			case 'process.starting':
				this.starts.set(name, (this.starts.get(name) ?? 0) + 1);
				return [];
			case 'process.started':
				return start === undefined ? [] : this.#started(start, name, Number(of('pid')));
			case 'process.exited':
				return start === undefined ? [] : this.#exited(start, name, of, deeds);
			case 'weak.ended': {
				const end = of('of') ?? '';
				const isTwice = this.#told.has(end);
				this.#told.add(end);
				return isTwice ? [`a rule told of the end ${end} twice`] : [];
			}
			case 'rule.error':
				// The one rule of that file takes its thread down.
				if (of('file') === 'hostile.lua' && of('reason') === 'took') {
					deeds.blows.push('rules');
				}
				return [];
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

	#started(start: string, name: string, pid: number): string[] {
		if (names.includes(name)) {
			this.#lives.push(`${name} ${pid}`);
		}
		const isTwice = this.#running.has(start) || this.#ended.has(start);
		this.#running.set(start, { name, pid });
		return isTwice ? [`start ${start} of ${name} was told twice`] : [];
	}

	#exited(start: string, name: string, of: (key: string) => string | undefined, deeds: Deeds): string[] {
		const known = this.#running.get(start);
		const isTwice = this.#ended.has(start);
		this.#running.delete(start);
		this.#ended.add(start);
		if (isTwice) {
			return [`the end of start ${start} of ${name} was told twice`];
		}
		if (known === undefined) {
			return [`start ${start} of ${name} ended and had not started`];
		}
		if (name === 'burst' && of('exit') === '0') {
			this.finished.add(known.pid);
		}
		return this.#isAsItWas(known, of, deeds);
	}

	#isAsItWas(
		{ name, pid }: { readonly name: string; readonly pid: number },
		of: (key: string) => string | undefined,
		deeds: Deeds,
	): string[] {
		const [exit, signal] = [of('exit'), of('signal')];
		if (of('status') === 'unknown') {
			return deeds.unseen.has(pid) && deeds.excuse('status', pid)
				? []
				: [`how ${name} (${pid}) ended is not known`];
		}
		if (failers.includes(name) && exit !== undefined && Number(exit) !== exitOf(pid)) {
			return [`${name} (${pid}) ended with ${exit}, not ${exitOf(pid)}`];
		}
		// TERM: it was being stopped when it was hit.
		return deeds.hit.has(pid) && exit === undefined && signal !== 'KILL' && signal !== 'TERM'
			? [`${name} (${pid}) was killed, and ended by ${signal}`]
			: [];
	}
}
