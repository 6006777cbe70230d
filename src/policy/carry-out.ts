import { name as nameField } from '../base/field.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { oneLine } from '../config/mistake.ts';
import type { Causes } from '../events/causes.ts';
import type { Event } from '../events/event.ts';
import { parseSettings } from '../protocol/settings.ts';
import type { Action } from '../rules/action.ts';
import type { Due, EnginePorts } from '../rules/engine-ports.ts';
import type { Entry } from '../supervisor/entry.ts';
import type { Programs } from '../supervisor/programs.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { fieldOf, meant, nameOf, startOf } from './meant.ts';
import { type Order, Rounds } from './rounds.ts';

/** How many programs that rules have run may run at once. */
export const mostRuns = 256;

export type CarryOutPorts = {
	readonly supervisor: Pick<
		Supervisor,
		'table' | 'orders' | 'links' | 'foreign' | 'signal' | 'pause' | 'resume' | 'isClosing'
	> & { readonly programs: Pick<Programs, 'runAlone' | 'aloneCount'> };
	readonly causes: Causes;
	/** Whatever has ended is settled before anything is carried out. */
	readonly settle: () => void;
	/** A line of one of these levels, on archond's standard error where that is wanted. */
	readonly say: (level: 'error' | 'warn' | 'info' | 'debug', text: string) => void;
	/** The user that archon runs as. */
	readonly uid: number;
	readonly onFault: (fault: unknown) => void;
};

type Act<K extends Action['do']> = Extract<Action, { readonly do: K }>;

/**
 * Does what rules ask for. Orders are given together at the end of a batch (see Rounds), the rest at once: but what is
 * for a process of which something is ordered comes after that. Nothing is done any more once archon shuts down.
 */
export class CarryOut {
	readonly #ports: CarryOutPorts;

	constructor(ports: CarryOutPorts) {
		this.#ports = ports;
	}

	/** Never throws; see EnginePorts. */
	readonly all: EnginePorts['carryOut'] = (due, refused) => {
		const { supervisor, causes, settle, onFault } = this.#ports;
		if (supervisor.isClosing) {
			return;
		}
		const rounds = new Rounds({ orders: supervisor.orders, causes, onFault });
		const tell = (at: number) => (why: Refusal) => {
			if (!supervisor.isClosing) {
				this.#guarded(() => refused(at, why));
			}
		};
		this.#guarded(settle);
		for (const [at, one] of due.entries()) {
			const why = this.#guarded(() => this.#one(one, rounds, tell(at)));
			if (isRefusal(why)) {
				tell(at)(why);
			}
		}
		this.#guarded(() => rounds.give());
	};

	#one(due: Due, rounds: Rounds, refused: (why: Refusal) => void): Refusal | undefined {
		const { action, event } = due;
		const { supervisor, say } = this.#ports;
		switch (action.do) {
			case 'start':
			case 'restart':
				return this.#order({ do: action.do }, due, rounds, refused);
			case 'stop':
				return this.#order({ do: 'stop', timeout: action.timeout }, due, rounds, refused);
			case 'signal':
				// Another process than the one that was there then is not meant.
				return this.#each(due, rounds, (entry) =>
					entry.process !== undefined && entry.process.start > (due.again ?? Number.POSITIVE_INFINITY)
						? undefined
						: supervisor.signal(entry, action.signal),
				);
			case 'pause':
				return this.#each(due, rounds, (entry) => supervisor.pause(entry));
			case 'resume':
				return this.#each(due, rounds, (entry) => supervisor.resume(entry));
			case 'run':
				return this.#because(event, () => this.#run(action, refused));
			case 'monitor':
				return this.#because(event, () => this.#monitor(action, event));
			case 'depend':
			case 'undepend':
				rounds.give();
				return this.#because(event, () => this.#link(action, event));
			case 'log':
				say(action.level, oneLine(action.text));
				return undefined;
			default:
				return refuse(`${action.do} is not for the daemon to carry out`);
		}
	}

	#order(order: Order, due: Due, rounds: Rounds, refused: (why: Refusal) => void): Refusal | undefined {
		const entries = this.#meant(due);
		if (isRefusal(entries)) {
			return entries;
		}
		const start = 'name' in due.action && due.action.name !== undefined ? undefined : startOf(due.event);
		rounds.add(order, entries, { cause: due.event.seq, start, refused, again: due.again });
		return undefined;
	}

	#each(due: Due, rounds: Rounds, act: (entry: Entry) => Refusal | undefined): Refusal | undefined {
		const entries = this.#meant(due);
		if (isRefusal(entries)) {
			return entries;
		}
		if (rounds.touches(entries)) {
			rounds.give();
		}
		const wrong = this.#because(due.event, () => entries.map(act).filter((why) => why !== undefined));
		return wrong.length === 0 ? undefined : refuse(wrong.map((why) => why.refused).join('; '));
	}

	#meant({ action, event }: Due): readonly Entry[] | Refusal {
		return meant(this.#ports.supervisor.table, 'name' in action ? action.name : undefined, event);
	}

	#run({ args, env, as }: Act<'run'>, refused: (why: Refusal) => void): Refusal | undefined {
		const { supervisor } = this.#ports;
		if (supervisor.programs.aloneCount >= mostRuns) {
			return refuse(`${mostRuns} programs that rules have run are still running: this one is not started`);
		}
		const chosen = as === undefined ? undefined : nameField.read(as);
		const settings = parseSettings('Run', '', env);
		const why = [chosen, settings, args.length === 0 ? refuse('run needs a program') : undefined].find(
			isRefusal,
		);
		if (why !== undefined || isRefusal(chosen) || isRefusal(settings)) {
			return why;
		}
		const [taken] = settings.archon.keys();
		if (taken !== undefined) {
			return refuse(`${taken} is not for run: its name is given by "as"`);
		}
		const launch = { args, env: settings.env, directory: '/', fds: [] };
		const done = (unstarted?: Refusal) => {
			if (unstarted !== undefined) {
				// The one that tells us is in the middle of it.
				queueMicrotask(() => refused(unstarted));
			}
		};
		return supervisor.programs.runAlone(launch, chosen, done);
	}

	#monitor({ pid, name }: Act<'monitor'>, event: Event): Refusal | undefined {
		const chosen = name === undefined ? undefined : nameField.read(name);
		if (isRefusal(chosen)) {
			return chosen;
		}
		const of = pid ?? Number(fieldOf(event, 'pid') ?? Number.NaN);
		const { supervisor, uid } = this.#ports;
		return Number.isInteger(of) && of > 0
			? supervisor.foreign.monitorPid(of, chosen, uid)
			: refuse(`${event.type} carries no pid: give the one to monitor`);
	}

	#link(action: Act<'depend' | 'undepend'>, event: Event): Refusal | undefined {
		const name = action.name === undefined ? nameOf(event) : nameField.read(action.name);
		const on = nameField.read(action.on);
		const { links } = this.#ports.supervisor;
		if (isRefusal(name) || isRefusal(on)) {
			return isRefusal(name) ? name : (on as Refusal);
		}
		return action.do === 'depend' ? links.depend(name, on, action.kind) : links.undepend(name, on);
	}

	#because<T>({ seq }: Event, act: () => T): T {
		return this.#ports.causes.during(seq, act);
	}

	/** A mistake of archon's own is told, and costs only the one action. */
	#guarded<T>(act: () => T): T | Refusal {
		try {
			return act();
		} catch (fault) {
			this.#ports.onFault(fault);
			return refuse(
				`archon made a mistake: ${shown(fault instanceof Error ? fault.message : String(fault))}`,
			);
		}
	}
}
