import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Refusal } from '../base/refusal.ts';
import { toBytes } from '../base/to-bytes.ts';
import type { Config } from '../config/config.ts';
import type { Ports as LoadPorts } from '../config/load.ts';
import { openConfig } from '../config/opening.ts';
import type { Settings } from '../config/settings.ts';
import { Batch } from '../events/batch.ts';
import { Bus } from '../events/bus.ts';
import { Journal } from '../events/journal.ts';
import { Channel } from '../keeper/channel.ts';
import { Kept } from '../keeper/kept.ts';
import { Ledger } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { Poller } from '../native/poller.ts';
import { findCgroups } from '../supervisor/cgroup-find.ts';
import type { Cgroups } from '../supervisor/cgroups.ts';
import { accountsOf } from '../supervisor/known.ts';
import { report } from './report.ts';

/** Descriptors that the keeper hands down. */
export const inherited = { listener: 4, ledger: 5, wake: 6, logWake: 7, stdin: 8 } as const;

/** What a daemon stands on before it knows of any service. */
export type Ground = {
	readonly native: Addon;
	readonly settings: Settings;
	readonly version: string;
	readonly ledger: Ledger;
	/** Whether there was a daemon before. */
	readonly isLater: boolean;
	/** Whether configurations are right on this machine. */
	readonly look: () => LoadPorts;
	/** What the daemon starts with. */
	readonly config: Config;
	/** Whether that is kept already for a daemon that comes after. */
	readonly isKept: boolean;
	readonly journal: Journal;
	readonly bus: Bus;
	readonly batch: Batch;
	readonly poller: Poller;
	readonly channel: Channel;
	readonly held: Kept;
	/** Where archon's socket is. */
	readonly runDirectory: string;
	readonly cgroups: Cgroups | Refusal;
	/** From now on the loop itself shows that it goes on. */
	readonly hasBegun: () => void;
};

/** Opens it. A configuration that is wrong is told, and the process ends. */
export async function layGround(native: Addon, settings: Settings, version: string): Promise<Ground> {
	const memory = native.mapLedger(inherited.ledger);
	if (typeof memory === 'number') {
		throw new Error(`descriptor ${inherited.ledger} is no ledger: start archond, which starts the daemon`);
	}
	const ledger = new Ledger(memory);
	const isLater = ledger.generation > 1;
	// What is asked of others before the Hello (a name server, a disk) may take its time, and each step after that: only
	// one that comes to no end is a daemon that hangs.
	ledger.beat();
	const alive = setInterval(() => ledger.beat(), 1000);
	const look = (): LoadPorts => ({
		accounts: accountsOf(native),
		looksAt: async (paths) => (await import('../config/directories.ts')).looksAt(paths),
	});
	const opened = await openConfig(settings, { look, isLater, version, tell: report });
	if (opened === undefined) {
		process.exit(1);
	}
	const { config, isKept } = opened;
	if (isLater && !existsSync(join(settings.stateDir.value, 'lock'))) {
		const lost = toBytes(settings.stateDir.value);
		report(`${lost} was removed, its lock too: another archond could use it until this one is started again`);
	}
	const journal = Journal.open({
		directory: join(settings.stateDir.value, 'journal'),
		limit: config.daemon.journal,
		floor: ledger.seq,
	});
	ledger.beat();
	const bus = new Bus(journal);
	ledger.seq = journal.newest;
	// Every start has at least one event, so no start before this one had a higher number.
	ledger.raiseStart(journal.newest);
	const channel = new Channel(native, endNow, endStuck);
	const runDirectory = join(settings.socket.value, '..');
	return {
		...{ native, settings, version, ledger, isLater, look, config, isKept, journal, bus },
		batch: new Batch(bus),
		poller: new Poller(native),
		channel,
		held: new Kept(channel),
		runDirectory,
		cgroups: findCgroups({
			runDirectory,
			processes: () => [process.pid, ...ledger.beside],
		}),
		hasBegun: () => clearInterval(alive),
	};
}

/** Where the keeper is dead the kernel is about to do it; until then we would tell of mistakes that are none. */
function endNow(): void {
	process.kill(process.pid, 'SIGKILL');
}

function endStuck(): void {
	report('the keeper has not answered for 5 s: this daemon ends, and the next one goes on');
	endNow();
}
