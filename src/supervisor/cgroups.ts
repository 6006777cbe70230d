import { errnoText } from '../base/errno.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Addon } from '../native/addon.ts';
import type { Poller } from '../native/poller.ts';
import type { Limits } from '../service/service.ts';
import { Cgroup } from './cgroup.ts';

/** What a control group limits: Limits of a service. */
export type Bounds = Pick<Limits, 'memory' | 'pids'>;

/** How long leftovers of an earlier archond may take to end, milliseconds. */
const patience = 2000;

const suffix = '.service';

/**
 * The control groups of the services: `NAME.service` in a group of this archond's own (cgroup-find.ts). With that suffix
 * no name is that of a file of the kernel's.
 */
export class Cgroups {
	/** The one they all are in. */
	readonly all: Cgroup;
	readonly #base: Cgroup;
	readonly #processes: () => readonly number[];
	readonly #groups = new Map<string, Cgroup>();
	/** The names of the groups there are: a daemon that takes over asks for one after the other. */
	#there: ReadonlySet<string> | undefined;

	/** `base` is the group that archon was started in, `processes` are archon's own. */
	constructor(base: Cgroup, all: Cgroup, processes: () => readonly number[]) {
		this.#base = base;
		this.all = all;
		this.#processes = processes;
	}

	/**
	 * The group that a service is to be started into, thawed and with its limits. It stays over restarts, until `remove`.
	 * Refused where a limit is asked for that nobody here can keep.
	 */
	of(name: string, bounds: Bounds = unbounded): Cgroup | Refusal {
		const group = this.#known(name);
		const missing = controllers.find((it) => bounds[it] !== undefined && !this.#offers(it));
		if (missing !== undefined) {
			return refuse(`limits: ${missing} ${this.#lacks(missing)}`);
		}
		const err = group.make();
		if (err < 0) {
			return refuse(`cgroup: ${group.path} cannot be made: ${errnoText(err)}`);
		}
		const untaken = controllers.find((it) => !group.limit(`${it}.max`, bounds[it]));
		return untaken === undefined
			? group
			: refuse(`limits: ${group.path}/${untaken}.max does not take ${bounds[untaken]}`);
	}

	/** The group of what an earlier daemon has started under that name, if it has one. */
	found(name: string): Cgroup | undefined {
		if (this.#there === undefined) {
			this.#there = new Set(this.all.groups());
			queueMicrotask(() => {
				this.#there = undefined;
			});
		}
		return this.#there.has(`${name}${suffix}`) ? this.#known(name) : undefined;
	}

	/** The groups of commands that an earlier daemon ran on behalf of that service (asides.ts). */
	foundBeside(name: string): Cgroup[] {
		const beside = this.all.groups().filter((it) => it.startsWith(`${name}~`));
		return beside.map((it) => new Cgroup(`${this.all.path}/${it}`));
	}

	/** The service is forgotten. What is left in its group keeps it there until the next archond. */
	remove(name: string): void {
		if (this.#groups.get(name)?.remove() === true) {
			this.#groups.delete(name);
		}
	}

	/**
	 * Ends and removes what an archond that is no more has left: what it started would run twice. Resolves with the names
	 * of those that had processes.
	 */
	async clear(native: Pick<Addon, 'close'>, poller: Poller): Promise<string[]> {
		const names = this.all.groups().map((name) => name.replace(/\.service$/, ''));
		const groups = names
			.filter((name) => !this.#groups.has(name))
			.map((name) => new Cgroup(this.#pathOf(name)));
		const populated = groups.filter((group) => group.isPopulated());
		for (const group of populated) {
			group.kill();
		}
		await Promise.all(populated.map((group) => group.whenEmpty(native, poller, patience)));
		for (const group of groups) {
			group.remove();
		}
		return populated.map(({ path }) => path.slice(this.all.path.length + 1).replace(/\.service$/, ''));
	}

	/** The end of archon: what is empty goes. */
	close(): void {
		for (const name of this.all.groups()) {
			new Cgroup(`${this.all.path}/${name}`).remove();
		}
		this.all.remove();
	}

	#known(name: string): Cgroup {
		const known = this.#groups.get(name) ?? new Cgroup(this.#pathOf(name));
		this.#groups.set(name, known);
		return known;
	}

	#pathOf(name: string): string {
		return `${this.all.path}/${name}${suffix}`;
	}

	/** Whether the services' groups have that controller; it is asked for when first needed. */
	#offers(controller: Controller): boolean {
		const isOn = () => wordsIn(this.all, 'cgroup.subtree_control').includes(controller);
		if (isOn()) {
			return true;
		}
		if (!wordsIn(this.#base, 'cgroup.controllers').includes(controller)) {
			return false;
		}
		const ask = () => this.#base.write('cgroup.subtree_control', `+${controller}`);
		if (!ask()) {
			// But at the root no process may be beside groups that have controllers: archon's own make room.
			this.#moveOwn();
			ask();
		}
		this.all.write('cgroup.subtree_control', `+${controller}`);
		return isOn();
	}

	#moveOwn(): void {
		const own = new Cgroup(`${this.all.path}/archon`);
		own.make();
		for (const pid of this.#processes()) {
			own.write('cgroup.procs', String(pid));
		}
	}

	#lacks(controller: Controller): string {
		const there = wordsIn(this.#base, 'cgroup.controllers').join(' ') || 'none';
		return wordsIn(this.#base, 'cgroup.controllers').includes(controller)
			? `cannot be limited: ${this.#base.path} has other processes in it than archon's; start archond in a group of its own`
			: `cannot be limited: ${this.#base.path} has no controller for it (there: ${there}); ${remedy(controller)}`;
	}
}

type Controller = keyof Bounds;

const controllers = ['memory', 'pids'] as const;
const unbounded: Bounds = { memory: undefined, pids: undefined };

function wordsIn(group: Cgroup, file: string): string[] {
	return (group.read(file) ?? '').split(/[\s+]+/).filter(Boolean);
}

function remedy(controller: Controller): string {
	return `boot with cgroup_no_v1=${controller}, or under systemd set Delegate=yes in archon's unit, or leave the limit out`;
}
