/** So many of something, as a sentence has it: `1 event`, `2 events`; `many` where that is no `one` with an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
	return `${count} ${count === 1 ? one : many}`;
}
