import { bound, exits, hung } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { isOwn } from './own.ts';
import type { Life } from './running.ts';

/** What a `Run` of a rule is called, after its program. */
const isOfRule = (name: string) => /^sh(-\d+)?$/.test(name);

/** How each process can have ended: by itself as it does, or by a signal if somebody sent it one. */
export class Exits {
	/** What the `Run`s were to exit with that have not been told to have ended. */
	readonly #codes = new Map<string, number>();

	/** `exit` and `signal`: as the event says it. Returns what cannot be. */
	judge({ name, pid }: Life, exit: string | undefined, signal: string | undefined, deeds: Deeds): string[] {
		for (const asked of deeds.asked) {
			this.#codes.set(asked.name, asked.code);
		}
		const wanted = this.#wanted(name, pid);
		if (exit !== undefined) {
			return Number(exit) === wanted
				? []
				: [`${name} (${pid}) ended with ${exit}, not ${wanted ?? 'by itself'}`];
		}
		// TERM: also of one that was being stopped when it was hit.
		const isSent = signal === 'KILL' || signal === 'TERM';
		return isSent && isStruck(name, pid, deeds)
			? []
			: [`${name} (${pid}) ended by ${signal}, which nobody has sent`];
	}

	/** Undefined: it does not end by itself. */
	#wanted(name: string, pid: number): number | undefined {
		return exits.get(name)?.(pid) ?? this.#codes.get(name) ?? (isOfRule(name) ? 0 : undefined);
	}
}

/** Whether anybody may have sent it a signal. */
function isStruck(name: string, pid: number, { hit, touched }: Deeds): boolean {
	const isStopped = isOwn(name) || name === hung;
	return hit.has(pid) || isStopped || [name, ...(bound[name] ?? [])].some((it) => touched.has(it));
}
