import { constants } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { errnoText } from '../base/errno.ts';
import { access, stat } from './disk.ts';

/** How long all directories together may take to be looked at, milliseconds. */
const patience = 2000;

/** Only so many at a time: one that hangs (a file server that is gone) keeps one of Node's few threads. */
const atOnce = 2;

/** Those that are being looked at, also since a `Reload` before, which has been answered. */
const looked = new Set<string>();

/**
 * Why directories cannot be entered, by path; one that can is not in it. What nothing is known of in time counts as one
 * that cannot; but where as many hang as may since a `Reload` before, the others are not looked at, so that one which no
 * longer names those that hang is not refused. `look` fails with an errno.
 */
export async function looksAt(
	paths: Iterable<string>,
	look: (path: string) => Promise<void> = enter,
	bound = patience,
): Promise<Map<string, string>> {
	const reasons = new Map(Array.from(paths, (path) => [path, `no answer within ${bound / 1000} s`]));
	if (reasons.size === 0) {
		return reasons;
	}
	const others = [...reasons.keys()].filter((path) => !looked.has(path));
	const free = others.length === 0 ? 0 : Math.max(0, atOnce - looked.size);
	if (free === 0) {
		for (const path of others) {
			reasons.delete(path);
		}
		return reasons;
	}
	const queue = others.values();
	let isOver = false;
	const worker = async () => {
		for (const path of queue) {
			if (isOver) {
				return;
			}
			looked.add(path);
			const reason = await look(path).then(() => '', reasonOf);
			looked.delete(path);
			if (isOver) {
				return;
			}
			if (reason === '') {
				reasons.delete(path);
			} else {
				reasons.set(path, reason);
			}
		}
	};
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, bound);
	});
	await Promise.race([late, Promise.all(Array.from({ length: free }, worker))]);
	isOver = true;
	clearTimeout(timer);
	return reasons;
}

async function enter(path: string): Promise<void> {
	const bytes = Buffer.from(path, 'latin1');
	if (!(await stat(bytes)).isDirectory()) {
		throw Object.assign(new Error('not a directory'), { errno: osConstants.errno.ENOTDIR });
	}
	await access(bytes, constants.X_OK);
}

function reasonOf(error: { readonly errno?: number }): string {
	return errnoText(error.errno ?? 0);
}
