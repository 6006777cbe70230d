import { expect, test } from 'vitest';
import { requests } from '../../src/requests/index.ts';
import { Archon } from '../archon.ts';

test('the first field names the request', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Ping\n"Ping"\nRun,true\nNosuch,Ping\n')).toEqual([
		'Ok',
		'Ok',
		'ExitStatus,0',
		'Error,"unknown request ""Nosuch""; Help lists those there are"',
	]);
});

test('names are case-sensitive CamelCase on the wire: another spelling is an Error that says the right one', async () => {
	const archon = await Archon.start();
	const others = (name: string) => [name.toLowerCase(), name.toUpperCase(), kebab(name)];
	const asked = requests.flatMap(({ name }) => others(name).map((other) => ({ name, other })));
	const replies = await archon.lines(asked.map(({ other }) => `${other}\n`).join(''));
	expect(replies).toEqual(
		asked.map(({ name, other }) => `Error,"unknown request ""${other}""; did you mean ${name}?"`),
	);
});

test('names are kebab-case in archonctl: StartDaemon is archonctl start-daemon', async () => {
	const archon = await Archon.start();
	expect(await archon.ctl(['start-daemon', '--name', 'web', 'sleep,60'])).toMatchObject({ code: 0, err: '' });
	expect((await archon.ctl(['status', 'web', '--json'])).out).toContain('"state":"running"');
	expect(await archon.ctl(['stop', 'web', '0s'])).toMatchObject({ code: 0, err: '' });
	expect(await archon.ctl(['ping'])).toMatchObject({ code: 0, err: '' });
});

test.each(['Ping', 'StartDaemon', 'startdaemon', 'start_daemon', 'MonitorFD'])(
	'%s is no verb of archonctl: wrong usage',
	async (verb) => {
		const archon = await Archon.start();
		expect(await archon.ctl([verb, 'true'])).toMatchObject({ code: 2, out: '' });
	},
);

function kebab(name: string): string {
	return name.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
}
