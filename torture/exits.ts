import { binding, bound, exits, hung, isOfRule } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { isOwn } from './own.ts';
import type { Life } from './running.ts';
import type { Stage } from './stage.ts';

/** How long before its keeper died one can have begun that is still about to bind: archon has 2 s to answer, milliseconds. */
const asking = 3000;
/** What torture/programs/server.c ends with that cannot have its socket. */
const unbound = 100;

type End = { readonly exit: string | undefined; readonly signal: string | undefined };

/** How each process can have ended: by itself as it does, or by a signal if somebody sent it one. */
export class Exits {
	/** What each `Run` was to exit with. */
	readonly #codes = new Map<string, number>();

	/** The end as the event says it. Returns what cannot be. */
	judge({ name, pid }: Life, { exit, signal }: End, stage: Stage, deeds: Deeds): string[] {
		for (const asked of deeds.asked) {
			this.#codes.set(asked.name, asked.code);
		}
		const wanted = this.#wanted(name, pid);
		if (exit !== undefined) {
			const isUnbound = Number(exit) === unbound && mayBeUnbound({ name, pid }, stage, deeds);
			return Number(exit) === wanted || isUnbound
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

/** Nobody answers who asks for its socket while there is no keeper, and the next one may have bound it by then. */
function mayBeUnbound({ name, pid }: Life, { listeners }: Stage, deeds: Deeds): boolean {
	const [{ gap }, begun] = [deeds, listeners.begun(name, pid)];
	const isAmid = gap !== undefined && begun !== undefined && begun > gap.from - asking && begun < gap.to;
	const isAsking = binding.includes(name) && listeners.since(name, pid) === undefined;
	return isAmid && isAsking && deeds.excuse('bound', pid);
}

/** Whether anybody may have sent it a signal. */
function isStruck(name: string, pid: number, { hit, touched }: Deeds): boolean {
	const isStopped = isOwn(name) || name === hung;
	return hit.has(pid) || isStopped || [name, ...(bound[name] ?? [])].some((it) => touched.has(it));
}
