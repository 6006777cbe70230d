import { openSync } from 'node:fs';
import type { Ledger } from '../../keeper/ledger.ts';
import type { Addon } from '../../native/addon.ts';
import { epoll, type Poller } from '../../native/poller.ts';
import type { Aside } from '../aside.ts';
import type { Entry } from '../entry.ts';
import type { Starts } from '../starts.ts';
import { answerNext, type BinderLinePorts } from './binder-line.ts';
import type { Binding } from './binding.ts';
import type { Broker } from './broker.ts';

export type BinderStartPorts = Pick<BinderLinePorts, 'native'> & {
	readonly native: Pick<Addon, 'pair'>;
	readonly broker: () => Pick<Broker, 'within'>;
	readonly poller: Pick<Poller, 'watch' | 'unwatch'>;
	readonly ledger: Pick<Ledger, 'release'>;
	readonly starts: () => Pick<Starts, 'beside'>;
	/** The path of archon-binder. */
	readonly program: string;
};

/** What it is given to do. */
export type BinderTask = { readonly entry: Entry; readonly listener: number; readonly memory: number };

let nowhere: number | undefined;

/**
 * Starts an archon-binder: the line to it, on which it is answered; undefined where that could not be. `ended` is called
 * when it has, with whether there is nothing more to do; `hungUp` when it has closed the line.
 */
export function startBinder(
	ports: BinderStartPorts,
	{ entry, listener, memory }: BinderTask,
	ended: (isOver: boolean) => void,
	hungUp: () => void,
): Binding['line'] {
	const { native, poller, ledger, starts, program } = ports;
	if (native.pair() < 0) {
		return undefined;
	}
	const [, fd = -1, theirs = -1] = native.passed;
	nowhere ??= openSync('/dev/null', 'r+');
	const aside: Aside = {
		kind: 'aside',
		as: 'binder',
		entry,
		launch: { args: [program], env: new Map(), directory: '/', fds: [] },
		process: undefined,
		ended(main, outcome) {
			ledger.release(main.slot);
			ended('end' in outcome && outcome.end.tag === 'exit' && outcome.end.code === 0);
		},
	};
	const broken = starts().beside(aside, {
		passed: [[listener, 3], [theirs, 4], [memory, 5]], // biome-ignore format: as native/binder.c has them
		own: new Map(),
		identity: undefined,
		cgroup: undefined,
		stdio: { fds: [nowhere, nowhere, nowhere], isTerminal: false, settings: new Map() },
	});
	native.close(theirs);
	if (broken !== undefined) {
		native.close(fd);
		return undefined;
	}
	let isOpen = true;
	const token = poller.watch(fd, epoll.in, () => {
		if (!answerNext({ native, broker: () => ports.broker().within(entry) }, fd, () => isOpen)) {
			hungUp();
		}
	});
	return {
		close() {
			isOpen = false;
			poller.unwatch(fd, token);
			native.close(fd);
		},
	};
}
