import type { Entry } from './entry.ts';

/** Entries as a book has them. */
export function namesOf(entries: Iterable<Entry>): readonly string[] {
	return Array.from(entries, ({ name }) => name);
}

/** Those of these names that are there. */
export function entriesOf(names: readonly string[], get: (name: string) => Entry | undefined): Set<Entry> {
	return new Set(names.flatMap((it) => get(it) ?? []));
}
