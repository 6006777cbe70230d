import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toJson } from '../../src/base/json.ts';
import { diff } from '../../src/config/diff.ts';
import { newerConfig, storeConfig, storedConfig } from '../../src/config/stored.ts';
import { folder, loaded } from './scratch.ts';

const text =
	'[service.web]\nrun = ["web"]\nlimits.core = "unlimited"\nenv.A = "é"\n[group.g]\nmembers = ["web"]';

test('a configuration is stored and found as it was', async () => {
	const path = `${folder({})}/config`;
	const config = await loaded(text);
	storeConfig(path, config, '1');
	const found = storedConfig(path, '1')?.config;
	expect(found).toEqual(config);
	expect(found && diff(config, found).every(({ action }) => action === 'keep')).toBe(true);
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a second one replaces the first and leaves nothing behind', async () => {
	const at = folder({});
	storeConfig(`${at}/config`, await loaded(text), '1');
	storeConfig(`${at}/config`, await loaded(''), '1');
	expect(storedConfig(`${at}/config`, '1')?.config.services.size).toBe(0);
	expect(readdirSync(at)).toEqual(['config']);
});

test('another version reads it too, but not a newer format', async () => {
	const path = `${folder({})}/config`;
	storeConfig(path, await loaded(text), '1');
	expect([storedConfig(path, '1')?.isCurrent, storedConfig(path, '2')?.isCurrent]).toEqual([true, false]);
	expect(newerConfig(path)).toBeUndefined();
	writeFileSync(path, readFileSync(path, 'utf8').replace('"format":2', '"format":3'));
	expect(storedConfig(path, '1')).toBeUndefined();
	expect(newerConfig(path)).toEqual({ refused: `${path} is of format 3, this archon reads up to 2` });
});

test('one of the first format is read as it is', async () => {
	const path = `${folder({})}/config`;
	const config = await loaded(text);
	writeFileSync(path, toJson({ format: 1, version: '1', config }));
	expect(storedConfig(path, '1')).toEqual({ config, isCurrent: false });
});

test('of a torn file, one without a format or none there is nothing', async () => {
	const path = `${folder({})}/config`;
	expect(storedConfig(path, '1')).toBeUndefined();
	for (const torn of ['torn', '{"version":"1"}', 'null']) {
		writeFileSync(path, torn);
		expect([storedConfig(path, '1'), newerConfig(path)]).toEqual([undefined, undefined]);
	}
});
