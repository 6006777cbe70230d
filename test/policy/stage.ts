import { type Refusal, refuse } from '../../src/base/refusal.ts';
import type { Event } from '../../src/events/event.ts';
import { CarryOut, type CarryOutPorts } from '../../src/policy/carry-out.ts';
import type { Action } from '../../src/rules/action.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import type { Launch } from '../../src/supervisor/launch.ts';
import { Links } from '../../src/supervisor/links.ts';
import { Table } from '../../src/supervisor/table.ts';
import { type Described, World } from '../supervisor/world.ts';

/** An action as a rule asks for it. */
export type Wish = Action extends infer A ? (A extends Action ? Omit<A, 'because'> : never) : never;

/** Services that run, with real orders, table and graph; what else a supervisor does is only noted in `did`. */
export class Stage {
	readonly world: World;
	readonly table = new Table();
	readonly did: string[] = [];
	readonly faults: unknown[] = [];
	readonly runs: ((refused?: Refusal) => void)[] = [];
	/** How many of them are not over. */
	running = 0;
	readonly out: CarryOut;
	isClosing = false;

	constructor(services: readonly Described[], ports: Partial<CarryOutPorts> = {}) {
		this.world = new World(services);
		const { orders, causes } = this.world;
		for (const entry of this.world.entries.values()) {
			this.table.add(entry);
		}
		this.table.members = orders.graph.members;
		orders.boot(this.table.all());
		this.world.settle();
		this.world.because.length = 0;
		const note = (what: string) => (entry: Entry) => this.#note(`${what} ${entry.name} ${causes.of('')}`);
		const stage = this;
		this.out = new CarryOut({
			supervisor: {
				table: this.table,
				orders,
				links: new Links(this.table, orders),
				foreign: {
					monitorPid: (pid: number, name: string | undefined, uid: number) =>
						this.#note(`monitor ${pid} ${name} ${uid} ${causes.of('')}`),
				} as CarryOutPorts['supervisor']['foreign'],
				signal: (entry, signal) => note(`signal ${signal}`)(entry),
				pause: note('pause'),
				resume: note('resume'),
				programs: {
					runAlone: (launch, name, done) => this.#run(launch, name, done),
					get aloneCount() {
						return stage.running;
					},
				},
				get isClosing() {
					return stage.isClosing;
				},
			},
			causes,
			settle: () => undefined,
			say: (level, text) => void this.did.push(`say ${level} ${text}`),
			uid: 1000,
			onFault: (fault) => void this.faults.push(fault),
			...ports,
		});
	}

	/** Carries these out as one batch, each because of its event; what was refused at once, `0: why`. */
	carry(...due: readonly (readonly [Wish, Event])[]): string[] {
		return this.carryAgain(undefined, ...due);
	}

	/** The same after a daemon that may have done it: `again` is the newest start when it was decided. */
	carryAgain(again: number | undefined, ...due: readonly (readonly [Wish, Event])[]): string[] {
		const refused: string[] = [];
		this.out.all(
			due.map(([wish, event]) => ({ action: { because: undefined, ...wish } as Action, event, rule, again })),
			(at, why) => refused.push(`${at}: ${why.refused}`),
		);
		return refused;
	}

	#note(what: string): Refusal | undefined {
		this.did.push(what);
		return what.includes('bad') ? refuse(`${what} did not work`) : undefined;
	}

	#run(launch: Launch, name: string | undefined, done: (refused?: Refusal) => void): Refusal | undefined {
		const env = [...launch.env].map(([key, value]) => `${key}=${value}`);
		this.did.push(['run', ...launch.args, ...env, name ?? '-', this.world.causes.of('')].join(' '));
		if (name === 'taken') {
			return refuse('the name is taken');
		}
		this.running++;
		this.runs.push((refused) => {
			this.running--;
			done(refused);
		});
		return undefined;
	}
}

/** What happened, of that number. */
export function happened(seq: number, type: Event['type'], name: string, ...fields: string[]): Event {
	return { seq, time: 0, type, name, fields };
}

const rule: Rule = {
	file: 'x.lua',
	line: 1,
	title: 'a rule',
	on: ['process.exited'],
	when: {},
	except: {},
	lasting: undefined,
	timer: undefined,
	limit: undefined,
	act: { tag: 'function' },
};
