import type { EventType } from '../events/event.ts';
import type { Source, Want } from '../sources/source.ts';

/** Who wants which events of the opt-in types: the rules in force and every subscriber, told to the sources together. */
export class Demand {
	readonly #sources: readonly Source[];
	readonly #onFault: (fault: unknown) => void;
	readonly #subscribed = new Set<readonly Want[]>();
	/** What each source was told last. */
	readonly #told = new Map<Source, readonly Want[]>();
	readonly #changed: () => void;
	#ofRules: readonly Want[] = [];
	#types: ReadonlySet<EventType> = new Set();

	/** `changed` is called after each change. */
	constructor(
		sources: readonly Source[],
		onFault: (fault: unknown) => void,
		changed: () => void = () => undefined,
	) {
		this.#changed = changed;
		this.#sources = sources;
		this.#onFault = onFault;
	}

	/** Whether nobody asks for anything. */
	get isEmpty(): boolean {
		return this.#types.size === 0;
	}

	/** Whether somebody asks for events of that type. */
	has(type: EventType): boolean {
		return this.#types.has(type);
	}

	/** Whether a subscriber asks for them: of what asks permission the rules have events made themselves. */
	isSubscribed(type: EventType): boolean {
		return [...this.#subscribed].some((wants) => wants.some((want) => want.type === type));
	}

	/** The rules in force want these from now on. */
	ofRules(wants: readonly Want[]): void {
		this.#ofRules = wants;
		this.#tell();
	}

	/** A subscriber wants these until the function returned is called. */
	subscribed(wants: readonly Want[]): () => void {
		if (wants.length === 0) {
			return () => undefined;
		}
		const own = [...wants];
		this.#subscribed.add(own);
		this.#tell();
		return () => {
			if (this.#subscribed.delete(own)) {
				this.#tell();
			}
		};
	}

	/** Nobody wants anything any more. */
	close(): void {
		for (const source of this.#sources) {
			this.#guarded(() => source.close());
		}
	}

	/** What a source has heard already it does not hear again. */
	#tell(): void {
		const all = [...this.#ofRules, ...[...this.#subscribed].flat()];
		this.#types = new Set(all.map(({ type }) => type));
		for (const source of this.#sources) {
			const wants = all.filter(({ type }) => source.types.includes(type));
			if (!isSame(wants, this.#told.get(source) ?? [])) {
				this.#told.set(source, wants);
				this.#guarded(() => source.want(wants));
			}
		}
		this.#changed();
	}

	#guarded(act: () => void): void {
		try {
			act();
		} catch (fault) {
			this.#onFault(fault);
		}
	}
}

function isSame(some: readonly Want[], others: readonly Want[]): boolean {
	return some.length === others.length && some.every((want, i) => want === others[i]);
}
