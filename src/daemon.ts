import { join } from 'node:path';
import { tellTrouble } from './base/trouble.ts';
import { readConfig } from './config/opening.ts';
import { isNamed, type Settings } from './config/settings.ts';
import { beside } from './daemon/beside.ts';
import { comeUp } from './daemon/coming-up.ts';
import { Endings } from './daemon/endings.ts';
import { inherited, layGround } from './daemon/ground.ts';
import { recall, recoveryOf } from './daemon/recalling.ts';
import { report } from './daemon/report.ts';
import { rulesKnown } from './daemon/rules-known.ts';
import { servicesOf } from './daemon/services-of.ts';
import { serving as servingOf } from './daemon/serving.ts';
import { heedLevel, sayEvents } from './daemon/speech.ts';
import { canTakeOver } from './daemon/take-over.ts';
import type { Addon } from './native/addon.ts';
import { epoll } from './native/poller.ts';
import { Policy } from './policy/policy.ts';
import { requests } from './requests/index.ts';
import { Diary } from './rules/diary.ts';
import { AsInit } from './supervisor/as-init.ts';
import { assemble } from './supervisor/assemble.ts';
import { emptyStory, readBook } from './supervisor/book/book.ts';
import { KeepingBook } from './supervisor/book/keeping-book.ts';
import type { Begun } from './supervisor/book/page.ts';
import { Configuration } from './supervisor/configuration.ts';
import { Keys, replyToEnd } from './supervisor/keys.ts';
import { KeysFile } from './supervisor/keys-file.ts';
import type { Recovery } from './supervisor/recover.ts';
import { SafeMode } from './supervisor/safe-mode.ts';
import type { Services } from './supervisor/services.ts';

/** Puts the parts together, takes over what the daemon before left, and serves until `Shutdown`. */
export async function startDaemon(
	native: Addon,
	settings: Settings,
	{ version, isSafe }: { readonly version: string; readonly isSafe: boolean },
): Promise<void> {
	const ground = await layGround(native, settings, version);
	const { ledger, journal, bus, batch, poller, channel, held, runDirectory, cgroups } = ground;
	const isToBeSaid = heedLevel(ground, () => services.config.daemon.logLevel);
	sayEvents(ground, isToBeSaid);
	const bookPath = join(runDirectory, 'book');
	const story = ground.isLater ? readBook(bookPath) : emptyStory;
	ledger.beat();
	const diary = new Diary(rulesKnown(story, ledger, journal.newest), () => batch.touch());
	const book: KeepingBook = new KeepingBook({
		native,
		path: bookPath,
		batch,
		newest: () => journal.newest,
		table: () => parts.table,
		isStored: (entry) => services.isStored(entry),
		beyond: (entry) => parts.beyond(entry),
		more: () => ({ orders: parts.supervisor.orders.told(), removed: services.removed() }),
		keptFor: (entry) => parts.keptFor(entry),
		version: () => parts.supervisor.orders.version,
		diary,
		inFlight: () => ledger.connections.allInFlight(),
		keepers: ledger.keepers,
		onFault: tellTrouble(bookPath, 'until then a crash of the daemon may undo what is changed', report),
	});
	const asInit: AsInit = new AsInit({
		init: settings.init,
		channel,
		get: (name) => parts.table.get(name),
		stdin: inherited.stdin,
		onOver: ({ name }) =>
			supervisor.isClosing || endings.stopAll([`reason="${name}" has ended`], asInit.exitCode(false)),
	});
	const endings: Endings = new Endings(ground, {
		begun: (request) => book.begun(request, { names: [], at: Date.now() }),
		shutdown: (why) => supervisor.shutdown(why),
		exitCode: (hasFailed) => asInit.exitCode(hasFailed),
	});
	const keys = new Keys({
		file: new KeysFile(join(settings.stateDir.value, 'keys')),
		journal,
		nextRequest: () => ledger.nextRequest(),
		onFault: report,
	});
	const installed = beside(import.meta.dirname);
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
		library: installed.library,
		binder: installed.binder,
		greet: (fd, entry, left) => serving.listen.greet(fd, broker.within(entry), left),
		askToBind: (name, fields) => policy.binds.requested(name, fields),
		resumeStart: (entry) => recovery.resumeStart(entry),
		onClosing: () => channel.end('exit', endings.code),
		// The one in the foreground ends everything as it is, with an exit code of its own.
		onFailed: (name, why) =>
			services.config.daemon.failOnError && name !== settings.init?.foreground && endings.fail(why),
		stdioOf: (entry) => asInit.stdioOf(entry),
		onChanged: (entry) => asInit.changed(entry),
		runEnded: (request, status) => keys.settle(request, replyToEnd(status)),
		onFault: report,
	});
	const { supervisor, sight, socketsShown, broker, ports, ends, output } = parts;
	const services: Services = servicesOf(ground, parts, () => {
		policy.retimed();
		// What was removed may be there again.
		book.moreChanged();
	});
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
		program: installed.rules,
	});
	const safeMode = new SafeMode(isSafe, async () => {
		channel.sound();
		await policy.start();
	});
	const configuration = new Configuration({
		settings,
		services,
		batch,
		read: () => readConfig(settings, ground.look()),
		planFurther: () => policy.plan(),
		unanswered: (patience) => policy.unanswered(patience),
		reloaded: () => safeMode.leave(),
	});
	const upgrade = () =>
		canTakeOver({
			settings,
			handover: ledger.handover,
			ledger: inherited.ledger,
			binder: installed.binder,
		});
	const begun = (request: number, of: Begun) => book.begun(request, of);
	const seen = {
		asInit,
		sight,
		socketsShown,
		broker,
		ports,
		journal,
		bus,
		batch,
		version,
		requests,
		keys,
		begun,
	};
	const shared = { ...seen, supervisor, rules: policy, configuration, safeMode, upgrade };
	const serving = servingOf(ground, { isSafe, shared, watch: policy.requests, settle, endings });
	poller.watch(inherited.wake, epoll.in, () => {
		native.eventfdRead(inherited.wake);
		ends.settle();
		serving.replies.settle();
		output.collect();
	});
	poller.start(report, () => ledger.beat());
	channel.watch(native.queue);
	const how = [`version=${version}` as const, ...(isSafe ? (['mode=safe'] as const) : [])];
	const back = recall(ground, parts, services, { story, how });
	ledger.beat();
	const recovery: Recovery = recoveryOf(ground, parts, serving.listen, back);
	const made = { parts, recovery, book, keys, services, asInit, configuration, policy, endings, serving };
	await comeUp(ground, { ...made, isSafe, isToBeSaid, story });
}
