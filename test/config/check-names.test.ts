import { expect, test } from 'vitest';
import { loaded, mistakes } from './scratch.ts';

const two = '[service.web]\nrun = ["web"]\n[service.db]\nrun = ["db"]\n';

test('a dependency that nothing has the name of is a mistake, with the nearest one', async () => {
	const text =
		'[service.web]\nrun = ["web"]\nrequires = ["bd"]\nwants = ["qqqq"]\nafter = [\n"db",\n"web@1"]\n';
	expect(await mistakes(`${text}[service.db]\nrun = ["db"]`)).toEqual([
		'archon.toml:3: service.web.requires: there is no service or group "bd", did you mean "db"?',
		'archon.toml:4: service.web.wants: there is no service or group "qqqq"',
		'archon.toml:5: service.web.after: there is no "web@1": service web has one instance alone, called "web"',
	]);
});

test('a member that nothing has the name of is a mistake', async () => {
	expect(await mistakes(`${two}[group.shop]\nmembers = ["web", "dbb"]`)).toEqual([
		'archon.toml:6: group.shop.members: there is no service or group "dbb", did you mean "db"?',
	]);
});

test('a dependency may be a service, a group or one of several instances', async () => {
	const { services } = await loaded(
		`${two}instances = 2\n[service.x]\nrun = ["x"]\nrequires = ["shop", "db@2"]\nwants = ["web"]\n[group.shop]\nmembers = ["web"]`,
	);
	expect(services.get('x')?.requires).toEqual(['shop', 'db@2']);
	expect(
		await mistakes(`${two}instances = 2\n[service.x]\nrun = ["x"]\nrequires = ["db@3", "db@0", "db@02"]`),
	).toEqual(
		['db@3', 'db@0', 'db@02'].map(
			(it) => `archon.toml:8: service.x.requires: there is no "${it}": service db has instances db@1 to db@2`,
		),
	);
});

test('what is a member of two groups, or twice of one, is a mistake', async () => {
	const text = `${two}[group.a]\nmembers = ["web", "db", "web"]\n[group.b]\nmembers = ["db"]`;
	expect(await mistakes(text)).toEqual([
		'archon.toml:6: group.a.members: "web" is a member twice',
		'archon.toml:8: group.b.members: "db" is a member in group a already',
	]);
});

test('services, groups and instances share one set of names', async () => {
	const text = `${two}instances = 2\n[service."db@2"]\nrun = ["x"]\n[service."db@3"]\nrun = ["x"]\n[group.web]\n[group."db@1"]`;
	expect(await mistakes(text)).toEqual([
		'archon.toml:6: service."db@2": an instance of service db has this name',
		'archon.toml:10: group.web: a service has this name',
		'archon.toml:11: group."db@1": an instance of service db has this name',
	]);
});
