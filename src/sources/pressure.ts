import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { Poller } from '../native/poller.ts';
import type { Source, Tell, Want } from './source.ts';

export type PressurePorts = {
	readonly poller: Pick<Poller, 'watchUrgent' | 'unwatchUrgent'>;
	readonly tell: Tell;
	/** Why a type is not told here. */
	readonly trouble: (text: string) => void;
	/** `/proc/pressure`, but in a test. */
	readonly pressureDirectory?: string;
};

/**
 * Some process waited for a tenth of a time of 2 s. Any user may set a trigger of 2 s, and of no time that is not a
 * multiple of that (Documentation/accounting/psi.rst); the kernel tells it at most once in that time.
 */
const trigger = 'some 200000 2000000';

const kinds = ['cpu', 'memory', 'io'] as const;
type Kind = (typeof kinds)[number];

type Armed = { readonly fd: number; readonly token: number };

/**
 * `pressure.cpu`, `pressure.memory`, `pressure.io`: the machine's processes wait for it, at least 200 ms of 2 s; told at
 * most once in 2 s, and as long as that lasts. `some=` and `full=` are the percent of the last 10 s in which some, or all,
 * processes waited (avg10). Armed only for kinds that somebody asks for. Of single services nothing is told: each would
 * take three more triggers, and each of those a thread of the kernel's or a timer.
 */
export class Pressure implements Source {
	readonly types = ['pressure.cpu', 'pressure.memory', 'pressure.io'] as const;
	readonly #ports: PressurePorts;
	readonly #directory: string;
	readonly #armed = new Map<Kind, Armed>();
	readonly #unable = new Set<Kind>();

	constructor(ports: PressurePorts) {
		this.#ports = ports;
		this.#directory = ports.pressureDirectory ?? '/proc/pressure';
	}

	want(wants: readonly Want[]): void {
		for (const kind of kinds) {
			const isWanted = wants.some(({ type }) => type === `pressure.${kind}`);
			if (!isWanted) {
				this.#disarm(kind);
			} else if (!this.#armed.has(kind) && !this.#unable.has(kind)) {
				this.#arm(kind);
			}
		}
	}

	close(): void {
		this.want([]);
	}

	#arm(kind: Kind): void {
		const { poller, trouble } = this.#ports;
		let fd = -1;
		try {
			fd = openSync(`${this.#directory}/${kind}`, constants.O_RDWR | constants.O_NONBLOCK);
			writeSync(fd, `${trigger}\0`);
			this.#armed.set(kind, { fd, token: poller.watchUrgent(fd, () => this.#told(kind)) });
		} catch (error) {
			if (fd >= 0) {
				closeSync(fd);
			}
			this.#unable.add(kind);
			trouble(`pressure.${kind} is not told here: ${(error as Error).message}`);
		}
	}

	#disarm(kind: Kind): void {
		const armed = this.#armed.get(kind);
		if (armed !== undefined) {
			this.#armed.delete(kind);
			this.#ports.poller.unwatchUrgent(armed.fd, armed.token);
			closeSync(armed.fd);
		}
	}

	#told(kind: Kind): void {
		const text = readFileSync(`${this.#directory}/${kind}`, 'latin1');
		const fields = (['some', 'full'] as const).flatMap((which) => {
			const share = new RegExp(`^${which} avg10=([0-9.]+)`, 'm').exec(text)?.[1];
			return share === undefined ? [] : [`${which}=${share}` as const];
		});
		this.#ports.tell(`pressure.${kind}`, '-', fields);
	}
}
