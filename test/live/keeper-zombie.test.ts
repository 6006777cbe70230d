import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, pidOf, status } from '../session/ask.ts';
import { hasTmpfs, tmpfs } from './tmpfs.ts';
import { Told } from './told.ts';
import { zombie } from './until.ts';

/** Takes in the orphans of what it starts, and reaps nobody, as process 1 of many a container. */
const unreaping = `import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(36, 1)
pid = os.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
def end(*_): os.kill(pid, signal.SIGTERM); os.waitpid(pid, 0); os._exit(0)
signal.signal(signal.SIGTERM, end)
while True: signal.pause()`;

const service = (name: string, script: string) =>
	`[service.${name}]\nrun = ["sh", "-c", "${script}"]\nrestart = "never"\n`;

test.skipIf(!hasTmpfs)(
	'how one ended while there was no archond is known where nobody has reaped it',
	async () => {
		const directory = temporary(tmpfs);
		const config = `${directory}/archon.toml`;
		const told = new Told(directory);
		const script = `trap 'exit 7' TERM; echo $$ > ${told.path}; while :; do sleep 0.01; done`;
		writeFileSync(config, service('a', 'exec sleep 60') + service('b', script));
		const before = ['python3', '-c', unreaping];
		const archon = await Archon.start(directory, {}, ['--config', config], before);
		const { pid: parent } = archon.keeper;
		await ask(archon, 'Wait', 'a', 'running');
		const [a, [b = 0]] = [await pidOf(archon, 'a'), await told.pids(1)];
		const keeper = Number(readFileSync(`/proc/${parent}/task/${parent}/children`, 'latin1'));
		process.kill(keeper, 'SIGKILL');
		await zombie(keeper);
		process.kill(a, 'SIGKILL');
		process.kill(b, 'SIGTERM');
		await Promise.all([zombie(a), zombie(b)]);
		const next = await Archon.start(directory, {}, ['--config', config]);
		expect(await status(next, 'a')).toMatchObject({ state: 'failed', last: 'signal:KILL' });
		expect(await status(next, 'b')).toMatchObject({ state: 'failed', last: 'exit:7' });
	},
);
