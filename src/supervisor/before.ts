import type { Outcome } from './aside.ts';
import type { Asides } from './asides.ts';
import type { Begin } from './begin.ts';
import type { Broken } from './broken.ts';
import { lastCell } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Starts } from './starts.ts';

export type BeforePorts = {
	readonly asides: Pick<Asides, 'run'>;
	readonly begin: Pick<Begin, 'spawn' | 'abandon'>;
	readonly starts: Pick<Starts, 'feedBroken'>;
};

/** The commands that a service wants run before its main process, one after another. */
export class Before {
	readonly #ports: BeforePorts;
	/** Starts that are not further than their commands. */
	readonly #under = new Map<Entry, AbortController>();

	constructor(ports: BeforePorts) {
		this.#ports = ports;
	}

	/** The effect `spawn`: at once where there is nothing to run before; a command that fails is fed as `broken`. */
	spawn(entry: Entry): void {
		const commands = entry.service?.before ?? [];
		if (commands.length === 0) {
			this.#ports.begin.spawn(entry);
		} else {
			void this.#go(entry, commands);
		}
	}

	/** A start that has no process yet is given up: the command that runs is killed, and then `broken` is fed. */
	abandon(entry: Entry): void {
		const giveUp = this.#under.get(entry);
		if (giveUp === undefined) {
			this.#ports.begin.abandon(entry);
		} else {
			giveUp.abort();
		}
	}

	async #go(entry: Entry, commands: readonly (readonly string[])[]): Promise<void> {
		const { begin, starts } = this.#ports;
		const giveUp = new AbortController();
		this.#under.set(entry, giveUp);
		const failed = await this.#runAll(entry, commands, giveUp.signal);
		// It may have been given up since the last end just as well.
		const broken = failed ?? (giveUp.signal.aborted ? givenUp : undefined);
		this.#under.delete(entry);
		entry.remark = '';
		if (broken === undefined) {
			begin.spawn(entry);
			return;
		}
		starts.feedBroken(entry, broken);
		if (entry.life.state.tag === 'stopped') {
			entry.remark = '';
		}
	}

	async #runAll(
		entry: Entry,
		commands: readonly (readonly string[])[],
		signal: AbortSignal,
	): Promise<Broken | undefined> {
		for (const args of commands) {
			const text = args.join(' ');
			entry.remark = `before: ${text}`;
			const failed = failureOf(await this.#ports.asides.run(entry, args, { signal }));
			if (failed !== undefined) {
				return { step: 'before', text: `${text}: ${failed}` };
			}
		}
		return undefined;
	}
}

const givenUp: Broken = { step: 'before', text: 'given up' };

function failureOf(outcome: Outcome): string | undefined {
	if ('broken' in outcome) {
		return `${outcome.broken.step}: ${outcome.broken.text}`;
	}
	const { end } = outcome;
	return end.tag === 'exit' && end.code === 0 ? undefined : lastCell(end);
}
