import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { isRefusal } from '../../../src/base/refusal.ts';
import type { Cgroup } from '../../../src/supervisor/cgroup.ts';
import { findCgroups } from '../../../src/supervisor/cgroup-find.ts';
import type { Cgroups } from '../../../src/supervisor/cgroups.ts';
import { temporary } from '../../archon.ts';
import { Lines } from '../lines.ts';
import { until } from '../until.ts';

/** Whether control groups can be made here. */
export const hasCgroups = !isRefusal(attempt());

/** The control groups of an archond in a directory of its own; they are gone with the test. */
export function cgroups(runDirectory = temporary()): Cgroups {
	const found = findCgroups({ runDirectory, processes: () => [] });
	if (isRefusal(found)) {
		throw new Error(found.refused);
	}
	onTestFinished(async () => {
		found.all.kill();
		await until(() => !found.all.isPopulated());
		found.close();
	});
	return found;
}

/** Runs `sh -c script` in a group; the script says a word when it is ready. */
export async function within(group: Cgroup, script: string) {
	const enter = `echo $$ > ${group.path}/cgroup.procs; ${script}`;
	const child = spawn('sh', ['-c', enter], { stdio: ['pipe', 'pipe', 'inherit'] });
	const said = new Lines(child.stdout as Readable);
	onTestFinished(() => {
		child.kill('SIGKILL');
		child.stdout?.destroy();
	});
	return { pid: child.pid ?? 0, said, word: await said.next(), gone: once(child, 'exit') };
}

function attempt() {
	const directory = process.cwd();
	const found = findCgroups({ runDirectory: directory, processes: () => [] });
	if (!isRefusal(found)) {
		found.close();
	}
	return found;
}
