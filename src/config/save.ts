import { type Refusal, refuse } from '../base/refusal.ts';
import { bytesOf, characterAt } from '../base/utf8.ts';
import type { Service } from '../service/service.ts';
import { type Draft, draftOf, withStartTimeout } from './draft.ts';
import type { Key } from './key.ts';
import { serviceKeys } from './keys-service.ts';
import { printKey, printToml } from './print.ts';

/**
 * A service as a `[service.NAME]` table that says what differs from `[defaults]`, and reads back as that service; lines
 * of latin1 that are UTF-8. It is refused where the file cannot say it: bytes that are not UTF-8, or nothing where
 * `[defaults]` says something.
 */
export function save(service: Service, defaults: Draft): string | Refusal {
	const draft = draftOf(service);
	const base = baseOf(service, draft, defaults);
	const tables = new Map<string, string[]>();
	for (const key of serviceKeys) {
		if (key.isSame(draft, base)) {
			continue;
		}
		const said = key.entries === undefined ? plain(key, draft) : entries(key, draft, base);
		if (said === undefined) {
			return refuse(`${key.name} is something in [defaults] and nothing here, which the file cannot say`);
		}
		const [table = '', inner] = key.name.split('.');
		const name = inner === undefined ? [] : [`${printKey(inner)} = `];
		tables.set(table, [...(tables.get(table) ?? []), ...said.map((it) => `${name}${it}`)]);
	}
	const isInline = new Set(
		serviceKeys
			.filter((it) => it.name.includes('.') || it.entries !== undefined)
			.map((it) => it.name.split('.')[0]),
	);
	const lines = Array.from(
		tables,
		([key, said]) => `${key} = ${isInline.has(key) ? `{ ${said.join(', ')} }` : said.join('')}`,
	);
	const text = [`[service.${printKey(service.name)}]`, ...lines, ''].join('\n');
	return isUtf8(text)
		? text
		: refuse(`${service.name} has bytes that are not UTF-8, which the file has to be`);
}

/** What a service would be that says nothing, where what this one has no use for is as this one has it. */
function baseOf(service: Service, draft: Draft, defaults: Draft): Draft {
	const { startTimeout } = withStartTimeout({ ...defaults, oneshot: service.oneshot });
	const probe =
		service.probe === undefined ? { ...draft.probe, check: defaults.probe.check } : defaults.probe;
	// An `env_file` of the defaults is in `env` by now.
	return {
		...defaults,
		startTimeout,
		probe,
		timer: timerOf(service, draft.timer, defaults.timer),
		envFiles: [],
	};
}

function timerOf(
	{ timer }: Service,
	own: Draft['timer'],
	{ every, cron, ...rest }: Draft['timer'],
): Draft['timer'] {
	switch (timer?.tag) {
		case 'every':
			return { ...own, every, overlap: rest.overlap };
		case 'cron':
			return { ...rest, every: undefined, cron };
		default:
			return { ...own, every, cron };
	}
}

function plain(key: Key<Draft>, draft: Draft): string[] | undefined {
	const value = key.write(draft);
	return value === undefined ? undefined : [printToml(value)];
}

/** Undefined: an entry of `[defaults]` is missing here. */
function entries(key: Key<Draft>, draft: Draft, base: Draft): string[] | undefined {
	const own = key.entries?.of(draft) ?? new Map<string, string>();
	const theirs = key.entries?.of(base) ?? new Map<string, string>();
	if ([...theirs.keys()].some((name) => !own.has(name))) {
		return undefined;
	}
	const said = [...own].filter(([name, value]) => theirs.get(name) !== value);
	return said.map(([name, value]) => `${printKey(name)} = ${printToml(value)}`);
}

function isUtf8(bytes: string): boolean {
	for (let at = 0; at < bytes.length; ) {
		const code = characterAt(bytes, at);
		if (code < 0) {
			return false;
		}
		at += bytesOf(code);
	}
	return true;
}
