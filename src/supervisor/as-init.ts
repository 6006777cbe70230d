import { readFileSync } from 'node:fs';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Init } from '../config/settings.ts';
import type { Channel } from '../keeper/channel.ts';
import type { Entry } from './entry.ts';
import { exitCodeOf, hasEndedForGood, type Stdio } from './foreground.ts';

/** What comes after everything has been stopped. */
export type Ending = 'reboot' | 'power-off' | 'halt';

export type AsInitPorts = {
	/** Undefined: archond is not process 1. */
	readonly init: Init | undefined;
	readonly channel: Pick<Channel, 'end'>;
	readonly get: (name: string) => Entry | undefined;
	/** The descriptor that the keeper hands down as its standard input. */
	readonly stdin: number;
	/** The service in the foreground has ended for good. */
	readonly onOver: (entry: Entry) => unknown;
};

/** What archon does only as process 1. */
export class AsInit {
	readonly #ports: AsInitPorts;
	#isWatching = false;
	/** Of the service in the foreground, once it has ended for good: what is stopped later on says it no more. */
	#code: number | undefined;

	constructor(ports: AsInitPorts) {
		this.#ports = ports;
	}

	/** Has archond end the machine or the container in that way, once everything is stopped. */
	end(ending: Ending): Refusal | undefined {
		const { init, channel } = this.#ports;
		if (init === undefined) {
			return refuse('archon is not process 1 here (archond --init): Shutdown ends archon alone');
		}
		if (!mayReboot()) {
			return refuse('archon lacks CAP_SYS_BOOT here: Shutdown stops everything and ends the container');
		}
		channel.end(ending);
		return undefined;
	}

	/** What that entry gets in place of /dev/null and a log: archond's own, if it is the one in the foreground. */
	stdioOf({ name, service, isConfigured }: Entry): Stdio | undefined {
		const { init, stdin } = this.#ports;
		if (!isConfigured || init?.foreground !== name) {
			return undefined;
		}
		const { TERM } = process.env;
		const isTold = init.hasTerminal && TERM !== undefined && !service?.env.has('TERM');
		return {
			fds: [stdin, 1, 2],
			isTerminal: init.hasTerminal,
			settings: new Map(isTold ? [['TERM', TERM]] : []),
		};
	}

	/** From now on the end of the service in the foreground is the end of all, if it has not come before. */
	watch(): void {
		const entry = this.#foreground();
		this.#isWatching = entry !== undefined;
		if (entry !== undefined) {
			this.changed(entry);
		}
	}

	/** To be called after each change of an entry's life. */
	changed(entry: Entry): void {
		if (this.#isWatching && entry === this.#foreground() && hasEndedForGood(entry)) {
			this.#isWatching = false;
			this.#code = exitCodeOf(entry);
			this.#ports.onOver(entry);
		}
	}

	/** With what archond is to exit. */
	exitCode(hasFailed: boolean): number {
		const entry = this.#foreground();
		const code = this.#code ?? (entry === undefined ? 0 : exitCodeOf(entry));
		return code === 0 && hasFailed ? 1 : code;
	}

	#foreground(): Entry | undefined {
		const { init, get } = this.#ports;
		return init?.foreground === undefined ? undefined : get(init.foreground);
	}
}

/** The bit of CAP_SYS_BOOT, see capability.h. */
const sysBoot = 22n;

/** Where nothing is known of capabilities the system call itself will say. */
function mayReboot(): boolean {
	try {
		const [, held] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
		return held === undefined || ((BigInt(`0x${held}`) >> sysBoot) & 1n) === 1n;
	} catch {
		return true;
	}
}
