import { expect, test } from 'vitest';
import { checkAccounts } from '../../src/config/check-accounts.ts';
import { describe } from '../../src/config/describe.ts';
import type { Node } from '../../src/config/node.ts';
import { parseToml } from '../../src/config/toml.ts';
import { mistakes } from './scratch.ts';

test('a user or a group that the system does not know is a mistake where it is said', async () => {
	const text =
		'[defaults]\nuser = "noone"\n[service.web]\nrun = ["x"]\ngroup = "www"\n[service.db]\nrun = ["x"]\nuser = "www"';
	expect(await mistakes(text)).toEqual([
		'archon.toml:2: defaults.user: there is no user "noone"',
		'archon.toml:5: service.web.group: there is no group "www"',
	]);
});

test('of each name is asked once, and of nobody whom the system does not tell', async () => {
	const text = Array.from({ length: 3 }, (_, index) => `[service.s${index}]\nuser = "a"\ngroup = "a"`).join(
		'\n',
	);
	const description = describe([{ file: 'f', folder: '/', root: parseToml(Buffer.from(text), 'f') as Node }]);
	const asked: string[] = [];
	const told = await checkAccounts(description, {
		isNoUser: async (name) => asked.push(`user ${name}`) > 9,
		isNoGroup: async (name) => asked.push(`group ${name}`) > 9,
	});
	expect(told).toEqual([]);
	expect(asked.sort()).toEqual(['group a', 'user a']);
});
