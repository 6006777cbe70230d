import { join } from 'node:path';
import { isRefusal } from './base/refusal.ts';
import { looksAt } from './config/directories.ts';
import { type LogLevel, logLevels } from './config/keys-daemon.ts';
import { oneLine } from './config/mistake.ts';
import { keepConfig, openConfig, readConfig } from './config/opening.ts';
import { isNamed, type Settings } from './config/settings.ts';
import { Batch } from './events/batch.ts';
import { Bus } from './events/bus.ts';
import { Journal } from './events/journal.ts';
import { Channel } from './keeper/channel.ts';
import { Kept } from './keeper/kept.ts';
import { Ledger } from './keeper/ledger.ts';
import { isSaid, levelOf } from './log-level.ts';
import type { Addon } from './native/addon.ts';
import { epoll, Poller } from './native/poller.ts';
import { Rest } from './native/rest.ts';
import { type AloneRun, notBegun } from './policy/begun-runs.ts';
import { Policy } from './policy/policy.ts';
import { okReply } from './protocol/reply.ts';
import { report, reportCleared } from './report.ts';
import { bindFd } from './requests/bind-fd.ts';
import { requests } from './requests/index.ts';
import { replyTo } from './requests/start-daemon.ts';
import { Diary } from './rules/diary.ts';
import { type Known, knownFrom, knownOf } from './rules/diary-page.ts';
import { Dispatch } from './server/dispatch.ts';
import { Gate } from './server/gate.ts';
import { Intake, type Piece, readIntake } from './server/intake.ts';
import { Listen } from './server/listen.ts';
import { Replies } from './server/replies.ts';
import { neededPieces, takeBack } from './server/took-back.ts';
import { WorthKeeping } from './server/worth-keeping.ts';
import { AsInit } from './supervisor/as-init.ts';
import { assemble } from './supervisor/assemble.ts';
import { emptyStory, readBook, type Story, untold } from './supervisor/book/book.ts';
import { KeepingBook } from './supervisor/book/keeping-book.ts';
import { lost } from './supervisor/book/keepsakes.ts';
import type { Begun } from './supervisor/book/page.ts';
import { type Restored, restore } from './supervisor/book/restore.ts';
import { findCgroups } from './supervisor/cgroup-find.ts';
import { Configuration } from './supervisor/configuration.ts';
import { Keys, replyToEnd } from './supervisor/keys.ts';
import { KeysFile } from './supervisor/keys-file.ts';
import { accountsOf } from './supervisor/known.ts';
import { isProcessDue } from './supervisor/overlap-of.ts';
import { Recovery } from './supervisor/recover.ts';
import { SafeMode } from './supervisor/safe-mode.ts';
import { Services } from './supervisor/services.ts';
import { askerOf, canTakeOver } from './take-over.ts';

/** Descriptors that the keeper hands down. */
export const inherited = { listener: 4, ledger: 5, wake: 6, logWake: 7, stdin: 8 } as const;

/** Puts the parts together, takes over what the daemon before left, and serves until `Shutdown`. */
export async function startDaemon(
	native: Addon,
	settings: Settings,
	{ version, isSafe }: { readonly version: string; readonly isSafe: boolean },
): Promise<void> {
	const memory = native.mapLedger(inherited.ledger);
	if (typeof memory === 'number') {
		throw new Error(`descriptor ${inherited.ledger} is no ledger: start archond, which starts the daemon`);
	}
	const ledger = new Ledger(memory);
	// What is asked of others before the Hello (a name server, a disk) may take its time.
	ledger.beat();
	const alive = setInterval(() => ledger.beat(), 1000);
	const look = () => ({ accounts: accountsOf(native), looksAt });
	const opened = await openConfig(settings, {
		...look(),
		isLater: ledger.generation > 1,
		version,
		tell: report,
	});
	if (opened === undefined) {
		process.exit(1);
	}
	const { config } = opened;
	const journal = Journal.open({
		directory: join(settings.stateDir.value, 'journal'),
		limit: config.daemon.journal,
		floor: ledger.seq,
	});
	const bus = new Bus(journal);
	ledger.seq = journal.newest;
	// Every start has at least one event, so no start before this one had a higher number.
	ledger.raiseStart(journal.newest);
	const rest = new Rest({ native });
	let trouble: string | undefined;
	const mostSaid = () =>
		logLevels.find((it) => it === settings.logLevel?.value) ?? services.config.daemon.logLevel;
	const isToBeSaid = (level: LogLevel) => isSaid(level, mostSaid());
	bus.follow((event) => {
		rest.stir();
		ledger.seq = event.seq;
		if (isToBeSaid(levelOf(event.type))) {
			report(oneLine([event.type, event.name, ...event.fields].join(' ')));
		}
		if (journal.trouble !== trouble) {
			trouble = journal.trouble;
			report(trouble === undefined ? 'the journal can be written again' : `events are lost: ${trouble}`);
		}
	});
	const batch = new Batch(bus);
	const poller = new Poller(native);
	const channel = new Channel(native);
	const runDirectory = join(settings.socket.value, '..');
	const cgroups = findCgroups({
		runDirectory,
		processes: () => [ledger.keeper, process.pid, ...(ledger.logger > 0 ? [ledger.logger] : [])],
	});
	const bookPath = join(runDirectory, 'book');
	const story = ledger.generation > 1 ? readBook(bookPath) : emptyStory;
	const diary = new Diary(rulesKnown(story, ledger, journal.newest), () => batch.touch());
	const book: KeepingBook = new KeepingBook({
		path: bookPath,
		batch,
		newest: () => journal.newest,
		table: () => parts.table,
		beyond: (entry) => parts.beyond(entry),
		more: () => ({ orders: parts.supervisor.orders.told(), removed: services.removed() }),
		keptFor: (entry) => parts.keptFor(entry),
		version: () => parts.supervisor.orders.version,
		diary,
		inFlight: () => ledger.connections.allInFlight(),
		keepers: ledger.keepers,
		onFault: report,
	});
	const held = new Kept(channel, native);
	const asInit = new AsInit({
		init: settings.init,
		channel,
		get: (name) => parts.table.get(name),
		stdin: inherited.stdin,
		onOver: ({ name }) => supervisor.isClosing || stopAll([`reason="${name}" has ended`]),
	});
	const keys = new Keys({
		file: new KeysFile(join(settings.stateDir.value, 'keys')),
		journal,
		nextRequest: () => ledger.nextRequest(),
		onFault: report,
	});
	const parts = assemble({
		native,
		poller,
		ledger,
		channel,
		batch,
		fifos: join(runDirectory, 'fifo'),
		logDirectory: settings.logDir.value,
		logWake: inherited.logWake,
		socket: settings.socket.value,
		cgroups,
		defaults: () => services.config.defaults,
		book,
		kept: held,
		stateDirectory: settings.stateDir.value,
		portRange: () => services.config.daemon.ports,
		library: join(import.meta.dirname, '../native/build/Release/libarchon-bind.so'),
		binder: join(import.meta.dirname, '../native/build/Release/archon-binder'),
		greet: (fd, entry, left) => listen.greet(fd, broker.within(entry), left),
		askToBind: (name, fields) => policy.binds.requested(name, fields),
		resumeStart: (entry) => recovery.resumeStart(entry),
		onFailed: (_, why) => services.config.daemon.failOnError && fail(why),
		stdioOf: (entry) => asInit.stdioOf(entry),
		onChanged: (entry) => asInit.changed(entry),
		runEnded: (request, status) => keys.settle(request, replyToEnd(status)),
		onFault: report,
	});
	const { supervisor, sight, sockets, broker, ports, ends, output } = parts;
	let keptConfig = opened.isKept ? config : undefined;
	let back: readonly Restored[] = [];
	const services: Services = new Services(
		{
			...parts,
			start: (entries, left) => supervisor.orders.boot(entries, left),
			stop: (entries) => supervisor.orders.stop(entries),
			restart: (entries, left) => void supervisor.orders.restart(entries, left),
			isLeaving: (entry) => supervisor.orders.isLeaving(entry) || isProcessDue(entry),
			graph: ({ services, groups }) =>
				supervisor.orders.configured([...services.values()], [...groups.values()]),
			arrange: (of) => supervisor.arrange(of),
			keep(next) {
				policy.retimed();
				if (next !== keptConfig) {
					keptConfig = next;
					keepConfig(settings, version, next, report);
				}
			},
			changed: parts.amended,
			forget: (entry) => supervisor.forget(entry),
		},
		config,
	);
	const read = () => readConfig(settings, look());
	const settle = () => ends.settle();
	const policy = new Policy({
		...parts,
		native,
		poller,
		ledger,
		batch,
		bus,
		journal,
		diary,
		settle,
		say: (level, text) => isToBeSaid(level) && report(text),
		uid: process.getuid?.() ?? 0,
		every: () => services.config.daemon.sample,
		onFault: report,
		directory: settings.rules.value,
		isNamed: isNamed(settings.rules),
		kept: join(settings.stateDir.value, 'rules'),
		logDirectory: settings.logDir.value,
		program: join(import.meta.dirname, 'rules.cjs'),
	});
	const planFurther = () => policy.plan();
	const safeMode = new SafeMode(isSafe, async () => {
		channel.sound();
		await policy.start();
	});
	const reloaded = () => safeMode.leave();
	const configuration = new Configuration({ settings, services, batch, read, planFurther, reloaded });
	const upgrade = () => canTakeOver({ settings, handover: ledger.handover, ledger: inherited.ledger });
	const begun = (request: number, of: Begun) => book.begun(request, of);
	const seen = { asInit, sight, sockets, broker, ports, journal, bus, batch, version, requests, keys, begun };
	const shared = { ...seen, supervisor, rules: policy, configuration, safeMode, upgrade };
	// Not at once: others who were answered in this turn still get their replies.
	const exit = () =>
		setImmediate(() => {
			batch.flush();
			if (!isRefusal(cgroups)) {
				cgroups.close();
			}
			channel.quit(asInit.exitCode(hasFailed));
			process.exit(0);
		});
	const replace = (fd: number) =>
		setImmediate(() => {
			batch.flush();
			const number = held.claim();
			held.put(number, fd);
			ledger.asker = number < 0 ? undefined : number;
			channel.upgrade();
			process.exit(0);
		});
	const stopAll = (fields: readonly string[]) => {
		batch.add('daemon.stopping', '-', fields);
		void supervisor.shutdown().then(exit);
	};
	let hasFailed = false;
	const fail = (why: string) => {
		if (!hasFailed) {
			hasFailed = true;
			report(`${why} (fail_on_error)`);
			stopAll([`reason=${why}`]);
		}
	};
	const intakePath = join(runDirectory, 'intake');
	const writtenDown = ledger.generation > 1 ? readIntake(intakePath) : new Map<number, Piece>();
	const pieces = neededPieces(ledger, writtenDown);
	const intake = new Intake(intakePath, pieces, report);
	const { connections } = ledger;
	const replies = new Replies({ channel, connections, flush: () => batch.flush() });
	const listen: Listen = new Listen({
		native,
		poller,
		ledger,
		channel,
		intake,
		kept: held,
		replies,
		worth: new WorthKeeping(requests.filter((it) => it.outlives).map((it) => it.name)),
		listener: inherited.listener,
		dispatch: new Gate({
			native,
			dispatch: new Dispatch(requests),
			watch: policy.requests,
			settle,
			onFault: report,
		}),
		narrow: new Dispatch([bindFd]),
		isSafe,
		shared,
		settle,
		answered: () => ledger.answered(),
		replace,
		exit,
		onFault: report,
	});
	poller.watch(inherited.wake, epoll.in, () => {
		native.eventfdRead(inherited.wake);
		ends.settle();
		replies.settle();
		output.collect();
	});
	poller.start(report, () => ledger.beat());
	channel.watch(native.queue);
	// What the daemon before had written down and did not live to tell.
	bus.publish(untold(story, journal.newest));
	const mode = isSafe ? ['mode=safe'] : [];
	batch.add(ledger.generation > 1 ? 'daemon.recovered' : 'daemon.started', '-', [
		`version=${version}`,
		...mode,
	]);
	services.make(new Set(story.more?.removed), () => {
		back = restore({ ...parts, cgroups }, story.pages.values());
		supervisor.orders.groups.restore(story.more?.orders.groups);
	});
	ports.settle((name) => parts.table.get(name));
	supervisor.orders.restoreEdges(story.more?.orders.edges ?? []);
	const recovery: Recovery = new Recovery(
		{
			...parts,
			native,
			ledger,
			journal,
			channel,
			cgroups,
			orders: supervisor.orders,
			foreign: supervisor.foreign,
			forget: (entry) => supervisor.forget(entry),
			reserve: (conn) => listen.reserve(conn),
			release: (conn) => listen.release(conn),
			goesOnAlone: (entry) => supervisor.goesOnAlone(entry),
		},
		back,
	);
	const tookBack = takeBack({ native, ledger, channel, intake, kept: held }, pieces);
	// What the keeper held that was killed went with it.
	const isNewKeeper = story.keepers !== ledger.keepers;
	recovery.adopt(isNewKeeper ? new Map([...story.kept].map(([name, it]) => [name, lost(it)])) : story.kept);
	// What an archond that died had started and nobody knows of any more is ended before it is wanted again.
	const cleared =
		isNewKeeper && !isRefusal(cgroups)
			? cgroups.clear(native, poller).then((names) => isToBeSaid('warn') && reportCleared(names))
			: undefined;
	book.open(story);
	// Before anything goes on: they wait for what becomes of it.
	keys.recover((request) => {
		const verdict = supervisor.resumeStartDaemon(request);
		void verdict?.then((it) => keys.settle(request, replyTo(it)));
		return verdict !== undefined || supervisor.resumeRun(request) !== undefined;
	});
	const resumed = listen.takeBack(tookBack, story.begun);
	recovery.goOn();
	ends.settle();
	batch.flush();
	// Before the Hello, to which a keeper that is to end answers with TERM.
	onSignals({
		shutdown: () => stopAll([]),
		reload: () => void configuration.reload(false).then((done) => isRefusal(done) && report(done.refused)),
	});
	process.on('uncaughtException', report);
	const asker = askerOf(ledger, held);
	// What was written down and not taken from its socket any more is read again, with descriptors of its own.
	held.clear([...writtenDown.values()].flatMap(({ fds }) => fds));
	channel.hello();
	clearInterval(alive);
	listen.start();
	for (const session of resumed) {
		session.work();
	}
	if (asker !== undefined) {
		listen.goOn(asker, okReply);
	}
	if (cleared !== undefined) {
		await cleared;
	}
	services.boot(story.pages);
	asInit.watch();
	// Whoever waits already is answered first: to load what reads rules takes a while.
	await nextTurn();
	if (isSafe) {
		report('safe mode: no rules, the configuration as it was; archonctl reload or upgrade leaves it');
		policy.skip();
	} else {
		await policy.start();
	}
	native.keepCompiled();
}

/** What the daemon before knew of the rules: what it had begun to carry out is in the ledger. */
function rulesKnown({ rules }: Story, ledger: Ledger, newest: number): Known {
	const known = knownOf(rules) ?? knownFrom(newest);
	const { at = newest, owed } = known.reached;
	return { ...known, reached: { ...known.reached, at, owed: notBegun(owed, aloneRuns(ledger)) } };
}

function aloneRuns(ledger: Ledger): AloneRun[] {
	return [...ledger.used()]
		.filter((slot) => ledger.kind(slot) === 'run' && ledger.conn(slot) < 0 && ledger.pid(slot) !== 0)
		.map((slot) => ({ name: ledger.name(slot), start: ledger.start(slot) }));
}

/** Resolves when what is ready now has been seen to. */
function nextTurn(): Promise<void> {
	return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

type OnSignals = { readonly shutdown: () => void; readonly reload: () => void };

function onSignals({ shutdown, reload }: OnSignals): void {
	let isStopping = false;
	const stop = () => {
		if (!isStopping) {
			isStopping = true;
			shutdown();
		}
	};
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
	process.on('SIGHUP', reload);
}
