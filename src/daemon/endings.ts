import { isRefusal } from '../base/refusal.ts';
import type { FieldOf } from '../events/fields.ts';
import type { Ground } from './ground.ts';
import { report } from './report.ts';

export type EndingsPorts = {
	/** Has it written down that a request has had its effect. */
	readonly begun: (request: number) => void;
	/** Ends all processes, and tells why; resolves when they are gone. */
	readonly shutdown: (why: readonly FieldOf<'daemon.stopping'>[]) => Promise<unknown>;
	/** What archond is to exit with; undefined: as it does anyway. */
	readonly exitCode: (hasFailed: boolean) => number | undefined;
};

/** Who asked for another daemon: a request that it finds in flight, or a connection that would end with this one. */
export type Asker = { readonly request: number } | { readonly fd: number };

/** How a daemon ends: for good, because a service has failed, or because another takes over. */
export class Endings {
	readonly #ground: Ground;
	readonly #ports: EndingsPorts;
	#hasFailed = false;
	#code = 0;

	constructor(ground: Ground, ports: EndingsPorts) {
		this.#ground = ground;
		this.#ports = ports;
	}

	/** With what archond is to exit, as far as that is sure before anything is stopped; 0: it is not. */
	get code(): number {
		return this.#code;
	}

	/** Not at once: others who were answered in this turn still get their replies. */
	exit(): void {
		const { batch, cgroups, channel } = this.#ground;
		setImmediate(() => {
			batch.flush();
			if (!isRefusal(cgroups)) {
				cgroups.close();
			}
			channel.quit(this.#ports.exitCode(this.#hasFailed));
			endNow();
		});
	}

	/** Another daemon takes over and replies. */
	replace(asker: Asker): void {
		const { batch, held, ledger, channel } = this.#ground;
		setImmediate(() => {
			batch.flush();
			if ('fd' in asker) {
				const number = held.claim();
				held.put(number, asker.fd);
				ledger.asker = number < 0 ? undefined : number;
			}
			channel.upgrade();
			if ('request' in asker) {
				// Only now: where this daemon dies before, the next one begins anew instead of saying that it is done.
				this.#ports.begun(asker.request);
				batch.flush();
			}
			endNow();
		});
	}

	/** `code`: with what archond is to exit, where that is known already. */
	stopAll(fields: readonly FieldOf<'daemon.stopping'>[], code = 0): void {
		this.#code ||= code;
		void this.#ports.shutdown(fields).then(() => this.exit());
	}

	/** A service has failed, and without it there is to be nothing (`fail_on_error`). */
	fail(why: string): void {
		if (!this.#hasFailed) {
			this.#hasFailed = true;
			report(`${why} (fail_on_error)`);
			this.stopAll([`reason=${why}`], 1);
		}
	}
}

/**
 * Whoever exits waits for Node's threads, and one may hang in a mount that never answers; all is written down by now. Who
 * listens for the end is told of it as process.exit does: the rehearsal (scripts/rehearse.mjs).
 */
function endNow(): void {
	process.emit('exit', 0);
	process.kill(process.pid, 'SIGKILL');
}
