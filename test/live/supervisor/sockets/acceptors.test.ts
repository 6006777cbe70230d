import { expect, test } from 'vitest';
import { Archon, temporary } from '../../../archon.ts';
import { Stagehand } from '../../../session/actor.ts';
import { ask, rows } from '../../../session/ask.ts';
import { loopback, port } from '../../address.ts';
import { crash } from '../../crash.ts';
import { Overlapping } from '../../overlapping.ts';
import { until } from '../../until.ts';
import { stay } from '../../visitor.ts';

async function play(sockets: readonly string[], more = '') {
	const directory = temporary();
	const hand = new Stagehand(directory);
	const toml = `[service.web]\nrun = ${hand.run}\nbackoff = { from = "0s" }\nsockets = ${JSON.stringify(sockets)}\n${more}\n`;
	const archon = await Archon.configured(toml, directory);
	const last = async () => (await rows(archon, 'Sockets')).map((it) => it['last']);
	return { archon, directory, hand, last };
}

/** Has an actor accept one connection at its first socket, in a child of its own: the pid of that. */
const forks = `(lambda r, w: (lambda pid: int(os.read(r, 20)) if pid else (
	kept.append(socket.socket(fileno=os.dup(3)).accept()[0]), os.write(w, str(os.getpid()).encode()), signal.pause()))(os.fork()))(*os.pipe())`.replaceAll(
	/\s+/g,
	' ',
);
const accepts = (index: number) =>
	`(kept.append(socket.socket(fileno=os.dup(${3 + index})).accept()[0]), 0)[1]`;
const hangsUp = '(kept.pop().close(), 0)[1]';

test('who got a socket is told apart from who accepted; that is told of when the connection is closed too', async () => {
	const host = loopback();
	const { archon, directory, hand, last } = await play([
		`tcp:${host}:${port}`,
		'unix:x.sock',
		`udp:${host}:${port}`,
		`unix:@archon-${host}`,
	]);
	const actor = await hand.next();
	const given = `given:${actor.pid}`;
	const pid = String(actor.pid);
	await stay({ host, port });
	await stay({ path: `${directory}/x.sock` });
	await stay({ path: `\0archon-${host}` });
	expect(await last()).toEqual([given, given, given, given]);
	await actor.does(accepts(0));
	// In the order of the addresses: tcp, udp, the path, the name.
	expect(await last()).toEqual([pid, given, given, given]);
	await actor.does(accepts(1));
	expect(await last()).toEqual([pid, given, pid, given]);
	await actor.does(accepts(3));
	await actor.does(hangsUp);
	await actor.does(hangsUp);
	await actor.does(hangsUp);
	await stay({ host, port });
	await crash(archon);
	expect((await last())[0]).toBe(pid);
	process.kill(actor.pid, 'SIGKILL');
	const next = await hand.next();
	expect(await last()).toEqual(Array(4).fill(`given:${next.pid}`));
});

test('of several processes it is the one that accepted last, of its instances and of their children', async () => {
	const host = loopback();
	const { archon, hand, last } = await play([`tcp:${host}:${port}`], 'instances = 2');
	const [one, two] = [await hand.next(), await hand.next()];
	await ask(archon, 'Wait', 'web', 'running');
	const clients = [await stay({ host, port })];
	await one.does(accepts(0));
	expect(await last()).toEqual([String(one.pid)]);
	clients.push(await stay({ host, port }));
	await two.does(accepts(0));
	expect(await last()).toEqual([String(two.pid)]);
	// That the first is heard from again makes nothing of it that was accepted.
	clients[0]?.write('still here');
	expect(await last()).toEqual([String(two.pid)]);
	clients.push(await stay({ host, port }));
	const child = await one.does(forks);
	expect(await last()).toEqual([String(child)]);
	// The other one goes on, and has accepted nothing since.
	process.kill(two.pid, 'SIGKILL');
	await hand.next();
	expect(await last()).toEqual([String(child)]);
});

test('a new process that came to nothing had it, and does not any more', async () => {
	const host = loopback();
	const overlapping = await Overlapping.start(
		`sockets = ["tcp:${host}:${port}"]\nenv = { READY = "4" }\nready = "fd:4"`,
	);
	const { archon } = overlapping;
	const last = async () => (await rows(archon, 'Sockets'))[0]?.['last'];
	const before = await last();
	const { answer } = await overlapping.restarting();
	await until(async () => (await last()) !== before);
	overlapping.set('fail');
	expect(await answer).toContain('was not restarted');
	expect(await last()).toBe(before);
	overlapping.set('fail', false);
	overlapping.set('go');
	expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	const [{ pid } = {}] = await rows(archon, 'Status', 'web');
	expect(await last()).toBe(`given:${pid}`);
	await crash(archon);
	expect(await last()).toBe(`given:${pid}`);
});
