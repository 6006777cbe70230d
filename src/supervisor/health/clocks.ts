import { formatDuration } from '../../base/duration.ts';
import type { Check, Probe } from '../../service/service.ts';
import { checkText } from '../ready/check-text.ts';
import { probing } from './probing.ts';
import { Watchdog } from './watchdog.ts';

export type ClockPorts = {
	/** Milliseconds; undefined or 0: none. */
	readonly watchdog: number | undefined;
	readonly probe: Probe | undefined;
	/** How long ago the watchdog was fed, milliseconds. */
	readonly fed?: number | undefined;
	/** Reads what the process has said and was not heard yet. */
	readonly hear?: (() => void) | undefined;
	/** How many tries of the probe have failed in a row so far; and from now on. */
	readonly inRow?: number | undefined;
	readonly counted?: ((inRow: number) => void) | undefined;
	readonly chance: number;
	readonly attempt: (
		check: Check,
		options: { readonly timeout: number; readonly signal: AbortSignal },
	) => Promise<string | undefined>;
	readonly ill: (watcher: 'watchdog' | 'probe', why: string) => void;
	readonly well: (watcher: 'watchdog' | 'probe') => void;
};

export type Clocks = {
	readonly feed: () => void;
	/** The watchdog has this interval from now on, milliseconds (0: there is none), and begins anew; the probe goes on. */
	readonly every: (ms: number) => void;
	readonly stop: () => void;
};

/** Starts the watchdog and the probe of a process, those that it has. */
export function startClocks(ports: ClockPorts): Clocks {
	const { watchdog, probe, attempt, ill, well, chance, fed, hear, inRow, counted } = ports;
	const missed = (every: number) => ill('watchdog', `no WATCHDOG=1 for ${formatDuration(every)}`);
	const watch = (every: number, ago?: number) =>
		every > 0 ? new Watchdog(every, { fed: ago, hear, missed: () => missed(every) }) : undefined;
	let dog = watch(watchdog ?? 0, fed);
	const stopProbe = probe && begin(probe);
	return {
		feed: () => dog?.feed(),
		every: (ms) => {
			dog?.stop();
			dog = watch(ms);
		},
		stop: () => {
			dog?.stop();
			stopProbe?.();
		},
	};

	function begin({ check, every, timeout, failures }: Probe): () => void {
		return probing(every, failures, {
			attempt: (signal) => attempt(check, { timeout, signal }),
			failed: (why) => ill('probe', `${checkText(check)}: ${why}`),
			good: () => well('probe'),
			chance,
			inRow,
			counted,
		});
	}
}
