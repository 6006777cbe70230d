/** What may be lost, and is counted: README's "what dies with the keeper", each as it is met here. */
export const lossKinds = {
	status: 'how a process ended, that ended while there was no keeper',
	unread: 'how a process of others ended, which no daemon had read when the keeper died',
	reply: 'the reply to a request, whose connection went with the keeper',
	request: 'a Run that had not begun, whose connection went with the keeper',
	caller: 'a caller at a socket that no process of its service had, when the keeper died',
	said: 'that a service had said it is ready, which no daemon had heard when the keeper died',
	bound:
		'a process that was just binding a socket that archon keeps when the keeper died, and found it in use',
	stored: 'a descriptor that a service had stored, which went with the keeper',
	output:
		'output that archon-log had not read of a process that had ended, when the keeper was dead, and archon-log too or not there yet',
	flight:
		'a piece that archon-log was writing, of what a process wrote that lived on, when both archon-log and the keeper were killed',
} as const;
export type LossKind = keyof typeof lossKinds;

/** Counts each loss once, however often it is looked at. */
export class Losses {
	readonly #met = new Set<string>();
	readonly #counts = new Map<LossKind, number>();

	count(kind: LossKind, of: string | number): void {
		const key = `${kind} ${of}`;
		if (!this.#met.has(key)) {
			this.#met.add(key);
			this.#counts.set(kind, this.of(kind) + 1);
		}
	}

	of(kind: LossKind): number {
		return this.#counts.get(kind) ?? 0;
	}
}
