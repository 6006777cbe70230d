import { describe, expect, test } from 'vitest';
import { missingServiceKeys, mostInstances, serviceKeys } from '../../src/config/keys-service.ts';
import type { Service } from '../../src/service/service.ts';
import { mistakes, service } from './scratch.ts';

/** Each key with values and what they make of a service. */
const good: Record<string, [toml: string, made: Partial<Service>][]> = {
	run: [],
	ready: [['"notify"', { ready: { tag: 'notify' } }]],
	start_timeout: [
		['"1.5s"', { startTimeout: 1500 }],
		['"0s"', { startTimeout: 0 }],
	],
	directory: [['"/"', { directory: '/' }]],
	env: [
		[
			'{ PORT = "8080", "a b" = "" }',
			{
				env: new Map([
					['PORT', '8080'],
					['a b', ''],
				]),
			},
		],
		['{}', { env: new Map() }],
	],
	env_file: [['[]', { env: new Map() }]],
	before: [['[["nginx", "-t"], ["x"]]', { before: [['nginx', '-t'], ['x']] }]],
	reload: [
		['"SIGHUP"', { reload: { tag: 'signal', signal: 1 } }],
		['["kill", "-1"]', { reload: { tag: 'command', args: ['kill', '-1'] } }],
	],
	success: [
		['[0, 143, "TERM", "SIGINT", 143]', { success: { codes: [0, 143], signals: ['TERM', 'INT'] } }],
		['[]', { success: { codes: [], signals: [] } }],
	],
	user: [['"www"', { user: 'www' }]],
	group: [['"ops"', { group: 'ops' }]],
	umask: [
		['"027"', { umask: 0o27 }],
		['"0"', { umask: 0 }],
	],
	requires: [['[]', { requires: [] }]],
	wants: [['[]', { wants: [] }]],
	after: [['[]', { after: [] }]],
	restart: [
		['"always"', { restart: 'always' }],
		['"on-failure"', { restart: 'on-failure' }],
		['"never"', { restart: 'never' }],
	],
	'backoff.from': [['"0s"', { backoff: { from: 0, factor: 2, to: 60_000, reset: 10_000, jitter: 0.1 } }]],
	'backoff.factor': [
		['1.5', { backoff: { from: 200, factor: 1.5, to: 60_000, reset: 10_000, jitter: 0.1 } }],
	],
	'backoff.to': [['"1h"', { backoff: { from: 200, factor: 2, to: 3_600_000, reset: 10_000, jitter: 0.1 } }]],
	'backoff.reset': [['"0s"', { backoff: { from: 200, factor: 2, to: 60_000, reset: 0, jitter: 0.1 } }]],
	'backoff.jitter': [['0', { backoff: { from: 200, factor: 2, to: 60_000, reset: 10_000, jitter: 0 } }]],
	'limit.failures': [['0', { limit: { failures: 0, within: 10_000, retry: 300_000 } }]],
	'limit.within': [['"2m"', { limit: { failures: 5, within: 120_000, retry: 300_000 } }]],
	'limit.retry': [['"0s"', { limit: { failures: 5, within: 10_000, retry: 0 } }]],
	'stop.signal': [['"RTMIN+3"', { stop: { signal: 37, timeout: 10_000 } }]],
	'stop.timeout': [['"0ms"', { stop: { signal: 15, timeout: 0 } }]],
	watchdog: [['"30s"', { watchdog: 30_000 }]],
	'probe.check': [
		[
			'"tcp:a:1"',
			{ probe: { check: { tag: 'tcp', host: 'a', port: 1 }, every: 10_000, timeout: 2000, failures: 3 } },
		],
	],
	'probe.every': [],
	'probe.timeout': [],
	'probe.failures': [],
	on_degraded: [
		['"none"', { onDegraded: { tag: 'none' } }],
		['"signal:USR1"', { onDegraded: { tag: 'signal', signal: 10 } }],
	],
	sockets: [
		[
			'["tcp:0.0.0.0:80", "unix:/run/x"]',
			{
				sockets: [
					{ tag: 'tcp', host: '0.0.0.0', port: 80, v6only: false },
					{ tag: 'unix', path: '/run/x' },
				],
			},
		],
		['[]', { sockets: [] }],
	],
	activate: [['"start"', { activate: 'start' }]],
	bind: [['true', { bind: true }]],
	ports: [['["http", "x-1"]', { ports: ['http', 'x-1'] }]],
	restart_mode: [
		['"overlap"', { restartMode: 'overlap' }],
		['"replace"', { restartMode: 'replace' }],
	],
	'limits.as': [
		['"1GiB"', { limits: { resources: new Map([['as', 2 ** 30]]), memory: undefined, pids: undefined } }],
	],
	'limits.core': [
		['0', { limits: { resources: new Map([['core', 0]]), memory: undefined, pids: undefined } }],
	],
	'limits.cpu': [],
	'limits.data': [],
	'limits.fsize': [],
	'limits.memlock': [
		[
			'"unlimited"',
			{
				limits: {
					resources: new Map([['memlock', Number.POSITIVE_INFINITY]]),
					memory: undefined,
					pids: undefined,
				},
			},
		],
	],
	'limits.msgqueue': [],
	'limits.nice': [],
	'limits.nofile': [
		['4096', { limits: { resources: new Map([['nofile', 4096]]), memory: undefined, pids: undefined } }],
	],
	'limits.nproc': [],
	'limits.rss': [],
	'limits.rtprio': [],
	'limits.rttime': [],
	'limits.sigpending': [],
	'limits.stack': [],
	'limits.memory': [
		['"512MiB"', { limits: { resources: new Map(), memory: 2 ** 29, pids: undefined } }],
		['"unlimited"', { limits: { resources: new Map(), memory: undefined, pids: undefined } }],
	],
	'limits.pids': [['100', { limits: { resources: new Map(), memory: undefined, pids: 100 } }]],
	nice: [
		['-20', { nice: -20 }],
		['0', { nice: 0 }],
		['19', { nice: 19 }],
	],
	oom_score: [
		['-1000', { oomScore: -1000 }],
		['1000', { oomScore: 1000 }],
	],
	no_new_privs: [['true', { noNewPrivs: true }]],
	'log.max': [['"1B"', { log: { max: 1, keep: 5 } }]],
	'log.keep': [
		['1', { log: { max: 10 * 2 ** 20, keep: 1 } }],
		['1000', { log: { max: 10 * 2 ** 20, keep: 1000 } }],
	],
	labels: [['{ tier = "gold" }', { labels: new Map([['tier', 'gold']]) }]],
	instances: [
		['1', { instances: 1 }],
		[String(mostInstances), { instances: mostInstances }],
	],
	oneshot: [['true', { oneshot: true, startTimeout: undefined }]],
	manual: [['true', { manual: true }]],
	every: [['"5m"', { timer: { tag: 'every', every: 300_000, overlap: false } }]],
	cron: [['"0 3 * * *"', { timer: { tag: 'cron', cron: '0 3 * * *', timezone: 'UTC', overlap: false } }]],
	timezone: [['"Europe/Lisbon"', { timer: undefined }]],
	overlap: [['true', { timer: undefined }]],
};

/** Each key with values that it does not take and what is said then. */
const bad: Record<string, [toml: string, text: string][]> = {
	run: [
		['"node server.js"', 'expected a list of strings, the program first, as ["ls", "-l"], got a string'],
		['[]', 'the program, the first of the list, is missing'],
		['["", "x"]', 'the program, the first of the list, is missing'],
		['["a", 1]', 'expected a string, got the number 1'],
		['["a", "\\u0000"]', '"\0" holds a NUL'.replace('\0', '\\u{0}')],
	],
	ready: [
		[
			'"soon"',
			'expected "exec", "notify", "fd:N", "log:PATTERN", "tcp:HOST:PORT", "http://HOST/PATH" or "run:COMMAND", got "soon"',
		],
	],
	start_timeout: [['30', 'expected a duration ("200ms", "5s", "2m" or "1h"), got the number 30']],
	directory: [['""', 'expected a path, got ""']],
	env: [['["A=1"]', 'expected a table of strings, got a list']],
	env_file: [['".env"', 'expected a list of paths, got a string']],
	before: [
		['["nginx", "-t"]', 'expected a list of strings, the program first, as ["ls", "-l"], got a string'],
	],
	reload: [
		['"HOP"', 'expected a signal ("TERM", "HUP"), got "HOP"'],
		['1', 'expected a signal ("HUP") or a command as a list, got the number 1'],
	],
	success: [
		['[256]', 'expected an exit code (0 to 255) or a signal ("TERM"), got the number 256'],
		['[-1]', 'expected an exit code (0 to 255) or a signal ("TERM"), got the number -1'],
		['["HOP"]', 'expected an exit code (0 to 255) or a signal ("TERM"), got "HOP"'],
		['0', 'expected a list of exit codes (0 to 255) and signals ("TERM"), got the number 0'],
	],
	user: [['"nobody-of-that-name"', 'there is no user "nobody-of-that-name"']],
	group: [
		['""', 'expected a string, got an empty one'],
		['"www"', 'there is no group "www"'],
	],
	umask: [
		['"088"', 'expected a umask as a string of octal digits ("022"), got "088"'],
		['22', 'expected a umask as a string of octal digits ("022"), got the number 22'],
	],
	requires: [
		['["a b"]', '"a b" is not a name: letters, digits and _.@-, 64 at most, the first a letter or a digit'],
	],
	wants: [['"db"', 'expected a list of names, got a string']],
	after: [['[1]', 'expected a name, got the number 1']],
	restart: [['"sometimes"', 'expected "always", "on-failure" or "never", got "sometimes"']],
	'backoff.from': [['"1.5ms"', 'expected a duration ("200ms", "5s", "2m" or "1h"), got "1.5ms"']],
	'backoff.factor': [['-1', 'expected a number from 0 to 1000, got the number -1']],
	'backoff.to': [['"600h"', '"600h" is longer than 2147483647ms (596h, 24.8 days)']],
	'backoff.reset': [['"-1s"', 'expected a duration ("200ms", "5s", "2m" or "1h"), got "-1s"']],
	'backoff.jitter': [['1.1', 'expected a number from 0 to 1, got the number 1.1']],
	'limit.failures': [['1.5', 'expected a whole number from 0 to 1000000, got the number 1.5']],
	'limit.within': [['"10"', 'expected a duration ("200ms", "5s", "2m" or "1h"), got "10"']],
	'limit.retry': [['false', 'expected a duration ("200ms", "5s", "2m" or "1h"), got false']],
	'stop.signal': [['"0"', 'expected a signal ("TERM", "HUP"), got "0"']],
	'stop.timeout': [['0', 'expected a duration ("200ms", "5s", "2m" or "1h"), got the number 0']],
	watchdog: [['"0s"', 'expected a duration longer than 0']],
	'probe.check': [
		['"notify"', 'expected "tcp:HOST:PORT", "http://HOST/PATH" or "run:COMMAND", got "notify"'],
	],
	'probe.every': [['"0s"', 'expected a duration longer than 0']],
	'probe.timeout': [['"0s"', 'expected a duration longer than 0']],
	'probe.failures': [['0', 'expected a whole number from 1 to 1000000, got the number 0']],
	on_degraded: [
		['"stop"', 'expected "restart", "none" or "signal:NAME", got "stop"'],
		['"signal:HOP"', '"HOP" is not a signal; write signal:HUP'],
	],
	sockets: [
		['["80"]', 'expected "tcp:HOST:PORT", "udp:HOST:PORT" or "unix:PATH", got "80"'],
		['"tcp:0.0.0.0:80"', 'expected a list of addresses, got a string'],
	],
	ports: [['["1"]', 'expected a name of at most 32 letters, digits and _-, the first a letter, got "1"']],
	restart_mode: [['"rolling"', 'expected "replace" or "overlap", got "rolling"']],
	bind: [['"preload"', 'expected true, false or "seccomp", got "preload"']],
	activate: [['"later"', 'expected "start" or "on-connect", got "later"']],
	'limits.as': [['-1', 'expected a number, a size ("512MiB") or "unlimited", got the number -1']],
	'limits.core': [['"1MB"', 'expected a number, a size ("512MiB") or "unlimited", got "1MB"']],
	'limits.memory': [['"much"', 'expected a size ("512MiB") or "unlimited", got "much"']],
	'limits.pids': [['1.5', 'expected a number or "unlimited", got the number 1.5']],
	nice: [
		['-21', 'expected a whole number from -20 to 19, got the number -21'],
		['20', 'expected a whole number from -20 to 19, got the number 20'],
	],
	oom_score: [['1001', 'expected a whole number from -1000 to 1000, got the number 1001']],
	no_new_privs: [['"true"', 'expected true or false, got a string']],
	'log.max': [['0', 'expected a size ("512MiB", "64KiB", "1GiB" or bytes) of at least 1B, got the number 0']],
	'log.keep': [
		['0', 'expected a whole number from 1 to 1000, got the number 0'],
		['1001', 'expected a whole number from 1 to 1000, got the number 1001'],
	],
	labels: [['"gold"', 'expected a table of strings, got a string']],
	instances: [
		['0', 'expected a whole number from 1 to 1000, got the number 0'],
		['1001', 'expected a whole number from 1 to 1000, got the number 1001'],
	],
	oneshot: [['1', 'expected true or false, got the number 1']],
	manual: [['2026-11-21', 'expected true or false, got a date']],
	every: [['"0s"', 'expected a duration longer than 0']],
	cron: [['"* * * *"', 'expected five, six, or seven']],
	timezone: [['"Mars/Olympus"', 'expected a time zone ("Europe/Lisbon", "UTC"), got "Mars/Olympus"']],
	overlap: [['[]', 'expected true or false, got a list']],
};

const limitsAlike = serviceKeys.filter(({ name }) => name.startsWith('limits.')).map(({ name }) => name);

test('every key is tried with values it takes and values it does not', () => {
	const names = serviceKeys.map(({ name }) => name);
	expect(Object.keys(good)).toEqual(names);
	expect(names.filter((name) => bad[name] === undefined && !limitsAlike.includes(name))).toEqual([]);
});

describe('a value that a key takes', () => {
	for (const [key, toml, made] of Object.entries(good).flatMap(([key, values]) =>
		values.map((it) => [key, ...it] as const),
	)) {
		test(`${key} = ${toml}`, async () => {
			expect(await service(`${key} = ${toml}`)).toMatchObject(made);
		});
	}
});

describe('a value that a key does not take is a mistake with its line', () => {
	for (const [key, toml, text] of Object.entries(bad).flatMap(([key, values]) =>
		values.map((it) => [key, ...it] as const),
	)) {
		test(`${key} = ${toml}`, async () => {
			const run = key === 'run' ? '' : 'run = ["web"]';
			const told = await mistakes(`[service.web]\n${run}\n${key} = ${toml}`);
			expect(told[0]).toMatch(`archon.toml:3: service.web.${key}: `);
			expect(told[0]).toContain(key === 'cron' ? '"* * * *"' : text);
		});
	}
});

test('every limit of setrlimit is read alike', async () => {
	for (const key of limitsAlike.filter((it) => it !== 'limits.memory' && it !== 'limits.pids')) {
		const { limits } = await service(`${key} = 7`);
		expect(limits.resources).toEqual(new Map([[key.slice('limits.'.length), 7]]));
	}
});

test('what is not there yet is a mistake that says so', async () => {
	for (const { name, missing } of missingServiceKeys) {
		expect(await mistakes(`[service.web]\nrun = ["web"]\n${name} = true`)).toEqual([
			`archon.toml:3: service.web.${name}: not there yet: ${missing}`,
		]);
	}
});

test('what changes in place is what the format says', () => {
	const inPlace = serviceKeys
		.filter(({ change }) => change === 'in-place')
		.map(({ name }) => name.split('.')[0]);
	expect([...new Set(inPlace)].sort()).toEqual(
		'restart backoff limit stop log labels probe watchdog on_degraded success reload manual requires wants after'
			.split(' ')
			.sort(),
	);
});

test('[defaults] takes every key but what makes a service this one', () => {
	const not = serviceKeys.filter(({ inDefaults }) => !inDefaults).map(({ name }) => name);
	expect(not).toEqual(['run', 'requires', 'wants', 'after', 'sockets', 'ports']);
});
