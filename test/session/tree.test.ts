import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon } from '../archon.ts';
import { ask, daemon, pidOf, rows, status } from './ask.ts';
import { Ear } from './ear.ts';
import { Gate } from './gate.ts';
import { Watch } from './watch.ts';

/** An archond with a gate, where main processes wait to end, and an ear, into which the others tell their pid. */
async function begin(): Promise<{ archon: Archon; gate: Gate; ear: Ear; child: string; stubborn: string }> {
	const archon = await Archon.start();
	const [gate, ear] = [new Gate(archon), new Ear(archon)];
	const child = `sh -c 'echo $$ ${ear.tell}; exec sleep 60'`;
	const stubborn = `sh -c 'trap "" TERM; echo $$ ${ear.tell}; while :; do sleep 60; done'`;
	return { archon, gate, ear, child, stubborn };
}

/** Those of these processes that have not ended; at the end of the test they are. */
function alive(pids: readonly number[]): number[] {
	return pids.filter((pid) => {
		try {
			const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
			return !/\) [ZX] /.test(stat);
		} catch {
			return false;
		}
	});
}

const ways = {
	'a child': (child: string) => `${child} &`,
	'several children': (child: string) => `${child} & ${child} & ${child} &`,
	'a child of a child': (child: string) => `sh -c "$0; :" "$1" &`.replace('$0', 'eval \\"\\$0\\"').replace('$1', child),
	'a child in a process group of its own': (child: string) => `set -m; ${child} &`,
	'a child in a session of its own': (child: string) => `setsid ${child} &`,
	'what forked twice, into a session of its own': (child: string) => `(setsid ${child} & ) & wait`,
	'what left its session and changed its directory, title and environment': (child: string) =>
		`(cd /tmp; env -i /usr/bin/setsid -f ${child}) & wait`,
};

test.each(Object.entries(ways))('when the main process of a daemon ends, what remains of its tree is ended too: %s', async (what, way) => {
	const { archon, gate, ear, child } = await begin();
	const count = what === 'several children' ? 3 : 1;
	await daemon(archon, 'web', `${way(child)} ${gate.wait}; exit 0`);
	const pids = await ear.numbers(count);
	expect(alive(pids)).toEqual(pids);
	gate.open();
	expect(await ask(archon, 'Wait', 'web', 'exited', '5s')).toBe('Ok');
	expect(alive(pids)).toEqual([]);
});
