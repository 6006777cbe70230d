import type { Ledger } from '../keeper/ledger.ts';
import type { Subject } from '../rules/condition.ts';
import type { KernelPorts } from '../sources/kernel.ts';
import { mayBeWanted } from '../sources/wanted.ts';
import type { Assembled } from '../supervisor/assembled.ts';
import type { Entry } from '../supervisor/entry.ts';
import { Usage } from '../supervisor/usage.ts';
import { whose } from '../supervisor/whose.ts';

export type KernelParts = Pick<Assembled, 'table' | 'starts' | 'family'> &
	Pick<KernelPorts, 'native' | 'poller' | 'every' | 'tell' | 'trouble' | 'onFault'> & {
		readonly ledger: Pick<Ledger, 'keeper' | 'beside'>;
	};

/** What the sources of the kernel need to know of the processes. */
export function kernelPorts(parts: KernelParts): KernelPorts {
	const { table, starts, family, ledger, tell } = parts;
	// One of its own: what the request `Usage` says is since that was asked.
	const usage = new Usage(family);
	/** What a process below an entry does is because of the same as what the entry does. */
	const causeOf = (pid: number) => {
		const because = table.all().some(({ cause }) => cause !== undefined);
		return because ? whose(pid, table.all(), family())?.cause : undefined;
	};
	return {
		...parts,
		tell(type, name, fields, cause) {
			const pid = type === 'process.spawned' ? Number(fields[0]?.slice('pid='.length)) : undefined;
			tell(type, name, fields, cause ?? (pid === undefined ? undefined : causeOf(pid)));
		},
		keeper: ledger.keeper,
		asked: (want) => table.all().filter((entry) => mayBeWanted(want, knownOf(entry))),
		measure: (asked, tell) => usage.measure(asked, table.all(), tell),
		isOurs: (pid) =>
			ledger.beside.includes(pid) ||
			pid === process.pid ||
			starts.isMain(pid) ||
			starts.endedOf(pid) !== undefined ||
			table.all().some((entry) => entry.process?.pid === pid),
		nameOf: (pid) => whose(pid, table.all(), family())?.name ?? starts.endedOf(pid),
	};
}

/** What is known of a process before it is looked at. */
function knownOf(entry: Entry): Subject {
	return {
		name: entry.name,
		kind: entry.kind,
		state: entry.life.state.tag,
		labels: Object.fromEntries(entry.service?.labels ?? []),
		...(entry.process === undefined ? {} : { pid: entry.process.pid }),
		restarts: entry.life.history.restarts,
	};
}
