import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../../../archon.ts';
import { Stagehand } from '../../../session/actor.ts';
import { ask, rows } from '../../../session/ask.ts';
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
		archon.keeper.kill('SIGKILL');
		await once(archon.keeper, 'exit');
		const next = await Archon.start(directory, {}, ['--config', `${directory}/archon.toml`]);
		await until(async () => (await visit({ path: closed })) === 'connected');
		expect(await rows(next, 'Sockets')).toHaveLength(2);
		expect(await visit({ path: kept })).toBe('ENOENT');
		void ask(next, 'Restart', 'web');
		await hand.next();
		expect(await visit({ path: kept })).toBe('connected');
	},
);
