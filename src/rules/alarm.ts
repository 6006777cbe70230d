import { type Now, nextFiring } from '../service/next.ts';
import type { Timer } from '../service/service.ts';
import type { EnginePorts } from './engine-ports.ts';
import type { RuleTimer } from './rule.ts';

/**
 * Calls back at each time of a rule's timer until the function returned is called; `cron` counts in UTC. What is missed
 * meanwhile is left out.
 */
export function alarm(timer: RuleTimer, clock: EnginePorts['clock'], then: () => void): () => void {
	const service: Timer =
		timer.tag === 'every' ? { ...timer, overlap: false } : { ...timer, timezone: 'UTC', overlap: false };
	let callOff = () => {};
	const arm = (last?: number) => {
		const now: Now = { wall: clock.now(), steady: clock.steady() };
		const next = nextFiring(service, now, last);
		if (next !== undefined) {
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
	arm();
	return () => callOff();
}
