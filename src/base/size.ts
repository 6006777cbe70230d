const units = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/**
 * Bytes of `512B`, `64KiB`, `1.5GiB`, `2TiB`; undefined for anything else: no unit, a sign, more than six digits behind
 * the point. Parts of a byte stay.
 */
export function parseSize(given: string): number | undefined {
	const [, digits, unit] = /^([0-9]{1,16}(?:\.[0-9]{1,6})?)(B|KiB|MiB|GiB|TiB)$/.exec(given) ?? [];
	return digits === undefined ? undefined : Number(digits) * units[unit as keyof typeof units];
}

/** Bytes in the largest unit that leaves no rest: `64KiB`, `1000B`. */
export function formatSize(bytes: number): string {
	for (const unit of ['TiB', 'GiB', 'MiB', 'KiB'] as const) {
		if (bytes !== 0 && bytes % units[unit] === 0) {
			return `${bytes / units[unit]}${unit}`;
		}
	}
	return `${bytes}B`;
}
