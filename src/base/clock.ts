let cachedSecond = Number.NaN;
let cachedText = '';

/**
 * Milliseconds since 1970 as ISO 8601 UTC with milliseconds: `2026-11-20T10:00:00.000Z`. The second is
 * remembered.
 */
export function isoTime(ms: number): string {
	const whole = Math.floor(ms);
	const second = Math.floor(whole / 1000);
	if (second !== cachedSecond) {
		cachedText = new Date(second * 1000).toISOString().slice(0, -4);
		cachedSecond = second;
	}
	const rest = whole - second * 1000;
	return `${cachedText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}

/**
 * Milliseconds since 1970 of an ISO 8601 date or date and time: seconds, their fraction and the zone may be
 * left out, no zone is UTC; undefined for anything else, a 30th of February included.
 */
export function parseTime(text: string): number | undefined {
	const [, date, clock, zone = 'Z'] =
		/^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(Z|[+-][0-9]{2}:[0-9]{2})?)?$/.exec(
			text,
		) ?? [];
	if (date === undefined || !isDay(date)) {
		return undefined;
	}
	const ms = Date.parse(`${date}T${clock ?? '00:00'}${zone}`);
	return Number.isNaN(ms) ? undefined : ms;
}

/** Date.parse takes a day the month does not have for one of the next month. */
function isDay(date: string): boolean {
	const ms = Date.parse(`${date}T00:00Z`);
	return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}
