import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { plainDraft } from '../../src/config/draft.ts';
import { save } from '../../src/config/save.ts';
import type { Service } from '../../src/service/service.ts';
import { loaded, service } from './scratch.ts';

test('a service is saved as what differs from [defaults]', async () => {
	const web = await service(
		'stop = { timeout = "1s" }\nenv = { A = "1", "b c" = "é" }\nrestart = "always"\nlimits.nofile = 9\nrequires = []',
	);
	expect(save(web, plainDraft)).toBe(`[service.web]
run = ["web"]
env = { A = "1", "b c" = "Ã©" }
restart = "always"
stop = { timeout = "1s" }
limits = { nofile = 9 }
`);
});

test('what [defaults] says is not said again', async () => {
	const { services, defaults } = await loaded(
		'[defaults]\nrestart = "always"\nenv.A = "1"\nstop.signal = "INT"\n[service.web]\nrun = ["web"]\nenv.B = "2"\nstop.timeout = "1s"\n',
	);
	expect(save(services.get('web') as Service, defaults)).toBe(
		'[service.web]\nrun = ["web"]\nenv = { B = "2" }\nstop = { timeout = "1s" }\n',
	);
});

test('what the file cannot say is refused', async () => {
	const plain = await service('');
	expect(save(plain, { ...plainDraft, user: 'www' })).toEqual({
		refused: 'user is something in [defaults] and nothing here, which the file cannot say',
	});
	expect(save(plain, { ...plainDraft, env: new Map([['A', '1']]) })).toHaveProperty('refused');
	expect(save({ ...plain, run: ['\xff'] }, plainDraft)).toEqual({
		refused: 'web has bytes that are not UTF-8, which the file has to be',
	});
});

test('a name that is no bare key stands in quotes', async () => {
	expect(save({ ...(await service('')), name: 'web.1' }, plainDraft)).toContain('[service."web.1"]\n');
});

/** Keys with values, of which any may be said or not. */
const text = fc.string().filter((it) => !it.includes('\0'));
const quoted = text.map((it) => JSON.stringify(it).replaceAll('\x7f', '\\u007f'));
const duration = fc.nat(100_000).map((ms) => `"${ms}ms"`);
const command = fc.array(quoted, { minLength: 1, maxLength: 3 }).map((it) => `["x", ${it.join(', ')}]`);
const variables = fc
	.dictionary(
		fc.string({ minLength: 1 }).filter((it) => !/[=\0]/.test(it)),
		text,
		{ maxKeys: 3 },
	)
	.map((it) =>
		`{ ${Object.entries(it)
			.map(([k, v]) => `${JSON.stringify(k)} = ${JSON.stringify(v)}`)
			.join(', ')} }`.replaceAll('\x7f', '\\u007f'),
	);
const keys: Record<string, fc.Arbitrary<string>> = {
	ready: fc.constantFrom(
		'"notify"',
		'"fd:7"',
		'"log:^a b"',
		'"tcp:[::1]:1"',
		'"http://a/b"',
		'\'run:a,"b,c"\'',
	),
	start_timeout: duration,
	directory: fc.constantFrom('"/"', '"/tmp"'),
	env: variables,
	before: fc.array(command, { maxLength: 2 }).map((it) => `[${it.join(', ')}]`),
	reload: fc.oneof(fc.constant('"USR1"'), command),
	success: fc.constantFrom('[]', '[0, 3]', '["TERM"]', '[1, "RTMIN+2"]'),
	user: fc.constant('"www"'),
	group: fc.constant('"ops"'),
	umask: fc.constantFrom('"0"', '"077"'),
	restart: fc.constantFrom('"on-failure"', '"never"'),
	'backoff.from': duration,
	'backoff.factor': fc.double({ min: 0, max: 1000, noNaN: true }).map((it) => (it + 0).toFixed(7)),
	'limit.failures': fc.nat(9).map(String),
	'stop.signal': fc.constantFrom('"INT"', '"TERM"', '"RTMAX"'),
	'stop.timeout': duration,
	watchdog: fc.constant('"30s"'),
	'probe.check': fc.constant('"tcp:a:1"'),
	on_degraded: fc.constantFrom('"none"', '"signal:HUP"', '"restart"'),
	'limits.core': fc.constantFrom('0', '"1KiB"', '"unlimited"'),
	'limits.memory': fc.constantFrom('0', '"1GiB"', '"unlimited"'),
	nice: fc.integer({ min: -20, max: 19 }).map(String),
	no_new_privs: fc.boolean().map(String),
	'log.max': fc.integer({ min: 1, max: 1e9 }).map(String),
	labels: variables,
	instances: fc.integer({ min: 1, max: 9 }).map(String),
	oneshot: fc.boolean().map(String),
	manual: fc.boolean().map(String),
	restart_mode: fc.constantFrom('"replace"', '"overlap"'),
	'probe.every': fc.constant('"30s"'),
	timezone: fc.constant('"Europe/Lisbon"'),
	overlap: fc.boolean().map(String),
};
const said = fc.record(keys, { requiredKeys: [] }).map((it) =>
	Object.entries(it)
		.map(([key, value]) => `${key} = ${value}\n`)
		.join(''),
);
const timer = fc.constantFrom('', 'cron = "0 3 * * *"\n', 'every = "5s"\n');

test('what is saved is loaded as the same service, whatever [defaults] says', async () => {
	await fc.assert(
		fc.asyncProperty(said, timer, said, timer, async (defaults, often, own, ownOften) => {
			const around = `[defaults]\n${defaults}${often}`;
			// There is no probe to say anything of without a check.
			const probe = (defaults + own).includes('probe.check') ? '' : 'probe.check = "run:x"\n';
			const before = await loaded(`${around}[service.web]\nrun = ["web"]\n${own}${ownOften}${probe}`);
			const web = before.services.get('web') as Service;
			const table = save(web, before.defaults);
			if (isRefusal(table)) {
				throw new Error(table.refused);
			}
			const after = await loaded(`${around}${Buffer.from(table, 'latin1').toString()}`);
			expect(after.services.get('web')).toEqual(web);
		}),
	);
});
