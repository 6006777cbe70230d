import { nameFromProgram } from '../base/name.ts';
import { signalName } from '../base/signal.ts';
import type { FieldOf } from '../events/fields.ts';
import { programOf, type Seen, seen } from './proc.ts';
import type { Tell, Want } from './source.ts';
import { isWanted, mayBeWanted } from './wanted.ts';

export type StrangerPorts = {
	/** Whether archon started that process itself, or is it. */
	readonly isOurs: (pid: number) => boolean;
	readonly tell: Tell;
};

type Told = {
	readonly name: string;
	readonly fields: readonly FieldOf<'process.spawned' | 'process.exited'>[];
	/** Undefined for one that was gone before it could be looked at. */
	readonly started: number | undefined;
};

/**
 * Processes that archon did not start: which of them are told, and how. Only what some want matches is told as
 * `process.spawned`, and of that the end as `process.exited`. The name is made of the comm; `pid=`, `ppid=`, `uid=`, `exe=`
 * and `command=` (its first 256 bytes) as they were when it was looked at. A process that is gone by then is told as
 * `process` with its `pid=` alone, where that is enough for some want. One that begins another program by a further exec
 * is told once more, and its end under the name that was told last.
 */
export class Strangers {
	readonly #ports: StrangerPorts;
	readonly #told = new Map<number, Told>();
	wants: readonly Want[] = [];

	constructor(ports: StrangerPorts) {
		this.#ports = ports;
	}

	/** A program has begun. What is found by a look may be told once more by its exec; that changes nothing. */
	appeared(pid: number): void {
		if (this.#ports.isOurs(pid)) {
			return;
		}
		const found = seen(pid);
		const before = this.#told.get(pid);
		const about = found === undefined ? gone(pid, this.wants) : describe(found, this.wants);
		// Of one that is gone nothing better is known than what was told.
		const isNews = before === undefined || (found !== undefined && !isSame(before, about));
		if (about !== undefined && isNews) {
			this.#told.set(pid, { ...about, started: found?.started });
			this.#ports.tell('process.spawned', about.name, about.fields);
		}
	}

	/** `status` as wait(2) has it; undefined where it is not known. */
	ended(pid: number, status: number | undefined): void {
		const told = this.#told.get(pid);
		if (told !== undefined) {
			this.#told.delete(pid);
			this.#ports.tell('process.exited', told.name, [...told.fields, endText(status)]);
		}
	}

	/** Somebody else tells of its end from now on. */
	forget(pid: number): void {
		this.#told.delete(pid);
	}

	clear(): void {
		this.#told.clear();
	}

	/** Those that were told and are there no more, by a look at each. */
	*lost(): Generator<number> {
		for (const [pid, { started }] of this.#told) {
			const now = seen(pid);
			if (now === undefined || now.isDead || (started !== undefined && now.started !== started)) {
				yield pid;
			}
		}
	}

	/** Whether it has been told and is the same still. */
	isTold({ pid, started }: Seen): boolean {
		return this.#told.get(pid)?.started === started;
	}
}

type About = Pick<Told, 'name' | 'fields'>;

/** Of two programs that follow each other quickly the later is seen at the exec of either. */
function isSame(told: About, found: About | undefined): boolean {
	return told.fields.join('\0') === found?.fields.join('\0');
}

function describe({ pid, parent, comm }: Seen, wants: readonly Want[]): About | undefined {
	const name = nameFromProgram(comm);
	const first = { name, pid, ppid: parent };
	// The rest is read only where the name is right.
	if (!wants.some((want) => mayBeWanted(want, first))) {
		return undefined;
	}
	const { uid, exe, command } = programOf(pid);
	const all = { ...first, uid, exe, command };
	if (!wants.some((want) => isWanted(want, all))) {
		return undefined;
	}
	const fields: About['fields'] = [
		`pid=${pid}`,
		`ppid=${parent}`,
		...(uid === undefined ? [] : [`uid=${uid}` as const]),
		...(exe === undefined ? [] : [`exe=${exe}` as const]),
		...(command === undefined ? [] : [`command=${command}` as const]),
	];
	return { name, fields };
}

function gone(pid: number, wants: readonly Want[]): About | undefined {
	const name = nameFromProgram('');
	return wants.some((want) => isWanted(want, { name, pid })) ? { name, fields: [`pid=${pid}`] } : undefined;
}

function endText(status: number | undefined): FieldOf<'process.exited'> {
	if (status === undefined) {
		return 'status=unknown';
	}
	const signal = status & 0x7f;
	return signal === 0 ? `exit=${(status >> 8) & 0xff}` : `signal=${signalName(signal)}`;
}
