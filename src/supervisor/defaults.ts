import type { Kind, Spec } from '../process/state.ts';

/** What holds for every process that does not say otherwise: `[defaults]` of the configuration, milliseconds. */
const defaults: Spec = {
	kind: 'daemon',
	ready: 'exec',
	startTimeout: 30_000,
	restart: 'on-failure',
	success: { codes: [0], signals: [] },
	stopTimeout: 10_000,
	backoff: { from: 200, factor: 2, to: 60_000, reset: 10_000, jitter: 0.1 },
	limit: { failures: 5, within: 10_000, retry: 300_000 },
};

const plain: { readonly [K in Kind]: Spec } = {
	daemon: defaults,
	run: { ...defaults, kind: 'run', restart: 'never' },
	foreign: { ...defaults, kind: 'foreign', restart: 'never' },
};

/** The specification of a process of that kind; only a daemon is ever restarted. */
export function specOf(kind: Kind, own?: Partial<Spec>): Spec {
	return own === undefined ? plain[kind] : { ...plain[kind], ...own, kind };
}
