import { steady } from './steady.ts';

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

	/** What was asked first, where that is at least so many milliseconds ago. */
	unanswered(patience: number): string | undefined {
		const [oldest] = this.#open;
		return oldest !== undefined && steady() - oldest.since >= patience ? oldest.path : undefined;
	}
}
