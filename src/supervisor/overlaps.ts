import { freeName } from '../base/name.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { forSuccessor, hasGone, overlapAct, type Phase } from '../process/overlap.ts';
import type { Input } from '../process/state.ts';
import { reasonOf } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Interpreter } from './interpret.ts';
import { described, newEntry } from './new-entry.ts';
import { besideOf, besideService, overlapSuffix } from './overlap-of.ts';
import type { Table } from './table.ts';
import { isStuck } from './verdicts.ts';

export type OverlapPorts = {
	readonly table: Pick<Table, 'get' | 'isTaken' | 'add'>;
	readonly apply: (entry: Entry, input: Input) => unknown;
	readonly tell: Interpreter['tell'];
	/** It is there, and is to be written down with whatever else this turn brings. */
	readonly announced: (beside: Entry) => void;
	/** Writes it down, before it has a process: of a daemon that dies behind that the next one goes on with it. */
	readonly written: () => void;
	/** There is one more process of a service: what is kept for that is kept for both. */
	readonly joined: (main: Entry, beside: Entry) => void;
	/** Each is to have the process of the other, with everything that goes with it: told, and whoever follows it hears of it. */
	readonly swap: (main: Entry, beside: Entry) => void;
	/** There is only one process of that service again: its new one, or the old one that stays (or has ended). */
	readonly parted: (main: Entry, isNew: boolean) => void;
	/** Whoever waits for that entry is to judge again. */
	readonly judge: (entry: Entry) => void;
	/** It is gone from `Status`. */
	readonly forget: (entry: Entry) => void;
};

/** With the suffix a name is not longer than one may be. */
const mostOfName = 54;

/** What the remark of an entry begins with whose new process came to nothing. */
export const notRestarted = 'was not restarted';

type Waiter = (refused: Refusal | undefined) => void;

/**
 * Restarts that overlap: a second entry has the new process until that is ready, and the old one from then on until it is
 * gone. What is done is decided by process/overlap.ts; here it is carried out, never from within the change that it
 * follows from.
 */
export class Overlaps {
	readonly #ports: OverlapPorts;
	readonly #waiting = new Map<Entry, Set<Waiter>>();

	constructor(ports: OverlapPorts) {
		this.#ports = ports;
	}

	/** Each of these is to have a new process beside the one it has; to be followed by `begin`. */
	announce(mains: Iterable<Entry>): void {
		for (const main of mains) {
			if (main.overlap === undefined) {
				this.#add(main);
			}
		}
	}

	/**
	 * Starts the new process of an entry beside the one it has; one that is not ready yet is started anew. Resolves when
	 * at most one is left: with why, when that is still the old one.
	 */
	begin(main: Entry): Promise<Refusal | undefined> {
		const over = this.over(main);
		const { service } = main;
		if (service === undefined) {
			return over;
		}
		const beside = besideOf(main) ?? this.#add(main);
		const isNew = main.overlap?.phase === 'announced';
		Object.assign(beside, described(besideService(service)));
		main.remark = '';
		if (isNew) {
			this.#ports.written();
			this.proceed(beside);
		}
		this.#ports.apply(beside, { tag: isNew ? 'start' : 'restart' });
		return over;
	}

	/** Whether it was announced and no more, by a daemon that died maybe; its first start is to be made now. */
	proceed({ overlap }: Entry): boolean {
		if (overlap?.phase !== 'announced') {
			return false;
		}
		overlap.phase = 'proving';
		return true;
	}

	/** Resolves when only one process is left. */
	over(main: Entry): Promise<Refusal | undefined> {
		return new Promise((resolve) => {
			this.#waiting.set(main, (this.#waiting.get(main) ?? new Set()).add(resolve));
		});
	}

	/** It was beside the other under a daemon that died. */
	restore(main: Entry, beside: Entry, phase: Phase): void {
		const overlap = { of: main, beside, phase };
		main.overlap = overlap;
		beside.overlap = overlap;
	}

	/** Why a start has to wait now. */
	held(entry: Entry): string | undefined {
		return besideOf(entry) !== undefined && entry.overlap?.phase !== 'retiring' ? forSuccessor : undefined;
	}

	/** To be called after each change of an entry's life. */
	changed(entry: Entry): void {
		const { overlap } = entry;
		if (overlap === undefined) {
			return;
		}
		this.#ports.judge(overlap.of);
		if (actOf(entry) !== undefined) {
			queueMicrotask(() => this.#act(entry));
		} else if (overlap.phase === 'retiring' && isStuck(overlap.beside)) {
			const { name, remark } = overlap.beside;
			this.#tell(overlap.of, refuse(`its new process is ready, but the one before ("${name}") is ${remark}`));
		}
	}

	#add(main: Entry): Entry {
		const { table, joined, announced } = this.#ports;
		const isTaken = (it: string) => it !== main.seat && table.isTaken(it);
		const name = freeName(main.name.slice(0, mostOfName) + overlapSuffix, isTaken);
		const { instance } = main;
		const seat = main.seat === main.name ? name : main.name;
		const beside = newEntry(name, 'daemon', { instance, seat });
		this.restore(main, beside, 'announced');
		if (main.service !== undefined) {
			Object.assign(beside, described(besideService(main.service)));
		}
		table.add(beside);
		joined(main, beside);
		announced(beside);
		return beside;
	}

	#act(entry: Entry): void {
		const { overlap } = entry;
		const act = actOf(entry);
		if (overlap === undefined || act === undefined) {
			return;
		}
		const { of: main, beside } = overlap;
		const { apply } = this.#ports;
		switch (act) {
			case 'swap':
				this.#swap(main, beside);
				break;
			case 'retire':
				apply(beside, { tag: 'stop', grace: main.spec.stopTimeout });
				break;
			case 'yield':
				apply(beside, { tag: 'stop', grace: beside.spec.stopTimeout });
				break;
			case 'fail':
				this.#fail(main, beside);
				break;
			case 'over':
				main.last = beside.last ?? main.last;
				this.#part(main, beside, true);
				this.#tell(main, undefined);
				break;
		}
	}

	#swap(main: Entry, beside: Entry): void {
		if (main.overlap !== undefined) {
			main.overlap.phase = 'retiring';
		}
		main.remark = '';
		this.#ports.swap(main, beside);
	}

	/** The old one goes on, unless it ends or has ended as well: then its life says what follows. */
	#fail(main: Entry, beside: Entry): void {
		const { tell, apply } = this.#ports;
		this.#part(main, beside, false);
		if (main.process !== undefined && !hasGone(main.life.state)) {
			const why = `its new process ${failedText(beside)}`;
			tell(main, 'process.kept', [`reason=${why}`]);
			main.remark = `${notRestarted}: ${why}`;
			const left = `process ${main.process.pid} goes on`;
			this.#tell(main, refuse(`"${main.name}" ${main.remark}; ${left}`));
			return;
		}
		if (main.life.state.tag === 'waiting') {
			apply(main, { tag: 'release' });
		}
		this.#tell(main, undefined);
	}

	#part(main: Entry, beside: Entry, isNew: boolean): void {
		const { table, forget, parted, judge } = this.#ports;
		main.overlap = undefined;
		if (table.get(beside.name) === beside) {
			forget(beside);
		}
		parted(main, isNew);
		judge(main);
	}

	#tell(main: Entry, refused: Refusal | undefined): void {
		const waiting = this.#waiting.get(main) ?? [];
		this.#waiting.delete(main);
		for (const resolve of waiting) {
			resolve(refused);
		}
	}
}

function actOf({ overlap }: Entry) {
	return overlap && overlapAct(overlap.phase, overlap.of.life.state, overlap.beside.life.state);
}

function failedText(beside: Entry): string {
	const { state } = beside.life;
	if (state.tag === 'failed') {
		return `failed: ${reasonOf(beside)}`;
	}
	return state.tag === 'exited' ? 'ended before it was ready' : 'was stopped before it was ready';
}
