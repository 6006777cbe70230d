import type { Deeds, Ordered } from './deeds.ts';
import type { Events } from './events.ts';
import type { Own } from './own.ts';
import type { Stage } from './stage.ts';
import { type Heard, isBeheaded, isBehindRight, saidOf } from './talk.ts';

/**
 * Each request has one reply that it can have; what one client alone had to do with was started as often as it asked. Who
 * was cut off because the keeper died, with which the connections go, knows neither whether it was done.
 */
export function judgeOrders(stage: Stage, deeds: Deeds, { starts }: Pick<Events, 'starts'>): string[] {
	const begun = stage.record.begun();
	const isExcused = (heard: Heard) => isBeheaded(heard, deeds.gap) && heard.lines.length === 0;
	for (const [i, { record }] of deeds.orders.filter(({ heard }) => isExcused(heard)).entries()) {
		deeds.excuse('reply', `${deeds.number}-${i} ${record}`);
	}
	for (const { name } of deeds.again.filter(({ again }) => isExcused(again))) {
		deeds.excuse('reply', `${name} again`);
	}
	for (const { name, cutOff } of deeds.own) {
		for (const { heard } of cutOff) {
			if (isBeheaded(heard, deeds.gap)) {
				deeds.excuse('reply', name);
			}
		}
	}
	return [
		...deeds.orders.filter(({ heard }) => !isExcused(heard)).flatMap(judgeOrder),
		...deeds.again
			.filter(({ again }) => !isExcused(again))
			.flatMap(({ name, first, again }) =>
				// Of the first, which went with the keeper, nobody knows what it would have been.
				isBehindRight(again) && (isExcused(first) || first.lines[0] === again.lines[0])
					? []
					: [`${name}: first ${saidOf(first)}, asked again with its key ${saidOf(again)}`],
			),
		...deeds.own.flatMap((it) => [
			...it.cutOff.filter(({ heard }) => !isBeheaded(heard, deeds.gap)).map(({ text }) => text),
			...judgeOwn(it, starts.get(it.name) ?? 0, begun.get(it.name)?.length ?? 0),
		]),
	];
}

function judgeOrder({ record, heard }: Ordered): string[] {
	const [reply = ''] = heard.lines;
	const isRight = /^(?:Ok$|Error,)/.test(reply) && !reply.includes('mistake');
	return isRight && isBehindRight(heard) ? [] : [`${record}: ${saidOf(heard)}`];
}

/** One that is stopped at once may not have come to write that it has begun. */
function judgeOwn({ name, begun, wrong }: Own, told: number, wrote: number): string[] {
	return begun < 0 || (told === begun && wrote <= begun)
		? [...wrong]
		: [...wrong, `${name} was started ${told} times and began ${wrote} times, not ${begun}`];
}
