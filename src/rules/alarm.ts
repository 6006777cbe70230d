import { type Next, type Now, nextFiring } from '../service/next.ts';
import type { Timer } from '../service/service.ts';
import type { EnginePorts } from './engine-ports.ts';
import type { RuleTimer } from './rule.ts';

/**
 * Calls back at each time of a rule's timer until the function returned is called; `cron` counts in UTC. What is missed
 * meanwhile is left out. `armed` is told when it calls back next, milliseconds since 1970; `rings` is what a daemon that
 * died was told: what it missed is made up for, once.
 */
export function alarm(
	timer: RuleTimer,
	clock: EnginePorts['clock'],
	then: () => void,
	armed: (rings: number) => void = () => {},
	rings?: number,
): () => void {
	const service: Timer =
		timer.tag === 'every' ? { ...timer, overlap: false } : { ...timer, timezone: 'UTC', overlap: false };
	let callOff = () => {};
	const arm = (last?: number, known?: number) => {
		const now: Now = { wall: clock.now(), steady: clock.steady() };
		const next = known === undefined ? nextFiring(service, now, last) : resumed(timer, now, known);
		if (next !== undefined) {
			armed(next.clock === 'wall' ? next.at : now.wall + next.at - now.steady);
			callOff = clock.at(
				next.at,
				() => {
					arm(next.at);
					then();
				},
				next.clock,
			);
		}
	};
	arm(undefined, rings);
	return () => callOff();
}

/** A clock that was set meanwhile makes it wait no longer than it would have. */
function resumed(timer: RuleTimer, now: Now, rings: number): Next {
	return timer.tag === 'cron'
		? { clock: 'wall', at: rings }
		: { clock: 'steady', at: now.steady + Math.min(timer.every, Math.max(0, rings - now.wall)) };
}
