import { existsSync, lstatSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newEntry } from '../../../../src/supervisor/new-entry.ts';
import { Doors, mostGuests } from '../../../../src/supervisor/sockets/doors.ts';
import { Archon, temporary } from '../../../archon.ts';
import { Stagehand } from '../../../session/actor.ts';
import { ask, rows, status } from '../../../session/ask.ts';
import { loopback, port } from '../../address.ts';
import { crash } from '../../crash.ts';
import { Striking } from '../../striking.ts';

const toml = (run: string, host: string, more = '') =>
	`[service.web]\nrun = ${run}\nsockets = ["tcp:${host}:${port}"]\nbind = true\n${more}`;

test('at its door a service can ask for what it binds and for nothing else, and after a crash too', async () => {
	const directory = temporary();
	const [hand, host] = [new Stagehand(directory), loopback()];
	const archon = await Archon.configured(toml(hand.run, host), directory);
	const actor = await hand.next();
	const door = `${directory}/bind/web`;
	const answer = ['Ok', [[host, port]]];
	const asked = `ask_to_bind("tcp:${host}:${port}", at=os.environ["ARCHON_BIND"])`;
	expect(await actor.does(asked)).toEqual(answer);
	expect(await actor.does(`ask_to_bind("x\\nStatus", at="${door}")`)).toMatchObject([
		expect.stringContaining('unknown request ""Status""'),
		[],
	]);
	expect((lstatSync(door).mode & 0o777).toString(8)).toBe('600');
	await crash(archon);
	expect(await actor.does(asked)).toEqual(answer);
	expect(await actor.does('os.environ.get("LISTEN_FDS")')).toBeNull();
	await ask(archon, 'Stop', 'web');
	expect(existsSync(door)).toBe(false);
});

test('what it binds is what archon keeps, at its own number', async () => {
	const directory = temporary();
	const [hand, host] = [new Stagehand(directory), loopback()];
	const archon = await Archon.configured(toml(hand.run, host), directory);
	const actor = await hand.next();
	await actor.does('kept.append(socket.socket())');
	const number = await actor.does('kept[-1].fileno()');
	expect(await actor.does(`kept[-1].bind(("${host}", ${port}))`)).toBeNull();
	expect(await actor.does('[kept[-1].fileno(), kept[-1].getsockname()[1]]')).toEqual([number, port]);
	expect(await actor.does('kept[-1].getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)')).toBe(1);
	expect(await rows(archon, 'Sockets')).toMatchObject([{ last: `given:${actor.pid}` }]);
	// What it may not have it binds by itself.
	await actor.does('kept.append(socket.socket())');
	expect(await actor.does(`kept[-1].bind(("${host}", ${port + 1}))`)).toBeNull();
	expect(await actor.does('kept[-1].getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)')).toBe(0);
});

test('what it has asked for when the daemon is killed, and was not answered, it gets from the next', async () => {
	const directory = temporary();
	const [hand, host] = [new Stagehand(directory), loopback()];
	const [archon, program] = await Striking.configured(toml(hand.run, host), directory);
	const actor = await hand.next();
	program.orderStep(/^/, { when: 'before', at: /^sendDescriptor /, nth: 1 });
	expect(await actor.does(`bind("${host}", ${port})`)).toEqual([1, expect.any(Number)]);
	await program.struck();
	expect(await rows(archon, 'Sockets')).toMatchObject([{ last: `given:${actor.pid}` }]);
});

test.skipIf(process.getuid?.() !== 0)('a service of another user has it too', async () => {
	const host = loopback();
	const script = `import socket; one = socket.socket(); one.bind(("${host}", ${port})); print(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), flush=True); one.accept()`;
	const archon = await Archon.configured(
		toml(JSON.stringify(['/usr/bin/python3', '-c', script]), host, 'user = "nobody"\nready = "log:^1$"'),
	);
	expect(await ask(archon, 'Start', 'web')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({ state: 'running' });
});

test('of one service only so many are let in at once, the next when one has left', () => {
	const left: (() => void)[] = [];
	let knock: (() => void) | undefined;
	const doors = new Doors({
		native: { listenUnix: () => 7, accept: () => 8, close: () => 0 },
		poller: {
			watch: (_fd, _events, heard) => {
				knock = () => heard(1);
				return 1;
			},
			unwatch: () => {
				knock = undefined;
			},
		},
		kept: { claim: () => 0, put: () => {}, take: () => undefined, drop: () => {} },
		keptChanged: () => {},
		directory: `${temporary()}/bind`,
		greet: (_fd, _entry, gone) => void left.push(gone),
	});
	const entry = newEntry('web', 'daemon');
	doors.open(entry, undefined);
	for (let tries = 0; tries <= mostGuests; tries++) {
		knock?.();
	}
	expect(left).toHaveLength(mostGuests);
	left[0]?.();
	knock?.();
	knock?.();
	expect(left).toHaveLength(mostGuests + 1);
	doors.close(entry);
	left[1]?.();
	expect(knock).toBeUndefined();
});
