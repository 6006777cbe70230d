import type { Deeds } from './deeds.ts';
import type { Stage } from './stage.ts';
import { kill } from './system.ts';

/** Kills a process of a service or a run, and notes that nothing is foretold of it; false where it is not there. */
export function hit(pid: number, name: string, deeds: Deeds): boolean {
	if (!kill(pid, 'SIGKILL')) {
		return false;
	}
	deeds.touched.add(name);
	deeds.hit.add(pid);
	return true;
}

const programs = { daemon: 'daemon.cjs', minder: 'archon-minder', 'archon-log': 'archon-log' } as const;

/** Kills one of archon's own three, and notes the blow; false where it is not there at this moment. */
export function hitPart(what: keyof typeof programs, stage: Stage, deeds: Deeds): boolean {
	const pid = stage.pidOf(programs[what]);
	if (pid === undefined || !kill(pid, 'SIGKILL')) {
		return false;
	}
	deeds.blows.push(what);
	if (what === 'archon-log') {
		deeds.killedLoggers.add(pid);
	}
	return true;
}
