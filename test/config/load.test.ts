import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { plainDraft, serviceOf, withStartTimeout } from '../../src/config/draft.ts';
import { serviceKeys } from '../../src/config/keys-service.ts';
import { loadConfig } from '../../src/config/load.ts';
import { areMistakes, formatMistake } from '../../src/config/mistake.ts';
import { rows } from '../../src/config/rows.ts';
import type { Service } from '../../src/service/service.ts';
import { folder, loaded, mistakes, ports } from './scratch.ts';

const example = join(import.meta.dirname, 'example');

test('an example with every key is read to the last value', async () => {
	const config = (await loadConfig(`${example}/archon.toml`, true, ports)) as Config;
	const base = {
		...plainDraft,
		restart: 'always',
		stop: { signal: 2, timeout: 3000 },
		env: new Map([
			['LANG', 'pt_PT.UTF-8'],
			['PORT', '1'],
		]),
		backoff: { ...plainDraft.backoff, from: 100 },
	} as const;
	const described = (name: string, own: object): [string, Service] => [
		name,
		serviceOf(name, withStartTimeout({ ...base, ...own })),
	];
	expect(config.daemon).toEqual({
		logLevel: 'debug',
		failOnError: true,
		journal: 8 * 2 ** 20,
		sample: 250,
		ports: { from: 30_000, to: 30_099 },
	});
	expect([...config.services]).toEqual([
		described('db', {
			run: ['redis-server', '--port', '6390', '--supervised', 'systemd'],
			ready: { tag: 'notify' },
			startTimeout: 31_000,
		}),
		described('web', {
			run: ['node', 'server.js'],
			directory: `${example}/srv`,
			env: new Map([
				['LANG', 'pt_PT.UTF-8'],
				['PORT', '8080'],
				['DEBUG', '2'],
				['TOKEN', 'x#y'],
				['with space', 'Ã©'],
			]),
			before: [['nginx', '-t'], ['true']],
			reload: { tag: 'signal', signal: 1 },
			success: { codes: [0, 143], signals: ['TERM'] },
			user: 'www',
			group: 'ops',
			umask: 0o27,
			requires: ['db'],
			wants: ['cache'],
			after: ['mount'],
			restart: 'never',
			backoff: { from: 100, factor: 1.5, to: 61_000, reset: 0, jitter: 0 },
			limit: { failures: 0, within: 11_000, retry: 0 },
			watchdog: 30_000,
			probe: {
				check: { tag: 'http', url: 'http://127.0.0.1:8080/health' },
				every: 11_000,
				timeout: 1500,
				failures: 4,
			},
			onDegraded: { tag: 'signal', signal: 10 },
			limits: {
				resources: new Map([
					['nofile', 4096],
					['core', 0],
					['stack', 8 * 2 ** 20],
					['memlock', Number.POSITIVE_INFINITY],
				]),
				memory: 2 ** 29,
				pids: 100,
			},
			nice: 5,
			oomScore: -10,
			noNewPrivs: true,
			log: { max: 2 ** 20, keep: 2 },
			labels: new Map([['tier', 'gold']]),
			sockets: [
				{ tag: 'tcp', host: '0.0.0.0', port: 8080, v6only: false },
				{ tag: 'udp', host: '::1', port: 53, v6only: false },
				{ tag: 'tcp', host: '::', port: 443, v6only: true },
				{ tag: 'unix', path: '/run/web.sock' },
			],
			bind: true,
			restartMode: 'overlap',
			ports: ['http', 'admin'],
			instances: 3,
			manual: true,
		}),
		described('cache', {
			run: ['memcached'],
			ready: { tag: 'tcp', host: '::1', port: 11211 },
			reload: { tag: 'command', args: ['kill', '-HUP'] },
		}),
		described('mount', { run: ['mount', '-a'], oneshot: true, restart: 'on-failure' }),
		described('backup', {
			run: ['/usr/local/bin/backup'],
			timer: { every: undefined, cron: '0 3 * * *', timezone: 'Europe/Lisbon', overlap: true },
		}),
		described('beat', {
			run: ['beat'],
			timer: { every: 300_000, cron: undefined, timezone: 'UTC', overlap: false },
		}),
	]);
	expect([...config.groups.values()]).toEqual([
		{
			name: 'shop',
			members: ['db', 'web'],
			strategy: 'rest_for_one',
			intensity: { restarts: 0, within: 59_000 },
		},
	]);
	expect(config.files).toEqual(
		['archon.toml', 'conf.d/10-more.toml', 'conf.d/20-timers.toml'].map((it) => `${example}/${it}`),
	);
});

test('the example leaves out no key', async () => {
	const setting = { value: '', source: 'default' };
	const settings = {
		socket: setting,
		stateDir: setting,
		logDir: setting,
		config: setting,
		rules: setting,
		logLevel: undefined,
		keeper: '',
	};
	const config = (await loadConfig(`${example}/archon.toml`, true, ports)) as Config;
	const said = [...rows(config, settings)].filter(({ source }) => source !== 'default').map(({ key }) => key);
	const resources = ['core', 'nofile', 'stack', 'memlock'].map((it) => `limits.${it}`);
	for (const { name } of serviceKeys) {
		if (!name.startsWith('limits.') || resources.includes(name)) {
			expect(said.some((key) => key.endsWith(`.${name}`) || key.includes(`.${name}.`))).toBe(true);
		}
	}
});

test('no file that nobody named is an empty configuration', async () => {
	const path = `${folder({})}/archon.toml`;
	const config = await loadConfig(path, false, ports);
	expect(config).toMatchObject({ services: new Map(), groups: new Map() });
	expect(areMistakes(await loadConfig(path, true, ports))).toBe(true);
});

test('a directory that cannot be entered is a mistake, unless something comes before', async () => {
	const text = (keys: string) =>
		`[defaults]\ndirectory = "no"\n[service.web]\nrun = ["web"]\n${keys}\n[service.db]\nrun = ["db"]\ndirectory = "/"`;
	const told = 'cannot enter no: no such file or directory';
	expect(await mistakes(text(''))).toEqual([`archon.toml:2: service.web.directory: ${told}`]);
	expect(await mistakes(text('wants = ["db"]'))).toHaveLength(1);
	expect(await mistakes(text('requires = ["db"]'))).toEqual([]);
	expect(await mistakes(text('after = ["db"]'))).toEqual([]);
});

test('every mistake is told, in the order of files and lines', async () => {
	const files = {
		'archon.toml': 'include = ["b.toml", "c.toml"]\n[service.web]\nnice = 99\nrequires = ["x"]\nrun = []',
		'b.toml': 'x = 1\n[service.db]\nrun = 1',
		'c.toml': '\n[',
	};
	expect((await mistakes(files)).map((it) => it.split(' ')[0])).toEqual([
		'archon.toml:3:',
		'archon.toml:5:',
		'b.toml:1:',
		'b.toml:3:',
		'c.toml:2:',
	]);
});

test('where a file cannot be read, names it may have are not missed', async () => {
	const files = {
		'archon.toml': 'include = ["b.toml"]\n[service.web]\nrun = ["web"]\nrequires = ["db"]',
		'b.toml': '[',
	};
	expect(await mistakes(files)).toHaveLength(1);
});

test('at most 1000 mistakes are told', async () => {
	expect(await mistakes(Array.from({ length: 2000 }, (_, index) => `k${index} = 1`).join('\n'))).toHaveLength(
		1000,
	);
});

test('a file that may not be read is a mistake', async () => {
	const at = folder({ 'archon.toml': '' });
	chmodSync(`${at}/archon.toml`, 0);
	const result = await loadConfig(`${at}/archon.toml`, false, ports);
	const told = areMistakes(result) ? result.map(formatMistake) : [];
	expect(told).toEqual(process.getuid?.() === 0 ? [] : [`${at}/archon.toml: cannot read: permission denied`]);
});

test('10 000 services of one file are read', async () => {
	const many = Array.from({ length: 10_000 }, (_, index) => `[service.s${index}]\nrun = ["x"]`);
	expect((await loaded(many.join('\n'))).services.size).toBe(10_000);
	expect(await mistakes([...many, '[service.more]\nrun = ["x"]'].join('\n'))).toHaveLength(1);
});

test('a file that was damaged anywhere is read or refused, never worse', async () => {
	const text = readFileSync(`${example}/archon.toml`, 'latin1');
	const at = folder({});
	const damage = fc.record({
		at: fc.nat(text.length),
		cut: fc.nat(20),
		put: fc.oneof(
			fc.constantFrom(
				'[',
				']',
				'{',
				'}',
				'"',
				"'",
				'"""',
				'\n',
				'=',
				'.',
				',',
				'#',
				'\0',
				'\xff',
				'__proto__',
				'-1',
				'1e400',
				'0x',
			),
			fc.string(),
		),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
			const damaged = damages.reduce(
				(all, { at, cut, put }) => all.slice(0, at) + put + all.slice(at + cut),
				text,
			);
			writeFileSync(`${at}/archon.toml`, damaged, 'latin1');
			const result = await loadConfig(`${at}/archon.toml`, true, {
				...ports,
				looksAt: async () => new Map(),
			});
			if (areMistakes(result)) {
				expect(result.length).toBeGreaterThan(0);
				for (const mistake of result) {
					expect(formatMistake(mistake)).toMatch(/^[^\n]+archon\.toml(:[0-9]+)?: [^\n]+$/);
				}
			} else {
				expect(result.services).toBeInstanceOf(Map);
			}
		}),
		{ numRuns: 300 },
	);
});
