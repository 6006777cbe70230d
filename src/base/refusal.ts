/** Why something was not done: a value, not an exception. `refused` is one readable line of latin1 text. */
export type Refusal = { readonly refused: string };

/** A refusal with this reason. */
export function refuse(reason: string): Refusal {
	return { refused: reason };
}

/** Tells a refusal from a result. */
export function isRefusal(value: unknown): value is Refusal {
	return (
		typeof value === 'object' && value !== null && 'refused' in value && typeof value.refused === 'string'
	);
}
