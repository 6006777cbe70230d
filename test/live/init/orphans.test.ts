import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { temporary } from '../../archon.ts';
import { compiled } from '../compiled.ts';
import { until } from '../until.ts';
import { asRoot, Inside } from './inside.ts';

const count = 20_000;

asRoot('orphans are reaped at any rate, while everything else goes on', { timeout: 60_000 }, async () => {
	const directory = temporary();
	const program = compiled('orphans.c');
	const inside = await Inside.start({ directory, toml: '[service.web]\nrun = ["sleep", "1000"]\n' });
	const connection = await inside.connect();
	const storm = Promise.all(
		[1, 2].map(async (which) =>
			(await inside.connect()).call(['Run', `sh,-c,${program} ${count} > ${directory}/rate${which}`]),
		),
	);
	let isOver = false;
	void storm.then(() => {
		isOver = true;
	});
	let most = 0;
	while (!isOver) {
		expect((await connection.call(['Run', 'sh,-c,exit 42'])).final).toEqual({ tag: 'exit', code: 42 });
		most = Math.max(most, zombies(inside.pid));
	}
	for (const { final } of await storm) {
		expect(final).toEqual({ tag: 'exit', code: 0 });
	}
	await until(() => zombies(inside.pid) === 0);
	expect(most).toBeLessThan(count / 2);
	for (const which of [1, 2]) {
		expect(Number(readFileSync(`${directory}/rate${which}`, 'latin1'))).toBeGreaterThan(1000);
	}
	expect(await inside.state('web')).toBe('running');
	expect((await inside.ask('Status')) as string[][]).toHaveLength(1);
});

/** How many children of that process have ended and are not reaped. */
function zombies(parent: number): number {
	return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isZombie(pid, parent)).length;
}

function isZombie(pid: string, parent: number): boolean {
	try {
		const [state, of] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
		return state === 'Z' && Number(of) === parent;
	} catch {
		return false;
	}
}
