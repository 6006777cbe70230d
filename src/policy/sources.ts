import type { Event } from '../events/event.ts';
import type { Disk } from '../sources/files/disk.ts';
import { kernelSources } from '../sources/kernel.ts';
import { Lazy } from '../sources/lazy.ts';
import type { LibraryReplaced, Running } from '../sources/library-replaced.ts';
import type { Output, Speaker } from '../sources/output.ts';
import type { Source } from '../sources/source.ts';
import { mayBeWanted } from '../sources/wanted.ts';
import type { Entry } from '../supervisor/entry.ts';
import { families } from '../supervisor/families.ts';
import { readProcesses } from '../supervisor/processes.ts';
import { type KernelParts, kernelPorts } from './kernel-ports.ts';
import { fieldOf } from './meant.ts';

export type SourceParts = KernelParts & { readonly disk: Disk; readonly logDirectory: string };

export type Sources = {
	readonly sources: readonly Source[];
	/** To be called with every event while somebody wants something of them. */
	hear(event: Event): void;
	/** `[daemon] sample` has changed. */
	retimed(): void;
};

/** Every source of events that there are only while somebody asks for them. */
export function sourcesOf(parts: SourceParts): Sources {
	const { tell, trouble, table, family, disk, logDirectory } = parts;
	let library: LibraryReplaced | undefined;
	let output: Output | undefined;
	const kernel = kernelSources(kernelPorts(parts));
	const running = async (): Promise<readonly Running[]> => {
		const entries = table.all();
		return runningOf(families(await readProcesses(), entries, family()).entryOf);
	};
	const others = [
		new Lazy(['process.output'], async () => {
			const [{ Output }, { LogLines }] = await Promise.all([
				import('../sources/output.ts'),
				import('../supervisor/loglines.ts'),
			]);
			const lines = new LogLines(logDirectory);
			output = new Output({
				tell,
				complain: trouble,
				now: Date.now,
				speakers: () =>
					table
						.all()
						.filter(({ kind }) => kind === 'daemon')
						.map(speakerOf),
				follow: (...args) => lines.follow(...args),
			});
			return output;
		}),
		new Lazy(['file.changed'], async () => {
			const { FileChanged } = await import('../sources/file-changed.ts');
			return new FileChanged({ tell, complain: trouble, disk });
		}),
		new Lazy(['library.replaced'], async () => {
			const { LibraryReplaced } = await import('../sources/library-replaced.ts');
			library = new LibraryReplaced({
				tell,
				complain: trouble,
				processes: running,
				isAsked: (want, { name, labels }) => mayBeWanted(want, { name, labels }),
				disk,
			});
			return library;
		}),
	];
	return {
		sources: [...kernel.sources, ...others],
		hear(event) {
			output?.hear(event);
			if (event.type === 'process.monitored') {
				kernel.adopted(Number(fieldOf(event, 'pid')));
			} else if (event.type === 'process.started' || event.type === 'process.ready') {
				library?.changed();
			}
		},
		retimed: () => kernel.retimed(),
	};
}

function speakerOf({ name, kind, service }: Entry): Speaker {
	return { name, kind, labels: Object.fromEntries(service?.labels ?? []) };
}

/** Each entry that runs, with the pids of its tree, the main one first. */
function runningOf(entryOf: ReadonlyMap<number, Entry>): readonly Running[] {
	const pids = new Map<Entry, number[]>();
	for (const [pid, entry] of entryOf) {
		const tree = pids.get(entry) ?? [];
		pids.set(entry, entry.process?.pid === pid ? [pid, ...tree] : [...tree, pid]);
	}
	return [...pids].flatMap(([{ name, service, process }, tree]) =>
		process === undefined
			? []
			: [{ name, labels: Object.fromEntries(service?.labels ?? []), start: process.start, pids: tree }],
	);
}
