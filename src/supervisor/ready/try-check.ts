import type { End } from '../../process/state.ts';
import type { Check } from '../../service/service.ts';
import { lastCell } from '../describe.ts';
import type { Entry } from '../entry.ts';
import type { Tried } from './tried.ts';
import { tryHttp } from './try-http.ts';
import { tryTcp } from './try-tcp.ts';

/** Runs a command on behalf of a service (asides.ts). */
export type RunAside = (
	entry: Entry,
	args: readonly string[],
	options: { readonly signal: AbortSignal; readonly env?: ReadonlyMap<string, string> },
) => Promise<{ readonly end: End } | { readonly broken: { readonly step: string; readonly text: string } }>;

/**
 * Tries a check once. Cut after `timeout` milliseconds, or when `signal` aborts (what it resolves with then is nobody's
 * business any more); a command is killed with all it started before this resolves.
 */
export async function tryCheck(
	check: Check,
	entry: Entry,
	run: RunAside,
	{ timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<Tried> {
	const cut = new AbortController();
	const abort = () => cut.abort();
	const timer = setTimeout(abort, timeout);
	signal.addEventListener('abort', abort, { once: true });
	try {
		const tried = await begin(check, entry, run, cut.signal);
		return cut.signal.aborted ? { bad: `no answer within ${timeout}ms` } : tried;
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', abort);
	}
}

async function begin(check: Check, entry: Entry, run: RunAside, signal: AbortSignal): Promise<Tried> {
	switch (check.tag) {
		case 'tcp':
			return await tryTcp(check.host, check.port, signal);
		case 'http':
			return await tryHttp(check.url, signal);
		case 'run': {
			// As with `reload`: whoever looks at a process should look at this one.
			const env = new Map(entry.process === undefined ? [] : [['MAINPID', String(entry.process.pid)]]);
			const outcome = await run(entry, check.args, { signal, env });
			if ('broken' in outcome) {
				return { bad: `${outcome.broken.step}: ${outcome.broken.text}` };
			}
			const { end } = outcome;
			return end.tag === 'exit' && end.code === 0 ? {} : { bad: `ended with ${lastCell(end)}` };
		}
	}
}
