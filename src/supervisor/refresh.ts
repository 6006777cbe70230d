import { errnoText } from '../base/errno.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { signalName } from '../base/signal.ts';
import type { Addon } from '../native/addon.ts';
import type { Reload } from '../service/service.ts';
import type { Outcome } from './aside.ts';
import type { Asides } from './asides.ts';
import { lastCell } from './describe.ts';
import type { Entry, Main } from './entry.ts';
import { startVerdict } from './verdicts.ts';
import type { Waits } from './waits.ts';

/** How long a service with `ready = "notify"` has to say RELOADING=1 after its signal, milliseconds. */
export const reloadingWait = 1000;

export type RefreshPorts = {
	readonly native: Pick<Addon, 'pidfdSignal'>;
	readonly asides: Pick<Asides, 'run'>;
	readonly waits: Pick<Waits, 'until'>;
	/** The last line in the log of that name from that time on, of standard error if there is one. */
	readonly lastLine: (name: string, since: number) => Promise<string | undefined>;
};

/** What the key `reload` of a service says is to be done for it to take up a changed configuration of its own. */
export class Refresh {
	readonly #ports: RefreshPorts;

	constructor(ports: RefreshPorts) {
		this.#ports = ports;
	}

	/**
	 * Resolves when that is done: the signal sent, the command ended with 0; and, where the service says RELOADING=1
	 * meanwhile (or, notified by a signal, within a second), when it is ready again. Else the reason.
	 */
	async begin(entry: Entry): Promise<Refusal | undefined> {
		const main = mainOf(entry);
		if (isRefusal(main)) {
			return main;
		}
		const reload = entry.service?.reload as Reload;
		return reload.tag === 'signal'
			? await this.#signal(entry, main, reload.signal)
			: await this.#command(entry, main, reload.args);
	}

	async #signal(entry: Entry, main: Main, signal: number): Promise<Refusal | undefined> {
		const result = this.#ports.native.pidfdSignal(main.pidfd, signal);
		if (result < 0) {
			return refuse(`${signalName(signal)} did not reach "${entry.name}": ${errnoText(-result)}`);
		}
		if (entry.service?.ready.tag === 'notify') {
			const isTold = ({ life }: Entry) => (life.state.tag === 'running' ? undefined : 'done');
			// That it says nothing of it is fine: the signal is sent.
			await this.#ports.waits.until(entry, isTold, reloadingWait);
		}
		return await this.#readyAgain(entry);
	}

	async #command(entry: Entry, main: Main, args: readonly string[]): Promise<Refusal | undefined> {
		const since = Date.now();
		const timeout = entry.service?.startTimeout;
		const outcome = await this.#ports.asides.run(entry, args, {
			env: new Map([['MAINPID', String(main.pid)]]),
			...(timeout === undefined ? {} : { timeout }),
		});
		const failed = failureOf(outcome);
		if (failed === undefined) {
			return await this.#readyAgain(entry);
		}
		const line = 'end' in outcome ? await this.#ports.lastLine(entry.name, since) : undefined;
		const said = line === undefined ? '' : `: ${line}`;
		return refuse(`"${entry.name}" was not refreshed: ${shown(args.join(' '))}: ${failed}${said}`);
	}

	async #readyAgain(entry: Entry): Promise<Refusal | undefined> {
		const verdict = await this.#ports.waits.until(entry, startVerdict);
		return isRefusal(verdict) ? verdict : undefined;
	}
}

/** What is to be refreshed has to run and to be ready. */
function mainOf(entry: Entry): Main | Refusal {
	const { name, kind, process } = entry;
	const { tag } = entry.life.state;
	if (entry.service === undefined) {
		return refuse(`"${name}" cannot be refreshed: ${kind === 'daemon' ? unknown : notService[kind]}`);
	}
	if (entry.service.reload === undefined) {
		return refuse(unsaid(entry));
	}
	return process !== undefined && tag === 'running'
		? process
		: refuse(`"${name}" cannot be refreshed: it is ${tag}, not running`);
}

const unknown = 'it is left from before archon was restarted';
const notService = { run: 'it is a run, not a service', foreign: 'archon did not start it' } as const;

function unsaid({ name, service, isConfigured }: Entry): string {
	return isConfigured
		? `"${name}" says nothing of how it is refreshed: in [service.${service?.name}] set reload = "HUP" or a command`
		: `"${name}" says nothing of how it is refreshed: only a service of the configuration can, by its key reload`;
}

function failureOf(outcome: Outcome): string | undefined {
	if ('end' in outcome) {
		return outcome.end.tag === 'exit' && outcome.end.code === 0 ? undefined : lastCell(outcome.end);
	}
	const { step, text } = outcome.broken;
	return step === 'cancelled' ? 'the service was ended meanwhile' : `${step}: ${text}`;
}
