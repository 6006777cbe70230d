import { patienceOfStart, servers } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Life } from './running.ts';
import type { Stage } from './stage.ts';

/** How long before its keeper died one can have said that it is ready, and no daemon heard: each was being begun, milliseconds. */
const deaf = 2000;

/**
 * Who says that it is ready is heard, and but once has to say so: nobody is ended for want of it but who had said so to a
 * keeper that died.
 */
export class Readiness {
	/** When each began that has not been told to be ready (milliseconds since 1970), by the numbers of their starts. */
	readonly #begun = new Map<string, number>();
	/** The processes that were told to be ready. */
	readonly #ready = new Map<string, number>();

	started(start: string, { name }: Life, at: number): void {
		if (servers.has(name)) {
			this.#begun.set(start, at);
		}
	}

	ready(start: string, { name, pid }: Life): void {
		this.#begun.delete(start);
		if (servers.has(name)) {
			this.#ready.set(name, pid);
		}
	}

	/** Whether it was told to be ready. */
	isReady(name: string, pid: number): boolean {
		return this.#ready.get(name) === pid;
	}

	/** `at`: when it ended. Returns what is wrong with that. */
	exited(start: string, { name, pid }: Life, at: number, stage: Stage, deeds: Deeds): string[] {
		const begun = this.#begun.get(start);
		const said = stage.listeners.since(name, pid);
		this.#begun.delete(start);
		// A daemon that hangs does not hear it, and what comes then may end the process for another reason.
		const mayBeLate = deeds.hit.has(pid) || deeds.blows.includes('hung daemon');
		if (begun === undefined || said === undefined || at - begun < patienceOfStart || mayBeLate) {
			return [];
		}
		const { gap } = deeds;
		return gap !== undefined && said > gap.from - deaf && said < gap.to && deeds.excuse('said', pid)
			? []
			: [`${name} (${pid}) said that it is ready, and was ended because it had not`];
	}
}
