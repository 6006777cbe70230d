import { setTimeout as sleep } from 'node:timers/promises';
import { settleAsking } from './asking.ts';
import { bound, failing, hung, names, once, steady } from './cast.ts';
import { Counts } from './counts.ts';
import type { Deeds } from './deeds.ts';
import { Events } from './events.ts';
import { Going } from './going.ts';
import { Growth } from './growth.ts';
import { Lives } from './lives.ts';
import { now } from './notes.ts';
import { judgeOrders } from './orders.ts';
import { isOwn, removeOwn } from './own.ts';
import { judgeRuns } from './runs.ts';
import { Serving } from './serving.ts';
import type { Row, Stage } from './stage.ts';
import { Storing } from './storing.ts';
import { aliveOf } from './system.ts';
import { keepUp } from './upkeep.ts';
import { Writing } from './writing.ts';

/** How long everything may take to come to rest, milliseconds: on a machine that is busy it takes its time. */
const patience = 60_000;

/** Compares what archon says with what the processes themselves recorded and the system shows. Returns what is wrong. */
export class Judge {
	readonly #stage: Stage;
	readonly #events = new Events();
	readonly #counts = new Counts();
	readonly #going = new Going();
	readonly lives = new Lives();
	readonly writing: Writing;
	readonly serving: Serving;
	readonly storing: Storing;
	readonly growth: Growth;
	/** What is wrong whatever is still to come. */
	readonly #found: string[] = [];
	/** The processes of the last round, by their names. */
	#pids: ReadonlyMap<string, string> = new Map();

	constructor(stage: Stage) {
		this.#stage = stage;
		this.writing = new Writing(stage);
		this.serving = new Serving(stage, stage.knocks);
		this.storing = new Storing(stage);
		this.growth = new Growth(stage);
	}

	/** How many events were compared. */
	get seen(): number {
		return this.#events.seen;
	}

	/** Brings everything up, waits until it is, then compares. */
	async judge(deeds: Deeds): Promise<string[]> {
		await this.#stage.answers();
		await this.#leaveSafeMode();
		this.#found.push(...(await keepUp(this.#stage, deeds, this.#events)));
		if (this.#stage.paths.hung !== undefined) {
			await this.#stage.rows('Stop', hung);
		}
		await removeOwn(this.#stage);
		await settleAsking(this.#stage, deeds);
		const different = await this.#untilRight(() => this.#differences());
		deeds.upAt = now();
		const wrong = [
			...different,
			...(await this.#untilRight(() => this.#settled(deeds))),
			...this.#found.splice(0),
			...deeds.wrong,
			...(await this.#same(deeds)),
			...(await this.#count(deeds)),
			...judgeOrders(this.#stage, deeds, this.#events),
			...this.writing.read(deeds),
			...(await this.#untilRight(async () => [
				...this.writing.read(deeds),
				...this.writing.missing(this.#events.finished, deeds),
				...judgeRuns(this.#stage, deeds),
			])),
			...this.serving.judge(deeds),
			...this.storing.judge(deeds),
		];
		deeds.isOver = true;
		return deeds.isBeheaded ? [...wrong, ...this.#late(deeds)] : wrong;
	}

	/** So many daemons were killed that there are no rules. */
	async #leaveSafeMode(): Promise<void> {
		const rows = await this.#stage.rows('Version');
		if (rows.some(({ name, version }) => name === 'mode' && version === 'safe')) {
			await this.#stage.rows('Reload');
		}
	}

	/** Looked at once more, for what is counted as lost now that all has come. */
	#late(deeds: Deeds): string[] {
		return [...this.writing.missing(this.#events.finished, deeds), ...judgeRuns(this.#stage, deeds)];
	}

	/** What is still wrong when it had time to become right. */
	async #untilRight(look: () => Promise<string[]>): Promise<string[]> {
		const end = Date.now() + patience;
		for (;;) {
			const wrong = await look();
			if (wrong.length === 0 || Date.now() > end) {
				return wrong;
			}
			await sleep(10);
		}
	}

	/** Each that is to be up has exactly one process, which is the one that `Status` names. */
	async #differences(): Promise<string[]> {
		const before = await this.#stage.rows('Status');
		const alive = aliveOf(this.#stage.directory);
		const after = new Map((await this.#stage.rows('Status')).map((row) => [row['name'], row]));
		const wrong: string[] = [];
		for (const row of before.filter((it) => names.includes(it['name'] ?? ''))) {
			const name = row['name'] ?? '';
			if (after.get(name)?.['pid'] !== row['pid']) {
				continue;
			}
			const pids = (alive.get(name) ?? []).map(String);
			const isThere = row['pid'] !== '-';
			if (pids.length > 1 || (isThere && pids[0] !== row['pid']) || (!isThere && pids.length > 0)) {
				wrong.push(`${name} is ${row['state']} with pid ${row['pid']}, there is ${pids.join(' ') || 'none'}`);
			}
			if (steady.includes(name) && row['state'] !== 'running') {
				wrong.push(`${name} is ${row['state']}: ${row['reason']}`);
			}
		}
		const missing = names.filter((name) => !before.some((row) => row['name'] === name));
		const left = before.flatMap(({ name = '' }) =>
			isOwn(name) ? [`${name} was removed and is in Status`] : [],
		);
		return [...wrong, ...isStopped(before), ...left, ...missing.map((name) => `${name} is not in Status`)];
	}

	/** What nobody has touched is the same process as before. */
	async #same(deeds: Deeds): Promise<string[]> {
		const rows = await this.#stage.rows('Status');
		const pids = new Map(rows.map((row) => [row['name'] ?? '', row['pid'] ?? '']));
		const wrong = [...steady, once].flatMap((name) => {
			const [was, is] = [this.#pids.get(name), pids.get(name)];
			const isTouched = [name, ...(bound[name] ?? [])].some((it) => deeds.touched.has(it));
			return was === undefined || isTouched || was === is
				? []
				: [`${name} was ${was} and is ${is}, and nobody has touched it`];
		});
		this.#pids = pids;
		return wrong;
	}

	/** What is told, counted and answered sooner or later. */
	async #settled(deeds: Deeds): Promise<string[]> {
		const { strangers } = this.#stage;
		this.#found.push(...this.growth.read(deeds));
		const before = this.growth.lives;
		const rows = await this.#stage.rows('Status');
		this.#found.push(...(await this.#events.read(this.#stage, deeds)), ...this.growth.read(deeds));
		const untold = this.lives.judge(this.#stage, deeds, this.#events);
		// How many there were is known when each was looked at, and none has begun meanwhile.
		const isAtRest = untold.length === 0 && this.growth.lives === before;
		return [
			...dying(rows, deeds),
			...untold,
			...this.#events.untold,
			...this.#events.answers.missing(this.#stage, deeds),
			...this.#going.judge(rows, this.#events.starts, deeds),
			...strangers.judge(rows, this.#events, deeds),
			...this.serving.waiting(deeds),
			...(isAtRest
				? this.growth.isCounted(rows, this.lives.unwritten(failing))
				: [`${failing} is always beginning`]),
		];
	}

	async #count(deeds: Deeds): Promise<string[]> {
		const first = await this.#events.read(this.#stage, deeds);
		const before = new Map(this.#events.starts);
		const rows = await this.#stage.rows('Status');
		const second = await this.#events.read(this.#stage, deeds);
		this.#going.next(rows, this.#events.starts);
		this.#events.answers.next(this.#events.seen, deeds);
		return [...first, ...second, ...this.#counts.judge(deeds, before, rows, this.#events)];
	}
}

/** Killed, and not told of yet: on a busy machine a process ends some time after it was killed, and its end is of this round. */
function dying(rows: readonly Row[], { hit }: Deeds): string[] {
	return rows.flatMap(({ name = '', pid }) =>
		hit.get(Number(pid)) === name ? [`${name} (${pid}) was killed, and is in Status still`] : [],
	);
}

/** The one that hangs was told to stop. */
function isStopped(rows: readonly Row[]): string[] {
	const row = rows.find((it) => it['name'] === hung);
	return row === undefined || row['pid'] === '-' ? [] : [`${hung} is ${row['state']} with pid ${row['pid']}`];
}
