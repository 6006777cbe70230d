import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { areMistakes } from '../../src/config/mistake.ts';
import { keepConfig, openConfig, readConfig, storeIn } from '../../src/config/opening.ts';
import type { Settings } from '../../src/config/settings.ts';
import { folder, ports } from './scratch.ts';

const web = '[service.web]\nrun = ["web"]\n';

function stage(text: string | undefined) {
	const at = folder({ 'state/x': '', ...(text === undefined ? {} : { 'a.toml': text }) });
	const by = (value: string, source = 'default') => ({ value: `${at}/${value}`, source });
	const settings: Settings = {
		socket: by('s'),
		stateDir: by('state'),
		logDir: by('log'),
		config: by('a.toml', '--config'),
		rules: by('rules'),
		logLevel: undefined,
		keeper: '',
	};
	const told: string[] = [];
	const tell = (line: string) => void told.push(line.replaceAll(`${at}/`, ''));
	const write = (content: string) => writeFileSync(`${at}/a.toml`, content);
	const open = async (isLater: boolean, version = '1') => {
		const opened = await openConfig(settings, { look: () => ports, isLater, version, tell });
		return opened && [...opened.config.services.keys(), ...(opened.isKept ? ['kept'] : [])];
	};
	return { at, settings, told, tell, write, open };
}

test('the first daemon reads the files, and a mistake keeps it from starting', async () => {
	const { write, open, told } = stage(web);
	expect(await open(false)).toEqual(['web']);
	write('[service.web]\nrun = 1');
	expect(await open(false)).toBeUndefined();
	expect(told).toHaveLength(1);
	expect(told[0]).toMatch(/^a\.toml:2: service\.web\.run: expected a list/);
});

test('a later one goes on with what was in force, whatever the files say by then', async () => {
	const { settings, write, open, told, tell } = stage(web);
	keepConfig(settings, '1', (await readConfig(settings, ports)) as Config, tell);
	write(`${web}[service.db]\nrun = ["db"]`);
	expect(await open(true)).toEqual(['web', 'kept']);
	write('[');
	expect(await open(true)).toEqual(['web', 'kept']);
	expect(await open(true, '2')).toEqual(['web']);
	expect(told).toEqual([]);
});

test('where nothing was kept it reads the files as the first one', async () => {
	const { settings, open, write, tell, told } = stage(web);
	expect(await open(true)).toEqual(['web']);
	keepConfig(settings, '1', (await readConfig(settings, ports)) as Config, tell);
	write(`${web}[service.db]\nrun = ["db"]`);
	writeFileSync(storeIn(settings), 'torn');
	expect(await open(true)).toEqual(['web', 'db']);
	expect(told).toEqual([]);
});

test('that it cannot be kept is told', async () => {
	const { at, settings, tell, told } = stage(web);
	rmSync(`${at}/state`, { recursive: true });
	keepConfig(settings, '1', (await readConfig(settings, ports)) as Config, tell);
	expect(told).toEqual([expect.stringMatching(/^cannot keep the configuration in force: ENOENT/)]);
});

test('a file that nobody named need not be there', async () => {
	const { settings } = stage(undefined);
	expect(areMistakes(await readConfig(settings, ports))).toBe(true);
	const config = { ...settings.config, source: 'default' };
	expect(areMistakes(await readConfig({ ...settings, config }, ports))).toBe(false);
});
