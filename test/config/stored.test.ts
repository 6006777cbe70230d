import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diff } from '../../src/config/diff.ts';
import { storeConfig, storedConfig } from '../../src/config/stored.ts';
import { folder, loaded } from './scratch.ts';

const text =
	'[service.web]\nrun = ["web"]\nlimits.core = "unlimited"\nenv.A = "é"\n[group.g]\nmembers = ["web"]';

test('a configuration is stored and found as it was', async () => {
	const path = `${folder({})}/config`;
	const config = await loaded(text);
	storeConfig(path, config, '1');
	const found = storedConfig(path, '1');
	expect(found).toEqual(config);
	expect(found && diff(config, found).every(({ action }) => action === 'keep')).toBe(true);
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a second one replaces the first and leaves nothing behind', async () => {
	const at = folder({});
	storeConfig(`${at}/config`, await loaded(text), '1');
	storeConfig(`${at}/config`, await loaded(''), '1');
	expect(storedConfig(`${at}/config`, '1')?.services.size).toBe(0);
	expect(readdirSync(at)).toEqual(['config']);
});

test('of another version, of a torn file or of none there is nothing', async () => {
	const path = `${folder({})}/config`;
	expect(storedConfig(path, '1')).toBeUndefined();
	storeConfig(path, await loaded(text), '1');
	expect(storedConfig(path, '2')).toBeUndefined();
	writeFileSync(path, 'torn');
	expect(storedConfig(path, '1')).toBeUndefined();
});
