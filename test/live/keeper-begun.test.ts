import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { Stagehand } from '../session/actor.ts';
import { ask, rows } from '../session/ask.ts';
import { loopback, port } from './address.ts';
import { Striking } from './striking.ts';
import { hasTmpfs, tmpfs } from './tmpfs.ts';

/** The number of a socket, as `/proc` has it. */
const socketOf = 'os.readlink("/proc/self/fd/3")';

test.skipIf(!hasTmpfs)(
	'what listens in a process that nobody had written down when the keeper died is kept again, too',
	async () => {
		const directory = temporary(tmpfs);
		const [hand, host, program] = [new Stagehand(directory), loopback(), new Striking(directory)];
		const config = `${directory}/archon.toml`;
		writeFileSync(config, `[service.web]\nrun = ${hand.run}\nsockets = ["tcp:${host}:${port}"]\n`);
		const begin = () => Archon.start(directory, { ARCHON_DAEMON: program.path }, ['--config', config]);
		const archon = await begin();
		await hand.next();
		program.orderStep(/^/, { when: 'after', at: /^spawn/, nth: 1, withKeeper: true });
		const [restarted] = await Promise.all([ask(archon, 'Restart', 'web'), once(archon.keeper, 'exit')]);
		expect(restarted).toBe('nothing');
		const born = await hand.next();
		const inode = await born.does(socketOf);
		const next = await begin();
		expect(await rows(next, 'Sockets')).toMatchObject([{ address: `tcp:${host}:${port}` }]);
		const again = ask(next, 'Restart', 'web');
		const follower = await hand.next();
		expect(await again).toBe('Ok');
		expect(await follower.does(socketOf)).toBe(inode);
	},
);
