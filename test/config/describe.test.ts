import { expect, test } from 'vitest';
import { loaded, mistakes } from './scratch.ts';

test('unknown tables are mistakes, with the nearest one', async () => {
	expect(await mistakes('[sevice.web]\nrun = ["x"]\n[zzz]\n')).toEqual([
		'archon.toml:1: sevice: unknown key, did you mean "service"?',
		'archon.toml:3: zzz: unknown key',
	]);
});

test('[access] is not there yet', async () => {
	expect(await mistakes('[access]\noperators = {}')).toEqual([
		'archon.toml:1: access: not there yet: only root and the user of the daemon may ask it for anything',
	]);
});

test('what should be a table and is none is a mistake', async () => {
	expect(await mistakes('service = 1\ngroup = "x"\ndaemon = []\ndefaults = true')).toEqual([
		'archon.toml:1: service: expected a table, got the number 1',
		'archon.toml:2: group: expected a table, got a string',
		'archon.toml:3: daemon: expected a table, got a list',
		'archon.toml:4: defaults: expected a table, got true',
	]);
	expect(await mistakes('[service]\nweb = "x"\n[[service.a]]\n[[group.b]]')).toEqual([
		'archon.toml:2: service.web: expected a table, got a string',
		'archon.toml:3: service.a: expected a table, got a list',
		'archon.toml:4: group.b: expected a table, got a list',
	]);
});

test('names are those of processes', async () => {
	const rule = 'is not a name: letters, digits and _.@-, 64 at most, the first a letter or a digit';
	expect(await mistakes(`[service."a b"]\n[group.-x]\n[service.${'x'.repeat(65)}]`)).toEqual([
		`archon.toml:1: service."a b": "a b" ${rule}`,
		`archon.toml:2: group.-x: "-x" ${rule}`,
		`archon.toml:3: service.${'x'.repeat(65)}: "${'x'.repeat(65)}" ${rule}`,
	]);
});

test('names that objects have are names like others', async () => {
	const { services } = await loaded('[service.constructor]\nrun = ["x"]\n[service.toString]\nrun = ["x"]');
	expect([...services.keys()]).toEqual(['constructor', 'toString']);
	expect(await mistakes('[service.__proto__]\nrun = ["x"]')).toHaveLength(1);
	expect(
		await mistakes('[__proto__]\nrun = ["x"]\n[service.web]\nrun = ["x"]\n__proto__ = 1\nstop.__proto__ = 2'),
	).toEqual([
		'archon.toml:1: __proto__: unknown key',
		'archon.toml:5: service.web.__proto__: unknown key',
		'archon.toml:6: service.web.stop.__proto__: unknown key',
	]);
});

test('a service says only what differs: tables merge key by key, lists replace', async () => {
	const { services } = await loaded(`
[service.web]
run = ["web"]
env = { B = "2" }
labels = {}
stop.timeout = "1s"
success = [1]
limits.core = 0
[service.db]
run = ["db"]
[defaults]
env = { A = "1", B = "1" }
labels = { x = "y" }
stop = { signal = "INT", timeout = "9s" }
success = [0, 143]
limits.nofile = 9
`);
	const web = services.get('web');
	expect(web?.env).toEqual(
		new Map([
			['A', '1'],
			['B', '2'],
		]),
	);
	expect(web?.labels).toEqual(new Map([['x', 'y']]));
	expect(web?.stop).toEqual({ signal: 2, timeout: 1000 });
	expect(web?.success).toEqual({ codes: [1], signals: [] });
	expect(web?.limits.resources).toEqual(
		new Map([
			['nofile', 9],
			['core', 0],
		]),
	);
	expect(services.get('db')?.env).toEqual(
		new Map([
			['A', '1'],
			['B', '1'],
		]),
	);
});

test('[defaults] does not take what makes a service this one', async () => {
	expect(await mistakes('[defaults]\nrun = ["x"]\nrequires = []\nsockets = []')).toEqual([
		'archon.toml:2: defaults.run: belongs to a service, not to [defaults]',
		'archon.toml:3: defaults.requires: belongs to a service, not to [defaults]',
		'archon.toml:4: defaults.sockets: belongs to a service, not to [defaults]',
	]);
});

test('what two files define is a mistake', async () => {
	const both = '[service.web]\nrun = ["x"]\n[group.g]\nmembers = []\n[daemon]\n[defaults]\n';
	expect(await mistakes({ 'archon.toml': `include = ["b.toml"]\n${both}`, 'b.toml': both })).toEqual([
		'b.toml:1: service.web: this service is in archon.toml:2 already',
		'b.toml:3: group.g: this group is in archon.toml:4 already',
		'b.toml:5: daemon: this is in archon.toml:6 already',
		'b.toml:6: defaults: this is in archon.toml:7 already',
	]);
});

test('[defaults] holds for every file, in whichever it stands', async () => {
	const { services } = await loaded({
		'archon.toml': 'include = ["b.toml"]\n[service.web]\nrun = ["x"]',
		'b.toml': '[defaults]\nnice = 3',
	});
	expect(services.get('web')?.nice).toBe(3);
});
