import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

const freezer = '/sys/fs/cgroup/freezer';

/** Whether this system has the one kind of freezing that not even KILL reaches through. */
export const canFreeze = process.getuid?.() === 0 && existsSync(`${freezer}/cgroup.procs`);

/** Freezes a process so that no signal reaches it; returns what thaws it. */
export function freeze(pid: number): () => void {
	const group = `${freezer}/archon-test-${process.pid}-${pid}`;
	mkdirSync(group);
	const thaw = () => writeFileSync(`${group}/freezer.state`, 'THAWED');
	onTestFinished(async () => {
		thaw();
		await until(() => readFileSync(`${group}/cgroup.procs`, 'latin1') === '');
		rmdirSync(group);
	});
	writeFileSync(`${group}/cgroup.procs`, String(pid));
	writeFileSync(`${group}/freezer.state`, 'FROZEN');
	return thaw;
}
