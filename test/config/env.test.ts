import { expect, test } from 'vitest';
import { loaded, mistakes } from './scratch.ts';

const web = '[service.web]\nrun = ["web"]\n';

test('files of variables are under env, of several the last wins', async () => {
	const { services } = await loaded({
		'archon.toml': `${web}env_file = ["a.env", "c/b.env"]\nenv = { A = "env" }`,
		'a.env': 'A=a\nB=a\nC=a',
		'c/b.env': 'B=b',
	});
	expect(services.get('web')?.env).toEqual(
		new Map([
			['A', 'env'],
			['B', 'b'],
			['C', 'a'],
		]),
	);
});

test('the files of [defaults] hold for who names no own ones', async () => {
	const { services, defaults } = await loaded({
		'archon.toml': `[defaults]\nenv_file = ["a.env"]\nenv.X = "1"\n${web}[service.db]\nrun = ["db"]\nenv_file = []`,
		'a.env': 'A=a\nX=a',
	});
	expect(services.get('web')?.env).toEqual(
		new Map([
			['A', 'a'],
			['X', '1'],
		]),
	);
	expect(services.get('db')?.env).toEqual(new Map([['X', '1']]));
	expect(defaults.env).toEqual(
		new Map([
			['A', 'a'],
			['X', '1'],
		]),
	);
});

test('a path counts from the folder of the file that says it', async () => {
	const { services } = await loaded({
		'archon.toml': `include = ["c/*"]\n${web}`,
		'c/d.toml': '[defaults]\nenv_file = [".env"]',
		'c/.env': 'A=1',
	});
	expect(services.get('web')?.env).toEqual(new Map([['A', '1']]));
});

test('a file that is not there is told at its key, once; mistakes in one at their lines', async () => {
	const files = {
		'archon.toml': `${web}env_file = ["no.env"]\n[service.db]\nrun = ["db"]\nenv_file = ["no.env", "a.env"]`,
		'a.env': 'A=1\nB',
	};
	expect(await mistakes(files)).toEqual([
		'archon.toml:3: service.web.env_file: no.env: cannot read: no such file or directory',
		'a.env:2: expected KEY=value, got "B"',
	]);
});

test('variables are bytes, whatever they hold', async () => {
	const { services } = await loaded({ 'archon.toml': `${web}env_file = ["a.env"]`, 'a.env': 'A=é' });
	expect(services.get('web')?.env.get('A')).toBe('Ã©');
});
