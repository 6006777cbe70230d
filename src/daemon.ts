import { writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './config/settings.ts';
import { Batch } from './events/batch.ts';
import { Bus } from './events/bus.ts';
import { Journal } from './events/journal.ts';
import { Channel } from './keeper/channel.ts';
import { Ledger } from './keeper/ledger.ts';
import type { Addon } from './native/addon.ts';
import { epoll, Poller } from './native/poller.ts';
import { requests } from './requests/index.ts';
import { Dispatch } from './server/dispatch.ts';
import { Listen } from './server/listen.ts';
import { assemble } from './supervisor/assemble.ts';
import { recover } from './supervisor/recover.ts';

/** Descriptors that the keeper hands down. */
const inherited = { listener: 4, ledger: 5, wake: 6, logWake: 7 } as const;

/** What the journal may take up on disk, bytes. */
const journalLimit = 64 * 1024 * 1024;

/** Puts the parts together, takes over what the daemon before left, and serves until `Shutdown`. */
export function startDaemon(native: Addon, settings: Settings, version: string): void {
	const memory = native.mapLedger(inherited.ledger);
	if (typeof memory === 'number') {
		throw new Error(`descriptor ${inherited.ledger} is no ledger: start archond, which starts the daemon`);
	}
	const ledger = new Ledger(memory);
	const journal = Journal.open({
		directory: join(settings.stateDir.value, 'journal'),
		limit: journalLimit,
		floor: ledger.seq,
	});
	const bus = new Bus(journal);
	ledger.seq = journal.newest;
	// Every start has at least one event, so no start before this one had a higher number.
	ledger.raiseStart(journal.newest);
	let trouble: string | undefined;
	bus.follow((event) => {
		ledger.seq = event.seq;
		if (journal.trouble !== trouble) {
			trouble = journal.trouble;
			report(trouble === undefined ? 'the journal can be written again' : `events are lost: ${trouble}`);
		}
	});
	const batch = new Batch(bus);
	const poller = new Poller(native);
	const channel = new Channel(native);
	const runDirectory = join(settings.socket.value, '..');
	const parts = assemble({
		native,
		poller,
		ledger,
		channel,
		batch,
		fifos: join(runDirectory, 'fifo'),
		logDirectory: settings.logDir.value,
		logWake: inherited.logWake,
		onFault: report,
	});
	const { supervisor, ends, output } = parts;
	const shared = { supervisor, journal, bus, batch, version, requests };
	// Not at once: others who were answered in this turn still get their replies.
	const exit = () =>
		setImmediate(() => {
			batch.flush();
			channel.quit();
			process.exit(0);
		});
	const listen = new Listen({
		native,
		poller,
		channel,
		listener: inherited.listener,
		dispatch: new Dispatch(requests),
		shared,
		settle: () => ends.settle(),
		exit,
		onFault: report,
	});
	poller.watch(inherited.wake, epoll.in, () => {
		native.eventfdRead(inherited.wake);
		ends.settle();
		output.collect();
	});
	poller.start(report);
	batch.add(ledger.generation > 1 ? 'daemon.recovered' : 'daemon.started', '-', [`version=${version}`]);
	output.takeOver();
	recover({
		...parts,
		native,
		ledger,
		journal,
		channel,
		reserve: (conn) => listen.reserve(conn),
		release: (conn) => listen.release(conn),
	});
	ends.settle();
	batch.flush();
	// Before the Hello, to which a keeper that is to end answers with TERM.
	onSignals(() => {
		batch.add('daemon.stopping', '-', []);
		void supervisor.shutdown().then(exit);
	});
	channel.hello();
	listen.start();
}

function onSignals(shutdown: () => void): void {
	let isStopping = false;
	const stop = () => {
		if (!isStopping) {
			isStopping = true;
			shutdown();
		}
	};
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
	// Reload is a later issue; without a listener HUP would end the daemon.
	process.on('SIGHUP', () => undefined);
}

/** A mistake of archon's own: told, and everything goes on. */
export function report(fault: unknown): void {
	const what = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
	try {
		writeSync(2, `archond: ${what}\n`);
	} catch {
		// Nobody reads it any more: to tell that would fail in the same way.
	}
}
