import { toBytes } from '../base/to-bytes.ts';
import type { Group, Service } from '../service/service.ts';
import { type Accounts, checkAccounts } from './check-accounts.ts';
import { checkCycles } from './check-cycles.ts';
import { checkNames } from './check-names.ts';
import { checkServices } from './check-service.ts';
import type { Config, Origin } from './config.ts';
import { type Described, type Description, describe } from './describe.ts';
import { type Draft, serviceOf, withStartTimeout } from './draft.ts';
import { type EnvFiles, readEnvFiles, withEnvFiles } from './env.ts';
import { readFiles } from './files.ts';
import { joinKey, type Mistake } from './mistake.ts';

/** The rest of the world, for tests to replace. */
export type Ports = {
	readonly accounts: Accounts;
	/** Why directories cannot be entered, by path. */
	looksAt(paths: Iterable<string>): Promise<ReadonlyMap<string, string>>;
};

/** More than these nobody reads. */
const mostMistakes = 1000;

/**
 * Reads and checks a configuration: the file and what it includes. `path` is as Node has it; `isNamed`: somebody
 * named it, so it has to be there. Every mistake of it is told, in the order of files and lines, up to 1000.
 */
export async function loadConfig(
	path: string,
	isNamed: boolean,
	{ accounts, looksAt }: Ports,
): Promise<Config | readonly Mistake[]> {
	const { files, mistakes: unread } = await readFiles(toBytes(path), isNamed);
	const description = describe(files);
	const [env, unknown, closed] = await Promise.all([
		readEnvFiles(description),
		checkAccounts(description, accounts),
		checkDirectories(description, looksAt),
	]);
	const mistakes = [
		...unread,
		...description.mistakes,
		...env.mistakes,
		...checkServices(description),
		// What a file that could not be read may have said is not missed.
		...(unread.length === 0 ? [...checkNames(description), ...checkCycles(description)] : []),
		...unknown,
		...closed,
	];
	if (mistakes.length > 0) {
		const order = new Map(files.map(({ file }, index) => [file, index]));
		const rank = ({ file }: Mistake) => order.get(file) ?? order.size;
		return mistakes
			.sort((one, other) => rank(one) - rank(other) || one.line - other.line)
			.slice(0, mostMistakes);
	}
	return configOf(
		description,
		env.files,
		files.map(({ file }) => file),
	);
}

/** What may be there only once something it comes after has started is looked at by its start. */
async function checkDirectories(
	{ services, defaults }: Description,
	looksAt: Ports['looksAt'],
): Promise<Mistake[]> {
	const asked = Array.from(services).filter(
		([, { draft }]) => draft.directory !== '/' && draft.requires.length === 0 && draft.after.length === 0,
	);
	const reasons = await looksAt(new Set(asked.map(([, { draft }]) => draft.directory)));
	return asked.flatMap(([name, { draft, places, place }]) => {
		const reason = reasons.get(draft.directory);
		const where = places.get('directory') ?? defaults.places.get('directory') ?? place;
		const text = `cannot enter ${draft.directory}: ${reason}`;
		return reason === undefined ? [] : [{ ...where, key: `service.${joinKey(name)}.directory`, text }];
	});
}

function configOf(
	{ daemon, defaults, services, groups }: Description,
	env: EnvFiles,
	files: string[],
): Config {
	const built = new Map<string, Service>();
	const origins = new Map<string, Origin>();
	for (const [name, described] of services) {
		const { draft, places } = withEnvFiles(withTimer(described), described.places, defaults.places, env);
		built.set(name, serviceOf(name, withStartTimeout(draft)));
		origins.set(name, { places, envFiles: draft.envFiles });
	}
	const plain = withEnvFiles(defaults.draft, defaults.places, new Map(), env);
	return {
		daemon: daemon.draft,
		services: built,
		groups: new Map(Array.from(groups, ([name, { draft }]): [string, Group] => [name, { name, ...draft }])),
		defaults: plain.draft,
		files,
		origins: {
			daemon: daemon.places,
			defaults: plain.places,
			services: origins,
			groups: new Map(Array.from(groups, ([name, { places }]) => [name, places])),
		},
	};
}

/** A service that says `cron` does not want what `[defaults]` says of `every`, nor the other way round. */
function withTimer({ draft, places }: Described<Draft>): Draft {
	const { timer } = draft;
	if (places.has('cron')) {
		return { ...draft, timer: { ...timer, every: undefined } };
	}
	return places.has('every') ? { ...draft, timer: { ...timer, cron: undefined } } : draft;
}
