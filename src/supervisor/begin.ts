import { isRefusal, type Refusal } from '../base/refusal.ts';
import type { Addon } from '../native/addon.ts';
import { fdName } from '../service/address.ts';
import { portSettings, withPorts } from '../service/port-words.ts';
import type { Broken } from './broken.ts';
import type { Entry } from './entry.ts';
import type { Extras } from './extras.ts';
import type { Owner } from './fifos.ts';
import type { Stdio } from './foreground.ts';
import { frontOf } from './overlap-of.ts';
import { type PreparePorts, prepare } from './prepare.ts';
import type { Ready } from './ready/ready.ts';
import { ownSettings } from './settings.ts';
import type { Binders } from './sockets/binders.ts';
import type { Doors } from './sockets/doors.ts';
import { mayLook } from './sockets/may-look.ts';
import type { Ports } from './sockets/ports.ts';
import { shimSettings } from './sockets/shim.ts';
import type { Sockets } from './sockets/sockets.ts';
import type { Starts } from './starts.ts';

export type BeginPorts = PreparePorts & {
	readonly native: Pick<Addon, 'close'>;
	readonly starts: Starts;
	/** By what a process tells how it is. */
	readonly ready: () => Pick<Ready, 'prepare'>;
	/** Of one that has standard descriptors of archond's own. */
	readonly stdioOf: (entry: Entry) => Stdio | undefined;
	readonly sockets: Pick<Sockets, 'open' | 'begins' | 'given'>;
	readonly ports: Pick<Ports, 'take'>;
	readonly doors: Pick<Doors, 'open' | 'close'>;
	readonly binders: Pick<Binders, 'open'>;
	/** The path of libarchon-bind.so. */
	readonly library: string;
};

/** Carries out the effect `spawn`: finds what a start needs, which may take a moment, then starts. */
export class Begin {
	readonly #starts: Starts;
	readonly #ports: BeginPorts;
	readonly #begun = new Map<Entry, symbol>();

	constructor(ports: BeginPorts) {
		this.#starts = ports.starts;
		this.#ports = ports;
	}

	spawn(entry: Entry): void {
		const { service } = entry;
		if (service === undefined) {
			this.#starts.spawn(entry);
			return;
		}
		const prepared = prepare(entry, service, this.#ports);
		if (!(prepared instanceof Promise)) {
			this.#finish(entry, prepared);
			return;
		}
		const begun = Symbol(entry.name);
		this.#begun.set(entry, begun);
		void prepared.then((extras) => {
			if (this.#begun.get(entry) === begun) {
				this.#begun.delete(entry);
				this.#finish(entry, extras);
			}
		});
	}

	/** A start that has no process yet is given up: it is told as `broken`. */
	abandon(entry: Entry): void {
		if (this.#begun.delete(entry)) {
			this.#starts.feedBroken(entry, { step: 'start', text: 'given up before it ran' });
		}
	}

	#finish(entry: Entry, extras: Extras | Refusal): void {
		if (isRefusal(extras)) {
			this.#starts.feedBroken(entry, brokenBy(extras));
			return;
		}
		const { native, ready, sockets } = this.#ports;
		const owner = extras.identity?.owner;
		const opened = sockets.open(entry, owner);
		if (isRefusal(opened)) {
			this.#starts.feedBroken(entry, brokenBy(opened));
			return;
		}
		const shim = this.#shim(entry, owner);
		if (isRefusal(shim)) {
			this.#starts.feedBroken(entry, brokenBy(shim));
			return;
		}
		const chosen = this.#ports.ports.take(entry);
		if (isRefusal(chosen)) {
			this.#starts.feedBroken(entry, brokenBy(chosen));
			return;
		}
		// Whoever asks for what it binds gets it then, and would only wonder about more of them.
		const handed = entry.service?.bind ? [] : opened;
		const passed = handed.map(({ fd, address }) => ({ fd, name: fdName(address) }));
		const means = ready().prepare(entry, owner, passed);
		if (isRefusal(means)) {
			this.#starts.feedBroken(entry, brokenBy(means));
			return;
		}
		const { notify, listen } = means;
		const stdio = this.#ports.stdioOf(entry);
		const own = new Map([
			...(stdio?.settings ?? []),
			...extras.own,
			...ownSettings({ name: frontOf(entry).name, notify, listen }),
			...shim,
			...portSettings(chosen),
		]);
		const listens = entry.service?.bind === 'seccomp' ? this.#ports.binders.open(entry) : undefined;
		const close = typeof listens === 'number' ? [...means.close, listens] : means.close;
		if (isRefusal(listens)) {
			close.forEach(native.close);
			this.#starts.feedBroken(entry, brokenBy(listens));
			return;
		}
		const args = withPorts(entry.launch?.args ?? [], chosen);
		const all = [...extras.passed, ...means.passed];
		sockets.begins(entry);
		this.#starts.spawn(entry, { ...extras, own, args, stdio, listens, passed: all });
		close.forEach(native.close);
		if (handed.length > 0 && entry.process !== undefined) {
			sockets.given(entry, handed, entry.process.pid);
		}
	}

	/** What its environment says so that its programs get from archon what they bind. */
	#shim(entry: Entry, owner: Owner | undefined): ReadonlyMap<string, string> | Refusal {
		const { doors, library } = this.#ports;
		const { service } = entry;
		if (service?.bind !== true) {
			doors.close(entry);
			return (service?.bind === 'seccomp' ? mayLook(owner) : undefined) ?? nothing;
		}
		const door = doors.open(entry, owner);
		return isRefusal(door) ? door : shimSettings(library, door, service.env, owner);
	}
}

const nothing: ReadonlyMap<string, string> = new Map();

/** The reasons begin with the step: `user: there is …`. */
export function brokenBy({ refused }: Refusal): Broken {
	const at = refused.indexOf(': ');
	return { step: refused.slice(0, at), text: refused.slice(at + 2) };
}
