import { counted } from '../base/counted.ts';
import type { Event } from '../events/event.ts';
import { askedFor } from '../events/opt-in.ts';
import type { Rule } from '../rules/rule.ts';
import type { Summary } from './replay.ts';

/** What a replay comes to, in lines: what was seen and done, and what could not be seen. */
export function summaryLines(
	{ fired, errors }: Summary,
	rules: readonly Rule[],
	events: readonly Event[],
	lost: number,
): string[] {
	const times = [...fired.values()].reduce((sum, one) => sum + one, 0);
	const seen = new Set<string>(events.map(({ type }) => type));
	const asked = askedFor(rules.flatMap(({ on }) => on)).filter((type) => !seen.has(type));
	return [
		`${counted(events.length, 'event')}: ${fired.size} of ${counted(rules.length, 'rule')} fired, ` +
			`${counted(times, 'time')} in all, ${counted(errors, 'error')}`,
		...(lost === 0 ? [] : [`${counted(lost, 'older event')} of that time: the journal has them no longer`]),
		...(asked.length === 0
			? []
			: [`no ${asked.join(', ')} in that time: recorded only while a rule or a subscriber asks for it`]),
	];
}
