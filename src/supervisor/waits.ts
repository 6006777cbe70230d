import { formatDuration } from '../base/duration.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { failureText, lastCell } from './describe.ts';
import type { Entry } from './entry.ts';

/** What a waiter makes of an entry that changed: done, refused, or still waiting (undefined). */
export type Verdict = 'done' | Refusal | undefined;

type Waiter = {
	readonly judge: (entry: Entry) => Verdict;
	readonly resolve: (verdict: 'done' | Refusal) => void;
};

/** Those who wait for a process to get somewhere. */
export class Waits {
	readonly #waiters = new Map<Entry, Set<Waiter>>();

	/** Resolves with the first verdict, asked now and after every change; after `timeout` milliseconds with a refusal, of which `left` have not passed yet. */
	until(
		entry: Entry,
		judge: (entry: Entry) => Verdict,
		timeout?: number,
		left = timeout,
	): Promise<'done' | Refusal> {
		const now = judge(entry);
		if (now !== undefined) {
			return Promise.resolve(now);
		}
		return new Promise((resolve) => {
			const timer = timeout === undefined ? undefined : setTimeout(() => finish(late(entry, timeout)), left);
			const finish = (verdict: 'done' | Refusal) => {
				clearTimeout(timer);
				this.#drop(entry, waiter);
				resolve(verdict);
			};
			const waiter = { judge, resolve: finish };
			const waiters = this.#waiters.get(entry) ?? new Set();
			this.#waiters.set(entry, waiters.add(waiter));
		});
	}

	/** The entry changed: asks everyone who waits for it. */
	changed(entry: Entry): void {
		for (const waiter of [...(this.#waiters.get(entry) ?? [])]) {
			const verdict = waiter.judge(entry);
			if (verdict !== undefined) {
				waiter.resolve(verdict);
			}
		}
	}

	/** The entry is forgotten: whoever still waits is told how it ended. */
	gone(entry: Entry): void {
		for (const waiter of [...(this.#waiters.get(entry) ?? [])]) {
			waiter.resolve(refuse(`"${entry.name}" has ended (${lastCell(entry.last)}) and is gone`));
		}
	}

	#drop(entry: Entry, waiter: Waiter): void {
		const waiters = this.#waiters.get(entry);
		waiters?.delete(waiter);
		if (waiters?.size === 0) {
			this.#waiters.delete(entry);
		}
	}
}

/** For `Wait`: done in that state, refused in one that nothing of its own will ever change. */
export function reaches(state: string): (entry: Entry) => Verdict {
	return (entry) => {
		const now = entry.life.state;
		if (now.tag === state) {
			return 'done';
		}
		const isFinal =
			now.tag === 'stopped' ||
			now.tag === 'exited' ||
			(now.tag === 'failed' && (now.why.tag !== 'limit' || entry.spec.limit.retry === 0));
		if (!isFinal) {
			return undefined;
		}
		const why = now.tag === 'failed' ? ` (${failureText(now.why)})` : '';
		return refuse(`"${entry.name}" is ${now.tag}${why}: it will not become ${state} by itself`);
	};
}

function late(entry: Entry, timeout: number): Refusal {
	const { state } = entry.life;
	return refuse(`"${entry.name}" is still ${state.tag} after ${formatDuration(timeout)}`);
}
