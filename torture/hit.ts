import type { Deeds } from './deeds.ts';
import { kill } from './system.ts';

/** Kills a process of a service or a run, and notes that nothing is foretold of it. */
export function hit(pid: number, name: string, deeds: Deeds): void {
	deeds.touched.add(name);
	deeds.hit.add(pid);
	kill(pid, 'SIGKILL');
}
