import { readFileSync } from 'node:fs';
import type { Draft } from '../../events/journal.ts';
import type { Addon } from '../../native/addon.ts';
import { AppendOnlyFile } from '../../native/append-only-file.ts';
import type { Keepsakes } from './keepsakes.ts';
import type { Begun, More, Page } from './page.ts';

/** What was changed in one turn of the loop, and the events that tell of it. */
export type Leaf = {
	/** Of the first leaf: that of the book. */
	readonly format?: number | undefined;
	/** The newest event before these. */
	readonly after: number;
	readonly events: readonly Draft[];
	readonly pages: readonly Page[];
	/** Names that are forgotten. */
	readonly gone: readonly string[];
	/** By the names of their entries. */
	readonly kept?: readonly (readonly [string, Keepsakes])[] | undefined;
	/** What is to be known beyond the entries, where that has changed. */
	readonly more?: More | undefined;
	/** What has changed of what is to be known of the rules, which know what it means. */
	readonly rules?: unknown;
	/** Which keeper it is that holds what is kept, counted from 1. */
	readonly keepers?: number | undefined;
	/** By the numbers of requests that had their effect in this turn. */
	readonly begun?: readonly (readonly [number, Begun])[] | undefined;
};

/** What a book says in the end. */
export type Story = {
	readonly pages: ReadonlyMap<string, Page>;
	readonly kept: ReadonlyMap<string, Keepsakes>;
	readonly more: More | undefined;
	/** What was to be known of the rules, change by change. */
	readonly rules: readonly unknown[];
	/** Which keeper it is that holds what is kept: numbers are good with no other. */
	readonly keepers: number;
	/** Requests that had their effect, by their numbers. */
	readonly begun: ReadonlyMap<number, Begun>;
	/** The last leaf, whose events may not have been told; undefined in an empty book. */
	readonly last: Pick<Leaf, 'after' | 'events'> | undefined;
};

/** The format of a book, which grows when an older archon could not read it any more. */
export const bookFormat = 2;

/**
 * What is to be known after the daemon has died, whatever moment that was: a file in memory (the run directory), to which
 * each turn of the loop appends what it has changed, together with its events and before those are told. So what is
 * known and what was told never differ. A write is whole or the file's tail, which reading cuts off.
 */
export class Book {
	readonly #file: AppendOnlyFile;

	/** Begins a book with what is known already, of the rules as one. Throws what the file system says. `last`: events that are told after. */
	constructor(native: Pick<Addon, 'preallocate'>, path: string, story: Story) {
		this.#file = new AppendOnlyFile(native, path);
		this.renew(story);
	}

	/** Appends a leaf, whole or not at all. Throws as `Book` does. */
	write(leaf: Leaf): void {
		this.#file.append(textOf(leaf));
	}

	/** Sees to room for what is written next, and for `renew`: others may fill the file system. Throws as `Book` does. */
	reserve(): void {
		this.#file.reserve();
	}

	/** Whether it is time for `renew`. */
	get isDue(): boolean {
		return this.#file.isDue;
	}

	/** Writes anew what is needed; what was written before is gone only once that is there. Throws as `Book` does, and goes on. */
	renew(story: Story): void {
		const text = textOf({
			format: bookFormat,
			after: story.last?.after ?? 0,
			events: story.last?.events ?? [],
			pages: [...story.pages.values()],
			gone: [],
			kept: [...story.kept],
			more: story.more,
			rules: story.rules[0],
			keepers: story.keepers,
			begun: [...story.begun],
		});
		this.#file.rewrite(text);
	}

	close(): void {
		this.#file.close();
	}
}

/** The story of a first daemon. */
export const emptyStory: Story = {
	pages: new Map(),
	kept: new Map(),
	more: undefined,
	rules: [],
	keepers: 0,
	begun: new Map(),
	last: undefined,
};

/** The events of the last leaf that were not published: `newest` is the newest there is. */
export function untold({ last }: Story, newest: number): readonly Draft[] {
	return last === undefined ? [] : last.events.slice(Math.max(0, newest - last.after));
}

/** Reads a book of this format or an older one; an empty story where there is none. A newer one is thrown back. */
export function readBook(path: string): Story {
	const pages = new Map<string, Page>();
	const kept = new Map<string, Keepsakes>();
	const begun = new Map<number, Begun>();
	let more: More | undefined;
	const rules: unknown[] = [];
	let keepers = 0;
	let last: Leaf | undefined;
	for (const line of linesOf(path)) {
		const leaf = leafOf(line);
		if (leaf === undefined) {
			break;
		}
		if ((leaf.format ?? 0) > bookFormat) {
			throw new Error(`${path} is of format ${leaf.format}, this archon reads up to ${bookFormat}`);
		}
		for (const name of leaf.gone) {
			pages.delete(name);
			kept.delete(name);
		}
		for (const [name, keepsakes] of leaf.kept ?? []) {
			kept.set(name, keepsakes);
		}
		for (const page of leaf.pages) {
			const service = page.service ?? pages.get(page.name)?.service;
			if (page.kind === 'foreign') {
				// It comes behind those that ended before it: the first to end is the first to be forgotten (table.ts).
				pages.delete(page.name);
			}
			pages.set(page.name, service === undefined ? page : { ...page, service });
		}
		for (const [request, of] of leaf.begun ?? []) {
			begun.set(request, of);
		}
		more = leaf.more ?? more;
		keepers = leaf.keepers ?? keepers;
		if (leaf.rules !== undefined) {
			rules.push(leaf.rules);
		}
		last = leaf;
	}
	return { pages, kept, more, rules, keepers, begun, last };
}

function linesOf(path: string): string[] {
	try {
		return readFileSync(Buffer.from(path, 'latin1'), 'utf8').split('\n').slice(0, -1);
	} catch {
		return [];
	}
}

function leafOf(line: string): Leaf | undefined {
	try {
		return JSON.parse(line) as Leaf;
	} catch {
		return undefined;
	}
}

function textOf(leaf: Leaf): string {
	return `${JSON.stringify(leaf)}\n`;
}
