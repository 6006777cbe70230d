import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../../../archon.ts';
import { Stagehand } from '../../../session/actor.ts';
import { ask, rows, status } from '../../../session/ask.ts';
import { loopback, port } from '../../address.ts';
import { behead } from '../../behead.ts';
import { hasTmpfs, tmpfs } from '../../tmpfs.ts';
import { until } from '../../until.ts';
import { visit } from '../../visitor.ts';

test.skipIf(!hasTmpfs)(
	'what it listens on stays with it where its path is gone and another one is bound anew',
	async () => {
		const directory = temporary(tmpfs);
		const hand = new Stagehand(directory);
		const [kept, closed] = [`${directory}/kept.sock`, `${directory}/closed.sock`];
		const archon = await Archon.configured(
			`[service.web]\nrun = ${hand.run}\nsockets = ["unix:${kept}", "unix:${closed}"]`,
			directory,
		);
		const actor = await hand.next();
		await actor.does('os.close(4)');
		rmSync(kept);
		await behead(archon);
		const next = await Archon.start(directory, {}, ['--config', `${directory}/archon.toml`]);
		await until(async () => (await visit({ path: closed })) === 'connected');
		expect(await rows(next, 'Sockets')).toHaveLength(2);
		expect(await visit({ path: kept })).toBe('ENOENT');
		void ask(next, 'Restart', 'web');
		await hand.next();
		expect(await visit({ path: kept })).toBe('connected');
	},
);

test.skipIf(!hasTmpfs || process.getuid?.() !== 0)(
	'where no process of another user may be looked at one line says what that means',
	async () => {
		const [directory, host] = [temporary(tmpfs), loopback()];
		const [path, without] = [`${directory}/archon.toml`, '-sys_ptrace'];
		const sockets = `["tcp:${host}:${port}", "tcp:${host}:${port + 1}"]`;
		const toml = `[service.web]\nrun = ["sleep", "60"]\nuser = "nobody"\ninstances = 2\nsockets = ${sockets}`;
		writeFileSync(path, `${toml}\n[service.own]\nrun = ["sleep", "60"]\nsockets = ["udp:${host}:${port}"]`);
		const command = ['setpriv', `--bounding-set=${without}`, `--inh-caps=${without}`];
		const start = () => Archon.start(directory, {}, ['--config', path], command);
		const archon = await start();
		await ask(archon, 'Wait', 'web@2', 'running');
		await ask(archon, 'Wait', 'own', 'running');
		await behead(archon);
		const next = await start();
		expect(await rows(next, 'Sockets')).toMatchObject([{ name: 'own' }]);
		expect(await status(next, 'web@1')).toMatchObject({ state: 'running' });
		const said =
			'archond: web: the sockets that archon kept for it cannot be taken from its processes, for that takes CAP_SYS_PTRACE: at its next restart who comes is refused';
		expect(next.said.split('\n').filter((line) => line.includes('CAP_'))).toEqual([said]);
		expect(await ask(next, 'Restart', 'web')).toBe('Ok');
		expect(await rows(next, 'Sockets')).toHaveLength(3);
	},
);
