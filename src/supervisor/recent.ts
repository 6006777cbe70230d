/** How many are remembered: what the kernel tells late is still of one of them, and no number has come round yet. */
const most = 256;

/** The latest processes to end, and whose they were. */
export class Recent {
	readonly #names = new Map<number, string>();

	add(pid: number, name: string): void {
		this.#names.delete(pid);
		this.#names.set(pid, name);
		if (this.#names.size > most) {
			for (const [oldest] of this.#names) {
				this.#names.delete(oldest);
				break;
			}
		}
	}

	nameOf(pid: number): string | undefined {
		return this.#names.get(pid);
	}
}
