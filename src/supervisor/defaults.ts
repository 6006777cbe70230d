import type { Kind, Spec } from '../process/state.ts';
import { plainService } from '../service/defaults.ts';
import { lifeOf } from '../service/life.ts';

const daemon = lifeOf({ ...plainService, name: '', run: [] });

const plain: { readonly [K in Kind]: Spec } = {
	daemon,
	run: { ...daemon, kind: 'run', restart: 'never' },
	foreign: { ...daemon, kind: 'foreign', restart: 'never' },
};

/** The specification of a process of that kind of which nothing is said; only a daemon is ever restarted. */
export function specOf(kind: Kind): Spec {
	return plain[kind];
}
