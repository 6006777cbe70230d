import { Lazy } from './lazy.ts';
import type { OomPorts } from './oom.ts';
import type { PressurePorts } from './pressure.ts';
import type { Sampler, SamplerPorts } from './sampler.ts';
import type { Source } from './source.ts';
import type { Spawned, SpawnedPorts } from './spawned.ts';

export type KernelPorts = SamplerPorts & SpawnedPorts & PressurePorts & OomPorts;

export type KernelSources = {
	readonly sources: readonly Source[];
	/** Archon watches a process itself from now on that it did not start, and tells its end. */
	adopted(pid: number): void;
	/** `[daemon] sample` has changed. */
	retimed(): void;
};

/** What the kernel knows, as sources; none is loaded before somebody wants something of it. */
export function kernelSources(ports: KernelPorts): KernelSources {
	let sampler: Sampler | undefined;
	let spawned: Spawned | undefined;
	return {
		sources: [
			new Lazy(['process.sample'], async () => {
				sampler = new (await import('./sampler.ts')).Sampler(ports);
				return sampler;
			}),
			new Lazy(['process.spawned'], async () => {
				spawned = new (await import('./spawned.ts')).Spawned(ports);
				return spawned;
			}),
			new Lazy(['pressure.cpu', 'pressure.memory', 'pressure.io'], async () => {
				return new (await import('./pressure.ts')).Pressure(ports);
			}),
			new Lazy(['oom.killed'], async () => new (await import('./oom.ts')).OomKills(ports)),
		],
		adopted: (pid) => spawned?.adopted(pid),
		retimed() {
			sampler?.retimed();
			spawned?.retimed();
		},
	};
}
