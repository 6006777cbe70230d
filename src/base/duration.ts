import { type Refusal, refuse } from './refusal.ts';
import { shown } from './shown.ts';

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** What a timer can wait at most, milliseconds (setTimeout; 24.8 days). */
export const longestDuration = 2 ** 31 - 1;

/**
 * Milliseconds of `200ms`, `5s`, `1.5s`, `2m`, `1h`; undefined for anything else: no unit, a sign, parts of
 * a millisecond, more than `longest` milliseconds.
 */
export function parseDuration(text: string, longest = longestDuration): number | undefined {
	const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)$/.exec(text) ?? [];
	if (number === undefined) {
		return undefined;
	}
	const exact = Number(number) * units[unit as keyof typeof units];
	const whole = Math.round(exact);
	return Math.abs(exact - whole) < 1e-6 && whole <= longest ? whole : undefined;
}

/** What is wrong with a text that `parseDuration` takes only where no timer has to wait for it; undefined for any other. */
export function tooLong(text: string): Refusal | undefined {
	return parseDuration(text) === undefined && parseDuration(text, Number.MAX_SAFE_INTEGER) !== undefined
		? refuse(`${shown(text)} is longer than ${longestDuration}ms (596h, 24.8 days)`)
		: undefined;
}

/** Milliseconds in the largest unit that leaves no rest: `90s`, `200ms`, `1h`; `0s`. */
export function formatDuration(ms: number): string {
	const whole = Math.round(ms);
	for (const unit of ['h', 'm', 's'] as const) {
		if (whole !== 0 && whole % units[unit] === 0) {
			return `${whole / units[unit]}${unit}`;
		}
	}
	return whole === 0 ? '0s' : `${whole}ms`;
}

/** Milliseconds as people say them, the two largest units: `200ms`, `1.4s`, `42s`, `4m05s`, `3h12m`, `5d04h`. */
export function roughDuration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (ms < 1000) {
		return `${Math.max(0, Math.round(ms))}ms`;
	}
	if (ms < 9950) {
		return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')}s`;
	}
	for (const [unit, name, next, nextName] of rough) {
		if (seconds >= unit) {
			const rest = Math.floor((seconds % unit) / next);
			return `${Math.floor(seconds / unit)}${name}${String(rest).padStart(2, '0')}${nextName}`;
		}
	}
	return `${seconds}s`;
}

const rough = [
	[86_400, 'd', 3600, 'h'],
	[3600, 'h', 60, 'm'],
	[60, 'm', 1, 's'],
] as const;
