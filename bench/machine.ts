import { availableParallelism, loadavg, release, type } from 'node:os';

/** What the figures were taken on, as far as it says something about them. */
export function machine(): string {
	const system = `${type()} ${release()}, ${process.arch}, ${availableParallelism()} CPUs`;
	const load = `load ${(loadavg()[0] ?? 0).toFixed(1)} at the beginning`;
	return `${system}, Node ${process.versions.node}, ${load}, ${new Date().toISOString().slice(0, 10)}`;
}
