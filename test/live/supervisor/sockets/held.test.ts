import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { expect, test } from 'vitest';
import type { Address } from '../../../../src/service/address.ts';
import { heldSocket, isNotPermitted } from '../../../../src/supervisor/sockets/held.ts';
import { Archon, temporary } from '../../../archon.ts';
import { Stagehand } from '../../../session/actor.ts';
import { ask, rows } from '../../../session/ask.ts';
import { mainOf } from '../../../supervisor/entries.ts';
import { loopback, port } from '../../address.ts';
import { behead } from '../../behead.ts';
import { hasTmpfs, tmpfs } from '../../tmpfs.ts';

const starts = {
	'with control groups': (directory: string, more: readonly string[]) => Archon.start(directory, {}, more),
	'without control groups': Archon.ungrouped,
};

/** How the one that has the sockets may stand to the main process. */
const ways = {
	'is a child': 'pass',
	'got away': 'os.setsid()\nif os.fork(): os._exit(0)',
};

const cases = Object.entries(starts).flatMap(([where, start]) =>
	Object.entries(ways).map(([how, then]) => [`${how}, ${where}`, start, then] as const),
);

test.skipIf(!hasTmpfs).each(cases)(
	'what the main process has closed is taken from another that %s',
	async (_, start, then) => {
		const [directory, host] = [temporary(tmpfs), loopback()];
		const hand = new Stagehand(directory);
		const sockets = `["tcp:${host}:${port}", "unix:${directory}/web.sock"]`;
		writeFileSync(`${directory}/archon.toml`, `[service.web]\nrun = ${hand.run}\nsockets = ${sockets}`);
		const more = ['--config', `${directory}/archon.toml`];
		const archon = await start(directory, more);
		const main = await hand.next();
		await main.does(`twin(${JSON.stringify(then)})`);
		const other = await hand.next();
		const inodes = '[os.readlink(f"/proc/self/fd/{fd}") for fd in (3, 4)]';
		const before = await other.does(inodes);
		await main.does('[os.close(fd) for fd in (3, 4)]');
		await behead(archon);
		const next = await start(directory, more);
		expect(await rows(next, 'Sockets')).toHaveLength(2);
		void ask(next, 'Restart', 'web');
		const follower = await hand.next();
		expect(await follower.does(inodes)).toEqual(before);
	},
);

test('where a child may not be looked at that is the answer, and not that nobody has the socket', () => {
	const { ENOENT, EPERM } = constants.errno;
	const native = { ...heldBy(-ENOENT, -EPERM), close: () => {} };
	const tree = { whole: () => [1, 2], open: () => 7 };
	const main = mainOf(1);
	const address = { tag: 'unix', path: '/web.sock' } as Address;
	expect(isNotPermitted(heldSocket({ native, tree } as never, address, main))).toBe(true);
	Object.assign(native, heldBy(-ENOENT, -ENOENT));
	expect(heldSocket({ native, tree } as never, address, main)).toBe(-ENOENT);
});

/** What the main process, 1, and another have of a socket. */
function heldBy(main: number, other: number): { listenHeldUnix: (pidfd: number, pid: number) => number } {
	return { listenHeldUnix: (_, pid) => (pid === 1 ? main : other) };
}
