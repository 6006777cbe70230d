import { isRefusal } from '../base/refusal.ts';
import { tellThreads } from '../keeper/own-threads.ts';
import type { Policy } from '../policy/policy.ts';
import { okReply } from '../protocol/reply.ts';
import { replyTo } from '../requests/start-daemon.ts';
import type { AsInit } from '../supervisor/as-init.ts';
import type { Assembled } from '../supervisor/assembled.ts';
import type { Story } from '../supervisor/book/book.ts';
import type { KeepingBook } from '../supervisor/book/keeping-book.ts';
import { lost } from '../supervisor/book/keepsakes.ts';
import type { Configuration } from '../supervisor/configuration.ts';
import type { Keys } from '../supervisor/keys.ts';
import type { Recovery } from '../supervisor/recover.ts';
import type { Services } from '../supervisor/services.ts';
import type { Endings } from './endings.ts';
import type { Ground } from './ground.ts';
import { report, reportCleared } from './report.ts';
import type { Serving } from './serving.ts';
import { onSignals } from './signals.ts';
import type { IsToBeSaid } from './speech.ts';
import { askerOf } from './take-over.ts';

export type ComingUp = {
	readonly isSafe: boolean;
	readonly isToBeSaid: IsToBeSaid;
	readonly story: Story;
	readonly parts: Assembled;
	readonly recovery: Recovery;
	readonly book: KeepingBook;
	readonly keys: Keys;
	readonly services: Services;
	readonly asInit: AsInit;
	readonly configuration: Configuration;
	readonly policy: Policy;
	readonly endings: Endings;
	readonly serving: Serving;
};

/** Takes over what the daemon before has left, says Hello, serves, and starts what is to run. */
export async function comeUp(ground: Ground, up: ComingUp): Promise<void> {
	const { native, poller, ledger, batch, channel, held, cgroups } = ground;
	const { isSafe, story, parts, recovery, services, configuration, policy } = up;
	const { listen } = up.serving;
	const tookBack = up.serving.takeBack();
	ledger.beat();
	// What the keeper held that was killed went with it.
	const isNewKeeper = story.keepers !== ledger.keepers;
	recovery.adopt(isNewKeeper ? new Map([...story.kept].map(([name, it]) => [name, lost(it)])) : story.kept);
	// What an archond that died had started and nobody knows of any more is ended before it is wanted again.
	const cleared =
		isNewKeeper && !isRefusal(cgroups)
			? cgroups.clear(native, poller).then((names) => up.isToBeSaid('warn') && reportCleared(names))
			: undefined;
	ledger.beat();
	up.book.open(story);
	recoverKeys(up.keys, parts.supervisor);
	ledger.beat();
	const resumed = listen.takeBack(tookBack, story.begun);
	recovery.goOn();
	ledger.beat();
	parts.ends.settle();
	batch.flush();
	ledger.beat();
	// Before the Hello, to which a keeper that is to end answers with TERM.
	onSignals({
		shutdown: () => up.endings.stopAll(['reason=asked by a signal']),
		reload: () =>
			void ledger.reloads.carryOut(async () => {
				const done = await configuration.reload(false);
				return (
					isRefusal(done) &&
					report('isPartly' in done ? done.refused : `the configuration stays as it was: ${done.refused}`)
				);
			}),
	});
	process.on('uncaughtException', report);
	const asker = askerOf(ledger, held);
	// What was written down and not taken from its socket any more is read again, with descriptors of its own.
	held.clear(up.serving.left());
	channel.hello();
	ground.hasBegun();
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
	up.asInit.watch();
	// Whoever waits already is answered first: to load what reads rules takes a while.
	await nextTurn();
	tellThreads({ native, channel });
	if (isSafe) {
		report('safe mode: no rules, the configuration as it was; archonctl reload or upgrade leaves it');
		policy.skip();
	} else {
		await policy.start();
	}
	native.keepCompiled();
}

/** Before anything goes on: who repeats a request waits for what becomes of it. */
function recoverKeys(keys: Keys, supervisor: Assembled['supervisor']): void {
	keys.recover((request) => {
		const verdict = supervisor.programs.resumeStartDaemon(request);
		void verdict?.then((it) => keys.settle(request, replyTo(it)));
		return verdict !== undefined || supervisor.programs.resumeRun(request) !== undefined;
	});
}

/** Resolves when what is ready now has been seen to. */
function nextTurn(): Promise<void> {
	return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
