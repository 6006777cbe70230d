import { steady } from './steady.ts';

/** How long a file may take to be read, milliseconds. */
export const answerPatience = 10_000;

/** What was asked of a disk and has not been answered: on a mount whose server is gone it never is. */
export class Asked {
	/** The oldest first. */
	readonly #open = new Set<{ readonly path: string; readonly since: number }>();

	/** Asks, as `act` does. `path` is what it is about. */
	async ask<T>(path: string, act: () => Promise<T>): Promise<T> {
		const question = { path, since: steady() };
		this.#open.add(question);
		try {
			return await act();
		} finally {
			this.#open.delete(question);
		}
	}

	/** What was asked first, of what was asked since then (`steady`), where that is at least so many milliseconds ago. */
	unanswered(patience: number, begun = 0): string | undefined {
		const oldest = this.#open.values().find(({ since }) => since >= begun);
		return oldest !== undefined && steady() - oldest.since >= patience ? oldest.path : undefined;
	}

	/** Whether that was asked at least so many milliseconds ago: to ask it again would take one more thread. */
	isUnanswered(path: string, patience: number): boolean {
		return this.#open.values().some((it) => it.path === path && steady() - it.since >= patience);
	}
}
