/** First in, first out; both ends cost the same however many wait. */
export class Queue<T> {
	#items: (T | undefined)[] = [];
	#head = 0;
	#weight = 0;
	readonly #weigh: (item: T) => number;

	/** `weigh`: always the same for the same item. */
	constructor(weigh: (item: T) => number = () => 1) {
		this.#weigh = weigh;
	}

	/** Of all that are in it. */
	get weight(): number {
		return this.#weight;
	}

	get length(): number {
		return this.#items.length - this.#head;
	}

	get first(): T | undefined {
		return this.#items[this.#head];
	}

	push(item: T): void {
		this.#items.push(item);
		this.#weight += this.#weigh(item);
	}

	shift(): T | undefined {
		const item = this.#items[this.#head];
		if (this.length > 0) {
			this.#items[this.#head++] = undefined;
			this.#weight -= this.#weigh(item as T);
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

	/** The first that this is true of. */
	find(isIt: (item: T) => boolean): T | undefined {
		for (let i = this.#head; i < this.#items.length; i++) {
			const item = this.#items[i] as T;
			if (isIt(item)) {
				return item;
			}
		}
		return undefined;
	}

	/** Takes out the first that this is true of. */
	take(isIt: (item: T) => boolean): T | undefined {
		const at = this.#items.findIndex((item, i) => i >= this.#head && isIt(item as T));
		if (at < 0) {
			return undefined;
		}
		const [item] = this.#items.splice(at, 1);
		this.#weight -= this.#weigh(item as T);
		return item;
	}

	/** Empties it, and gives what was in it. */
	clear(): T[] {
		const items = this.#items.slice(this.#head) as T[];
		this.#items = [];
		this.#head = 0;
		this.#weight = 0;
		return items;
	}
}
