/** Ports from the first to the last, both included. */
export type PortRange = { readonly from: number; readonly to: number };

/** Where ports are taken from unless something else is said: below those that Linux gives to clients. */
export const plainPorts: PortRange = { from: 20_000, to: 29_999 };

/** Reads `20000-29999`; undefined where it is no range of ports. */
export function parsePortRange(given: string): PortRange | undefined {
	const [, from, to] = /^([1-9][0-9]{0,4})-([1-9][0-9]{0,4})$/.exec(given) ?? [];
	const range = { from: Number(from), to: Number(to) };
	return range.from <= range.to && range.to <= 65_535 ? range : undefined;
}

export function formatPortRange({ from, to }: PortRange): string {
	return `${from}-${to}`;
}
