import type { Event } from '../events/event.ts';
import type { ProcessView } from '../rules/rule.ts';
import type { Labels } from './labels.ts';

/**
 * What is known of processes while events are replayed: at first what `Status` says now, then what the events tell. What
 * no event tells (restarts, reason) stays as it is now.
 */
export class Known {
	readonly #views = new Map<string, ProcessView>();
	readonly #labels: ReadonlyMap<string, Labels>;

	/** `rows` of `Status`; `now` in milliseconds since 1970. */
	constructor(rows: Iterable<readonly string[]>, labels: ReadonlyMap<string, Labels>, now: number) {
		this.#labels = labels;
		for (const row of rows) {
			const view = viewOf(row, now);
			this.#views.set(view.name, { ...view, labels: this.#labelsOf(view.name) });
		}
	}

	view(name: string): ProcessView | undefined {
		return this.#views.get(name);
	}

	all(): Iterable<ProcessView> {
		return this.#views.values();
	}

	/** What is known of a process now that this happened to it; undefined where the event says nothing new. */
	hear(event: Event): ProcessView | undefined {
		const state = stateAfter(event.type);
		if (event.name === '-' || state === undefined) {
			return undefined;
		}
		const before = this.#views.get(event.name) ?? this.#unknown(event);
		const after = { ...before, state, ...processOf(event) };
		this.#views.set(event.name, after);
		return after;
	}

	#unknown({ name, type }: Event): ProcessView {
		return {
			name,
			kind: type === 'process.monitored' ? 'foreign' : 'daemon',
			state: '-',
			pid: undefined,
			since: undefined,
			restarts: 0,
			last: '-',
			reason: '',
			labels: this.#labelsOf(name),
		};
	}

	/** An instance has those of its service. */
	#labelsOf(name: string): Labels {
		return this.#labels.get(name) ?? this.#labels.get(name.replace(/@[^@]*$/, '')) ?? {};
	}
}

function viewOf(
	[
		name = '',
		kind = '',
		state = '',
		pid = '',
		uptime = '',
		restarts = '',
		last = '',
		reason = '',
	]: readonly string[],
	now: number,
): Omit<ProcessView, 'labels'> {
	return {
		name,
		kind,
		state,
		pid: pid === '-' ? undefined : Number(pid),
		since: uptime === '-' ? undefined : now - Number(uptime) * 1000,
		restarts: Number(restarts),
		last,
		reason,
	};
}

const states: Readonly<Record<string, string>> = {
	starting: 'starting',
	started: 'starting',
	ready: 'running',
	exited: 'exited',
	stopping: 'stopping',
	stopped: 'stopped',
	backoff: 'backoff',
	failed: 'failed',
	paused: 'paused',
	resumed: 'running',
	monitored: 'running',
};

function stateAfter(type: string): string | undefined {
	return type.startsWith('process.') ? states[type.slice('process.'.length)] : undefined;
}

/** The process that an event begins or ends. */
function processOf({ type, time, fields }: Event): Partial<ProcessView> {
	const values = new Map(fields.map((field) => [field.replace(/=.*/s, ''), field.replace(/^[^=]*=/, '')]));
	if (type === 'process.exited') {
		const [exit, signal] = [values.get('exit'), values.get('signal')];
		const last = exit !== undefined ? `exit:${exit}` : signal !== undefined ? `signal:${signal}` : 'unknown';
		return { pid: undefined, since: undefined, last };
	}
	const pid = values.get('pid');
	const begins = type === 'process.started' || type === 'process.monitored';
	return begins && pid !== undefined ? { pid: Number(pid), since: time } : {};
}
