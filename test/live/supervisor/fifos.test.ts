import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRefusal } from '../../../src/base/refusal.ts';
import { native } from '../../../src/native/index.ts';
import { type Owner, openFifos } from '../../../src/supervisor/fifos.ts';
import { temporary } from '../../archon.ts';

function open(directory: string, owner?: Owner) {
	const paths = [`${directory}/out`, `${directory}/err`] as const;
	return { paths, fds: openFifos(native, paths, owner) };
}

test('two FIFOs are made, and open to read', () => {
	const directory = temporary();
	execFileSync('mkfifo', [`${directory}/err`]); // one is left from before
	const { paths, fds } = open(directory);
	if (isRefusal(fds)) {
		throw new Error(fds.refused);
	}
	expect(paths.map((path) => [statSync(path).isFIFO(), statSync(path).mode & 0o777])).toEqual([
		[true, 0o600],
		[true, 0o600],
	]);
	expect(fds.map((fd) => native.unread(fd))).toEqual([0, 0]);
	fds.map((fd) => closeSync(fd));
});

test('where one cannot be made there is none, and the reason is told', () => {
	const directory = temporary();
	mkdirSync(`${directory}/err`);
	const { fds, paths } = open(directory);
	expect(isRefusal(fds) && fds.refused).toMatch(/^cannot make a pipe for its output: /);
	expect(existsSync(paths[0])).toBe(false);
});

test('where they cannot be given to their user that is said, not what the system call was', () => {
	const refused = openFifos({ mkfifo: () => -1 }, ['/nonexistent/out', '/nonexistent/err'], {
		uid: 4711,
		gid: 4711,
	});
	expect(refused).toEqual({
		refused: 'cannot make a pipe for its output: only root may give it to user 4711',
	});
});

test.runIf(process.getuid?.() === 0)('they belong to whom they are for', () => {
	const { paths, fds } = open(temporary(), { uid: 65534, gid: 65533 });
	const owners = paths.map((path) => [statSync(path).uid, statSync(path).gid]);
	expect(owners).toEqual([
		[65534, 65533],
		[65534, 65533],
	]);
	if (!isRefusal(fds)) {
		fds.map((fd) => closeSync(fd));
	}
});
