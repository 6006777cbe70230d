import { name as nameField } from '../base/field.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { parseArgs } from '../protocol/args.ts';
import { parseSettings } from '../protocol/settings.ts';
import type { Known } from '../supervisor/keys.ts';
import type { Launch } from '../supervisor/launch.ts';
import type { Context } from './context.ts';

export type Asked = {
	readonly launch: Launch;
	readonly name: string | undefined;
	readonly archon: ReadonlyMap<string, string>;
};

/**
 * What is to be done about one with a key, read by `launchOf` from these fields; undefined where it has none. A `Run` may
 * be called otherwise when it is repeated, as archonctl does.
 */
export function knownOf(
	request: 'Run' | 'StartDaemon',
	fields: readonly string[],
	{ archon }: Asked,
	{ asked, shared }: Context,
): Known | undefined {
	const key = archon.get('ARCHON_KEY');
	const isSame = (field: string) => request === 'Run' && field.startsWith('ARCHON_NAME=');
	const of = [request, ...fields.filter((field, i) => i === 0 || !isSame(field))];
	return key === undefined ? undefined : shared.keys.ask(key, of, asked?.number);
}

/** Reads what `Run` and `StartDaemon` have in common: the arguments, the settings and the descriptors. */
export function launchOf(
	request: 'Run' | 'StartDaemon',
	argsField: string,
	rest: readonly string[],
	context: Context,
): Asked | Refusal {
	const args = parseArgs(argsField);
	if (isRefusal(args)) {
		return args;
	}
	const settings = parseSettings(request, argsField, rest);
	if (isRefusal(settings)) {
		return settings;
	}
	const { env, archon } = settings;
	const refused = unknownSetting(request, archon);
	const chosen = archon.get('ARCHON_NAME');
	const name = chosen === undefined ? undefined : nameField.read(chosen);
	if (refused !== undefined || isRefusal(name)) {
		return refused ?? refuse(`ARCHON_NAME: ${(name as Refusal).refused}`);
	}
	const directory = archon.get('ARCHON_DIRECTORY') ?? '/';
	if (!directory.startsWith('/')) {
		return refuse(`ARCHON_DIRECTORY: ${shown(directory)} is no absolute path`);
	}
	// From here on they belong to the start, which closes them.
	return { launch: { args, env, directory, fds: context.fds.splice(0) }, name, archon };
}

const forDaemons = ['ARCHON_DIRECTORY', 'ARCHON_RESTART', 'ARCHON_USER', 'ARCHON_READY'];

function unknownSetting(request: string, archon: ReadonlyMap<string, string>): Refusal | undefined {
	const misplaced = request === 'Run' ? forDaemons.find((key) => archon.has(key)) : undefined;
	return misplaced === undefined ? undefined : refuse(`${misplaced} is for StartDaemon, not for Run`);
}
