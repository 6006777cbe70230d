import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { type Refusal, refuse } from '../base/refusal.ts';
import { storeIn } from '../config/opening.ts';
import { type Settings, settingOptions } from '../config/settings.ts';
import { newerConfig } from '../config/stored.ts';
import type { Kept } from '../keeper/kept.ts';
import { Ledger, ledgerVersion } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { readBook } from '../supervisor/book/book.ts';

/** How long a program may take to say that it could, milliseconds. */
const patience = 10_000;

/** `handover`: the format of what the keeper would leave to another; `ledger`: the descriptor; `binder`: archon-binder. */
type Wanted = {
	readonly settings: Settings;
	readonly handover: number;
	readonly ledger: number;
	readonly binder: string;
};

/** What a program does that is what it should be, beside what it is given. */
type Sign = { readonly ledger?: number; readonly code?: number; readonly says?: string };

/** What a daemon says that could. */
const takesOver = 'archond: the daemon takes over\n';

/** archon-log without arguments and archon-binder without descriptors end so: they run. */
const wrongUsage = 2;
const givenNothing = 111;

/**
 * Asks the programs that are installed by now, archond, the daemon on its Node, archon-log and archon-binder, whether they
 * could take over from those that run: why not, or undefined. None changes anything.
 */
export async function canTakeOver({
	settings,
	handover,
	ledger,
	binder,
}: Wanted): Promise<Refusal | undefined> {
	const given: Record<string, string | undefined> = {
		socket: settings.socket.value,
		'state-dir': settings.stateDir.value,
		'log-dir': settings.logDir.value,
		config: settings.config.value,
		rules: settings.rules.value,
	};
	const options = settingOptions.flatMap((name) =>
		given[name] === undefined ? [] : [`--${name}`, given[name]],
	);
	const program = [...process.execArgv, process.argv[1] ?? '', ...options, '--self-test'];
	const fits = ['--fits', String(ledgerVersion), String(handover)];
	return (
		// Anything may end with code 0, as a file does that a full disk has left empty.
		(await tried(settings.keeper, fits, { says: `archond: takes over ${ledgerVersion} ${handover}\n` })) ??
		(await tried(process.argv0, program, { ledger, says: takesOver })) ??
		(await tried(join(settings.keeper, '../archon-log'), [], { code: wrongUsage })) ??
		(await tried(binder, [], { code: givenNothing }))
	);
}

/** The other side of it: what this program says where it could take over. Throws what keeps it from that. */
export function selfTest(native: Addon, settings: Settings, ledger: number): string {
	const memory = native.mapLedger(ledger);
	if (typeof memory === 'number') {
		throw new Error(`the ledger cannot be mapped: errno ${-memory}`);
	}
	new Ledger(memory);
	const newer = newerConfig(storeIn(settings));
	if (newer !== undefined) {
		throw new Error(newer.refused);
	}
	readBook(join(settings.socket.value, '..', 'book'));
	return takesOver;
}

/** The connection on which an upgrade was asked for, of which this daemon is the end. */
export function askerOf(ledger: Ledger, held: Kept): number | undefined {
	const { asker } = ledger;
	if (asker === undefined) {
		return undefined;
	}
	const fd = held.take(asker);
	// First, so that nobody is answered twice.
	ledger.asker = undefined;
	held.drop(asker);
	return fd;
}

async function tried(
	program: string,
	args: readonly string[],
	{ ledger, code: wanted = 0, says = '' }: Sign,
): Promise<Refusal | undefined> {
	// Loaded only here: it takes a start 2 ms.
	const { spawn } = await import('node:child_process');
	return new Promise((resolve) => {
		const child = spawn(program, args, {
			// A group of its own, which ends with all that it has started.
			detached: true,
			stdio: [
				'ignore',
				'pipe',
				'pipe',
				...(ledger === undefined ? [] : (['ignore', 'ignore', ledger] as const)),
			],
		});
		let said = '';
		let told = '';
		const timer = setTimeout(() => {
			if (child.exitCode === null && child.signalCode === null) {
				endGroup(child);
			}
			// Who has left the group may have its output, and one that waits for a disk ends later.
			child.stdout?.destroy();
			child.stderr?.destroy();
			over(`does not say within ${patience / 1000} s that it could take over`);
		}, patience);
		const over = (why: string | undefined) => {
			clearTimeout(timer);
			resolve(why === undefined ? undefined : refuse(`nothing was exchanged: ${program} ${why}`));
		};
		child.stderr?.setEncoding('latin1').on('data', (text: string) => {
			said = `${said}${text}`.slice(0, 4096);
		});
		child.stdout?.setEncoding('latin1').on('data', (text: string) => {
			told = `${told}${text}`.slice(0, 4096);
		});
		child.on('error', (fault) => over(`does not run: ${fault.message}`));
		child.on('exit', () => endGroup(child));
		child.on('close', (code, signal) => {
			const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
			if (code === wanted && says !== '' && told !== says) {
				over('is not what it should be: it does not say that it takes over');
				return;
			}
			over(code === wanted ? undefined : `${how}${said === '' ? '' : `: ${reasonIn(said)}`}`);
		});
	});
}

/** Ends who is in the group of a process: that one, until it has ended, and what it has started. */
function endGroup({ pid }: ChildProcess): void {
	try {
		if (pid !== undefined) {
			process.kill(-pid, 'SIGKILL');
		}
	} catch {
		// Nobody is.
	}
}

/** The line that names an error, as Node does below where it was; else the first that says something. */
function reasonIn(said: string): string {
	const lines = said.split('\n').filter((line) => line.trim() !== '');
	return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? '';
}
