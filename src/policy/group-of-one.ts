import type { Disk } from '../sources/files/disk.ts';
import type { Own } from './writers.ts';

/**
 * Whether nobody but root and that user is in that group, by group(5) and passwd(5). False where the group is not in
 * there: who is in one that a directory server knows cannot be told in full.
 */
export async function isGroupOfOne(
	disk: Pick<Disk, 'lines'>,
	{ uid, gid }: Own,
	etc: string,
): Promise<boolean> {
	const listed = new Set<string>();
	let isKnown = false;
	const found = await read(disk, `${etc}/group`, ([, , number, members = '']) => {
		if (Number(number) === gid) {
			isKnown = true;
			for (const name of members.split(',').filter(Boolean)) {
				listed.add(name);
			}
		}
	});
	let hasOthers = false;
	const told = await read(disk, `${etc}/passwd`, ([name = '', , user, group]) => {
		const isAllowed = Number(user) === 0 || Number(user) === uid;
		if (isAllowed) {
			listed.delete(name);
		} else if (Number(group) === gid) {
			hasOthers = true;
		}
	});
	return found && told && isKnown && !hasOthers && listed.size === 0;
}

/** False when it cannot be read. */
function read(
	disk: Pick<Disk, 'lines'>,
	path: string,
	hear: (fields: readonly string[]) => void,
): Promise<boolean> {
	return disk
		.lines(path, (line) => hear(line.split(':')))
		.then(
			() => true,
			() => false,
		);
}
