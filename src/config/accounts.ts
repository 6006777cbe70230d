import { readFileSync } from 'node:fs';
import type { Accounts } from './reader.ts';

/** The users and groups of passwd(5) and group(5), read when the first one is asked for. */
export function accountsIn(directory = '/etc'): Accounts {
	let users: ReadonlyMap<string, readonly string[]> | undefined;
	let groups: ReadonlyMap<string, readonly string[]> | undefined;
	return {
		user(name) {
			users ??= linesOf(`${directory}/passwd`);
			const [, , uid, gid] = users.get(name) ?? [];
			return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
		},
		group(name) {
			groups ??= linesOf(`${directory}/group`);
			const gid = groups.get(name)?.[2];
			return gid === undefined ? undefined : Number(gid);
		},
	};
}

function linesOf(path: string): ReadonlyMap<string, readonly string[]> {
	const fields = read(path)
		.split('\n')
		.map((line) => line.split(':'));
	return new Map(fields.map((line) => [line[0] ?? '', line]));
}

function read(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
