import { availableParallelism, release, type } from 'node:os';

/** What the figures were taken on, as far as it says something about them. */
export function machine(): string {
	const system = `${type()} ${release()}, ${process.arch}, ${availableParallelism()} CPUs`;
	return `${system}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
}
