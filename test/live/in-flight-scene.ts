import { readFileSync, writeFileSync } from 'node:fs';
import { formatArgs } from '../../src/protocol/args.ts';
import { joinRecord } from '../../src/protocol/join.ts';
import { Archon, temporary } from '../archon.ts';
import { ask, names, type Row, rows } from '../session/ask.ts';
import { client } from './client.ts';
import { asker, type Passed, passing } from './in-flight-asker.ts';
import { type Blow, Striking } from './striking.ts';
import { until } from './until.ts';

type States = Readonly<Record<string, string>>;

/** A request that outlives the daemon. */
export type Asked = {
	readonly verb: string;
	/** What stands behind it. `script` makes one of a program that notes that it has begun; `cell` is another one each time. */
	readonly rest: (script: (name: string, then: string) => string, cell: string) => readonly string[];
	readonly reply: string;
	/** What somebody else asks after it. */
	readonly beside?: string;
	/** Descriptors come along with it. */
	readonly passes?: (directory: string) => Passed;
	/** What comes out of them. */
	readonly written?: string;
	/** The next daemon may do it once more, for it has no effect: of this name it is told twice then. */
	readonly mayTryAgain?: string;
	/** It is asked once more in the end. */
	readonly isRepeated?: boolean;
	/** What `db` is besides. */
	readonly db?: Db;
	/** The states of all services before it and after it. */
	readonly from: States;
	readonly to: States;
};

/** Lines of the file, and what it does when it has begun; its directory is that of the scene. */
type Db = { readonly file?: string; readonly first?: string };

/** What became of a request and of what was pipelined behind it: the same whenever the daemon died. */
export type Outcome = {
	readonly replies: readonly (string | undefined)[];
	/** What came out of the descriptors that it had with it. */
	readonly written: string | undefined;
	/** How often each program began, as they tell it themselves. */
	readonly lives: Readonly<Record<string, number>>;
	/** What was told of each name, in order. */
	readonly told: States;
	/** What is shown of each name. */
	readonly shown: readonly string[];
};

/** What a play brought, whether the blow fell, and all steps from the one on in which the request was written down. */
export type Played = {
	readonly outcome: Outcome;
	readonly hasDied: boolean;
	readonly steps: readonly string[];
};

/** An archond with two services, of which `web` requires `db`. */
export class Scene {
	readonly #archon: Archon;
	readonly #program: Striking;
	readonly #directory: string;

	private constructor(archon: Archon, program: Striking, directory: string) {
		this.#archon = archon;
		this.#program = program;
		this.#directory = directory;
	}

	static async set({ file = '', first = ':' }: Db = {}): Promise<Scene> {
		const directory = temporary();
		const program = new Striking(directory);
		const service = (name: string, more: string, then = ':') => {
			const run = JSON.stringify(['sh', '-c', `${then}; echo ${name} >> lives; exec sleep 600`]);
			return `[service.${name}]\nrun = ${run}\ndirectory = "${directory}"\nmanual = true\n${more}\n`;
		};
		writeFileSync(`${directory}/lives`, '');
		const services = service('db', file, first) + service('web', 'requires = ["db"]');
		writeFileSync(`${directory}/archon.toml`, services);
		const more = ['--config', `${directory}/archon.toml`];
		const archon = await Archon.start(directory, { ARCHON_DAEMON: program.path }, more);
		return new Scene(archon, program, directory);
	}

	get #lives(): string {
		return `${this.#directory}/lives`;
	}

	/** What archond said of daemons that died; one that died over a line of its own has not ended that. */
	get deaths(): string[] {
		const lines = this.#archon.said.split(/\n|(?<=.)(?=archond: )/);
		return lines.filter((line) => line.includes('the daemon'));
	}

	/** Asks on a connection of its own, with a `Ping` and a `Run` behind. */
	async play(asked: Asked, cell: string, blow?: Blow): Promise<Played> {
		await this.#reset(asked.from);
		const archon = this.#archon;
		const script = (name: string, then: string) =>
			formatArgs(['sh', '-c', `echo ${name} >> ${this.#lives}; ${then}`]);
		const record = joinRecord([asked.verb, ...asked.rest(script, cell)]);
		const behind = joinRecord(['Run', script('behind', 'exit 7'), 'ARCHON_NAME=behind']);
		const before = await this.#now();
		const other = await client(archon);
		const passed = asked.passes?.(this.#directory);
		const one = passed === undefined ? await asker(archon) : passing(archon, passed);
		await ask(archon, 'Ping');
		this.#program.orderStep(/^writing .*"text".* to .*\/intake$/s, blow);
		await one.ask([record, 'Ping', behind]);
		const beside = asked.beside === undefined ? [] : other.say(`${asked.beside}\n`).then(() => other.hear(1));
		const replies = [...(await one.hear()), ...(await beside)];
		const written = await one.written();
		other.socket.end();
		await other.hear(1);
		const struck = this.#program.takeBack();
		const again = asked.isRepeated ? await archon.lines(`${record}\n`) : [];
		const arrived = Object.entries(asked.to).map(([name, state]) => ask(archon, 'Wait', name, state, '5s'));
		replies.push(...again, ...(await Promise.all(arrived)));
		return { ...struck, outcome: { replies, written, ...(await this.#seen(before)) } };
	}

	async #seen({ seq, lives, restarts }: Moment): Promise<Omit<Outcome, 'replies' | 'written'>> {
		const events = (await rows(this.#archon, 'Events', `since=${seq}`)).filter(({ name }) => name !== '-');
		const begun = events.filter(({ type }) => type === 'process.started').length;
		const noted = () => readFileSync(this.#lives, 'utf8').slice(lives).split('\n').slice(0, -1);
		const late = performance.now() + 5000;
		await until(() => noted().length >= begun || performance.now() > late);
		const shown = (await rows(this.#archon, 'Status')).map((it) => {
			const more = Number(it['restarts']) - (restarts.get(it['name']) ?? 0);
			return `${it['name']} ${it['state']} ${it['last']} ${it['reason']}, ${more} restarts more`;
		});
		return {
			lives: Object.fromEntries(grouped(noted(), (it) => it).map(([name, all]) => [name, all.length])),
			told: Object.fromEntries(
				grouped(events, ({ name }) => name ?? '').map(([name, all]) => [name, all.map(toldOf).join(' ')]),
			),
			shown,
		};
	}

	async #now(): Promise<Moment> {
		const [last] = await rows(this.#archon, 'Events', 'last=1');
		const shown = await rows(this.#archon, 'Status');
		return {
			seq: Number(last?.['seq'] ?? 0),
			lives: readFileSync(this.#lives, 'utf8').length,
			restarts: new Map(shown.map((it) => [it['name'], Number(it['restarts'])])),
		};
	}

	async #reset(to: States): Promise<void> {
		const archon = this.#archon;
		const before = await this.#now();
		for (const name of (await names(archon)).filter((it) => !(it in to))) {
			await ask(archon, 'Stop', name);
			await ask(archon, 'Remove', name);
		}
		const isUp = to['web'] === 'running';
		for (const record of isUp ? ['Start,web'] : ['Stop,web', 'Stop,db']) {
			await archon.lines(`${record}\n`);
		}
		await this.#seen(before);
	}
}

/** From when on it is looked at what happens. */
type Moment = {
	readonly seq: number;
	readonly lives: number;
	readonly restarts: ReadonlyMap<string | undefined, number>;
};

function toldOf({ type, fields }: Row): string {
	const how = fields?.split(',').filter((it) => /^(exit|signal|why|reason)=/.test(it)) ?? [];
	return [type?.replace('process.', ''), ...how].join(':');
}

function grouped<T>(all: readonly T[], by: (it: T) => string): [string, T[]][] {
	const groups = new Map<string, T[]>();
	for (const it of all) {
		groups.set(by(it), [...(groups.get(by(it)) ?? []), it]);
	}
	return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
