import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { type Actor, Clock, Stagehand } from '../session/actor.ts';
import { ask, pidOf, status } from '../session/ask.ts';
import { crash } from './crash.ts';
import { Striking } from './striking.ts';
import { hasTmpfs, tmpfs } from './tmpfs.ts';

const up = 'print("up", flush=True)';

/** A service `web` that is ready because of a line of its output; `begin` again: the archond after this one. */
async function ready(more = '', on = temporary()) {
	const [hand, program, config] = [new Stagehand(on), new Striking(on), `${on}/archon.toml`];
	writeFileSync(config, `${Clock.toml}[service.web]\nrun = ${hand.run}\nready = "log:^up"\n${more}\n`);
	const begin = () => Archon.start(on, { ARCHON_DAEMON: program.path }, ['--config', config]);
	const archon = await begin();
	const actor = await hand.next();
	await actor.does(up);
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	return { archon, hand, program, begin };
}

/** It is not ready by what an earlier life wrote, and is by its own line. */
async function isReadyByItself(
	archon: Archon,
	name: string,
	born: Actor,
	isUp = ask(archon, 'Wait', 'web', 'running'),
): Promise<void> {
	await (await Clock.begin(archon)).goes(2);
	expect(await status(archon, name)).toMatchObject({ state: 'starting', pid: `${born.pid}` });
	await born.does(up);
	expect(await isUp).toBe('Ok');
	expect(await pidOf(archon, 'web')).toBe(born.pid);
}

test('a line of an earlier life makes nothing ready when the daemon dies over a start, or is exchanged', async () => {
	const { archon, hand } = await ready();
	for (const goes of [() => crash(archon), () => ask(archon, 'Upgrade')]) {
		const answer = ask(archon, 'Restart', 'web');
		const born = await hand.next();
		await goes();
		await isReadyByItself(archon, 'web', born, answer);
	}
});

test('nor where the daemon had not written down that there is a process', async () => {
	const { archon, hand, program } = await ready();
	program.orderStep(/^/, { when: 'after', at: /^spawn/, nth: 1 });
	const answer = ask(archon, 'Restart', 'web');
	const born = await hand.next();
	await program.struck();
	await isReadyByItself(archon, 'web', born, answer);
});

test('nor beside the process before, which goes on until the new one has written it', async () => {
	const { archon, hand } = await ready('restart_mode = "overlap"');
	const answer = ask(archon, 'Restart', 'web');
	const born = await hand.next();
	await crash(archon);
	await isReadyByItself(archon, 'web@overlap', born, answer);
});

test('what the new life writes while there is no daemon is found', async () => {
	const { archon, hand } = await ready();
	const answer = ask(archon, 'Restart', 'web');
	const born = await hand.next();
	await crash(archon, () => born.does(up));
	expect(await answer).toBe('Ok');
	expect(await pidOf(archon, 'web')).toBe(born.pid);
});

test.skipIf(!hasTmpfs)('nor when the keeper dies over a start', async () => {
	const { archon, hand, begin } = await ready('', temporary(tmpfs));
	void ask(archon, 'Restart', 'web').catch(() => {});
	const born = await hand.next();
	const ended = once(archon.keeper, 'exit');
	archon.keeper.kill('SIGKILL');
	await ended;
	await isReadyByItself(await begin(), 'web', born);
});
