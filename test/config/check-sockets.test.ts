import { expect, test } from 'vitest';
import { mostSockets } from '../../src/config/check-sockets.ts';
import { loaded, mistakes } from './scratch.ts';

const web = (keys: string, name = 'web') => `[service.${name}]\nrun = ["x"]\n${keys}\n`;

test('an address belongs to one service, once', async () => {
	const one = 'sockets = ["udp:0.0.0.0:80", "tcp:[::]:80", "tcp:[::]:82,v6only", "tcp:0.0.0.0:82"]';
	expect(await mistakes(web(one) + web('sockets = ["tcp:0.0.0.0:81"]', 'other'))).toEqual([]);
	expect(await mistakes(web(one) + web('sockets = ["tcp:[0::0]:80"]', 'other'))).toEqual([
		'archon.toml:6: service.other.sockets: tcp:[::]:80 belongs to web already',
	]);
	expect(await mistakes(web('sockets = ["unix:a", "unix:./a"]'))).toEqual([
		expect.stringMatching(/^archon.toml:3: service.web.sockets: unix:.*a belongs to it already$/),
	]);
});

test('all of them can be bound beside one another', async () => {
	expect(
		await mistakes(web('sockets = ["tcp:0.0.0.0:80"]') + web('sockets = ["tcp:127.0.0.1:80"]', 'other')),
	).toEqual([
		'archon.toml:6: service.other.sockets: tcp:127.0.0.1:80 cannot be bound beside tcp:0.0.0.0:80 of web',
	]);
});

test('there may be none, and as many as fit', async () => {
	const some = (count: number) =>
		web(`sockets = [${Array.from({ length: count }, (_, i) => `"tcp:127.0.0.1:${i + 1}"`).join()}]`);
	for (const count of [0, 1, mostSockets]) {
		expect((await loaded(some(count))).services.get('web')?.sockets).toHaveLength(count);
	}
	expect(await mistakes(some(mostSockets + 1))).toEqual([
		'archon.toml:3: service.web.sockets: more than 64 sockets',
	]);
});

test('what a service is told by number is not where its sockets are', async () => {
	const two = 'sockets = ["tcp:0.0.0.0:80", "tcp:0.0.0.0:81"]\n';
	expect(await mistakes(web(`${two}ready = "fd:5"`))).toEqual([]);
	expect(await mistakes(web(`${two}ready = "fd:4"`))).toEqual([
		'archon.toml:4: service.web.ready: descriptors 3 to 4 are its sockets: "fd:5" is the first that is free',
	]);
	expect(await mistakes(web('ready = "fd:3"'))).toEqual([]);
});

test('a connection starts what has a socket, one instance, and nothing else does', async () => {
	const keys = 'activate = "on-connect"\n';
	const one = 'sockets = ["tcp:0.0.0.0:80"]\n';
	const found = async (more: string) =>
		(await mistakes(web(keys + more))).map((it) => it.replace(/^.*?: /, ''));
	expect(await found(one)).toEqual([]);
	expect(await found('')).toEqual(['service.web.activate: without sockets nobody can connect']);
	expect(await found(`${one}instances = 2`)).toEqual([
		'service.web.activate: a connection cannot start several instances',
	]);
	expect(await found(`${one}cron = "* * * * *"`)).toEqual([
		'service.web.activate: a connection and a timer cannot both start it',
	]);
	expect(await found(`${one}oneshot = true`)).toEqual([
		'service.web.activate: a oneshot cannot be started by a connection',
	]);
	expect(await mistakes(`[defaults]\n${keys}${web('')}`)).toEqual([]);
});

test('what ports are told by differs, and what the arguments ask for is there', async () => {
	const some = (count: number) => `ports = [${Array.from({ length: count }, (_, i) => `"p${i}"`).join()}]`;
	for (const keys of ['ports = []', some(mostSockets), 'ports = ["a", "b"]']) {
		expect(await mistakes(web(keys))).toEqual([]);
	}
	const found = async (keys: string) => (await mistakes(web(keys))).map((it) => it.replace(/^.*?: /, ''));
	expect(await found(some(mostSockets + 1))).toEqual(['service.web.ports: more than 64 ports']);
	expect(await found('ports = ["a", "a"]')).toEqual(['service.web.ports: "a" stands there twice']);
	expect(await found('ports = ["a-b", "A_b"]')).toEqual([
		'service.web.ports: "a-b" and "A_b" are both told as ARCHON_PORT_A_B',
	]);
	expect(await mistakes('[service.web]\nrun = ["x", "{port.b}"]\nports = ["a"]')).toEqual([
		'archon.toml:2: service.web.run: {port.b}: there is no port of that name in ports',
	]);
	expect(await mistakes('[service.web]\nrun = ["x", "{port.b}"]')).toEqual([]);
});
