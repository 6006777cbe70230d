/** First in, first out; both ends cost the same however many wait. */
export class Queue<T> {
	#items: (T | undefined)[] = [];
	#head = 0;

	get length(): number {
		return this.#items.length - this.#head;
	}

	get first(): T | undefined {
		return this.#items[this.#head];
	}

	push(item: T): void {
		this.#items.push(item);
	}

	shift(): T | undefined {
		const item = this.#items[this.#head];
		if (this.length > 0) {
			this.#items[this.#head++] = undefined;
		}
		if (this.#head === this.#items.length) {
			this.#items = [];
			this.#head = 0;
		} else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
			this.#items = this.#items.slice(this.#head);
			this.#head = 0;
		}
		return item;
	}

	/** Takes out the first that this is true of. */
	take(isIt: (item: T) => boolean): T | undefined {
		const at = this.#items.findIndex((item, i) => i >= this.#head && isIt(item as T));
		return at < 0 ? undefined : this.#items.splice(at, 1)[0];
	}

	/** Empties it, and gives what was in it. */
	clear(): T[] {
		const items = this.#items.slice(this.#head) as T[];
		this.#items = [];
		this.#head = 0;
		return items;
	}
}
