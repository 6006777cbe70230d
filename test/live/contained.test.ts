import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { contained } from './contained.ts';
import { daemonPid } from './crash.ts';
import { hasCgroups } from './supervisor/cgroup-place.ts';
import { hasTmpfs, tmpfs } from './tmpfs.ts';
import { until } from './until.ts';

/** The filter takes root. */
const canBe = hasTmpfs && process.getuid?.() === 0;

const lines = 2000;
const nap = (name: string) => `[service.${name}]\nrun = ["sleep", "60"]\n`;
const script = `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo line $i; done; exec sleep 60`;
const toml = `${nap('a')}${nap('b')}requires = ["a"]\n[service.w]\nrun = ["sh", "-c", "${script}"]\n`;

/** Name, state, pid, restarts and last end of each. */
async function all(archon: Archon): Promise<string[]> {
	const found = await rows(archon, 'Status');
	return found.map(({ name, state, pid, restarts, last }) => [name, state, pid, restarts, last].join(' '));
}

test.skipIf(!canBe)(
	'under the filter of a container services outlive the daemon, and the keeper',
	async () => {
		const directory = temporary(tmpfs);
		writeFileSync(`${directory}/archon.toml`, toml);
		const before = contained();
		const start = () => Archon.start(directory, {}, ['--config', `${directory}/archon.toml`], before);
		const archon = await start();
		await ask(archon, 'Wait', 'b', 'running');
		await ask(archon, 'Wait', 'w', 'running');
		const first = await pidOf(archon, 'a');
		if (hasCgroups) {
			expect(readFileSync(`/proc/${first}/cgroup`, 'latin1')).toMatch(/^0::.*\/a\.service$/m);
		}
		process.kill(first, 'SIGKILL');
		await until(async () => (await rows(archon, 'Status', 'b')).some(({ restarts }) => restarts !== '0'));
		await ask(archon, 'Wait', 'b', 'running');
		const found = await all(archon);
		expect(await pidOf(archon, 'a')).not.toBe(first);
		process.kill(daemonPid(archon), 'SIGKILL');
		expect(await all(archon)).toEqual(found);
		let next = archon;
		for (let i = 0; i < 2; i++) {
			next.keeper.kill('SIGKILL');
			await once(next.keeper, 'exit');
			next = await start();
			expect(await all(next)).toEqual(found);
		}
		const said = async () => (await rows(next, 'Logs', 'w', `lines=${2 * lines}`)).map(({ line }) => line);
		await expect.poll(async () => (await said()).at(-1), { timeout: 10_000 }).toBe(`line ${lines}`);
		expect(await said()).toEqual(Array.from({ length: lines }, (_, i) => `line ${i + 1}`));
		expect(await ask(next, 'Restart', 'a')).toBe('Ok');
	},
);
