import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Archon } from '../../../archon.ts';
import { until } from '../../until.ts';

/** The archon-binders of an archon. */
export function binders({ keeper }: Archon): number[] {
	const children = readFileSync(`/proc/${keeper.pid}/task/${keeper.pid}/children`, 'latin1').trim();
	return children
		.split(' ')
		.filter((pid) => commOf(pid).startsWith('archon-binder'))
		.map(Number);
}

/** Empty for one that has ended meanwhile. */
function commOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'latin1');
	} catch {
		return '';
	}
}

/** The one of the service: it may be in the middle of its start when the service runs. */
export async function binderOf(archon: Archon): Promise<number> {
	await until(() => binders(archon).length === 1);
	return binders(archon)[0] ?? -1;
}

/** Whether archon-binder has taken up a call. */
export function isTakenUp(binder: number): boolean {
	const folder = `/proc/${binder}/fd`;
	const memory = readdirSync(folder).find((fd) => readlinkSync(`${folder}/${fd}`).includes('binder-web'));
	return (
		memory !== undefined &&
		readFileSync(`${folder}/${memory}`)
			.subarray(16, 24)
			.some((it) => it !== 0)
	);
}
