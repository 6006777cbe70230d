import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { formatArgs, parseArgs } from './args.ts';
import { joinRecord } from './join.ts';

/** The `key=value` fields of a request: the environment, and the settings that act on archon instead. */
export type Settings = { readonly env: Map<string, string>; readonly archon: Map<string, string> };

/** Settings that are taken out of the environment. */
const taken: ReadonlySet<string> = new Set([
	'ARCHON_NAME',
	'ARCHON_KEY',
	'ARCHON_DIRECTORY',
	'ARCHON_RESTART',
	'ARCHON_USER',
	'ARCHON_READY',
]);

/**
 * Reads the fields behind `<args>`; of equal keys the last wins. `request` and `args` are for the hint of a
 * refusal.
 */
export function parseSettings(request: string, args: string, fields: readonly string[]): Settings | Refusal {
	const env = new Map<string, string>();
	const archon = new Map<string, string>();
	for (const field of fields) {
		const equals = field.indexOf('=');
		if (equals < 0) {
			return refuse(`${shown(field)} is not key=value${hint(request, args, fields)}`);
		}
		if (equals === 0) {
			return refuse(`${shown(field)} has no key in front of its =`);
		}
		const key = field.slice(0, equals);
		(taken.has(key) ? archon : env).set(key, field.slice(equals + 1));
	}
	return { env, archon };
}

/** Beyond it nobody reads a hint. */
const longestHint = 1000;
const variable = /^[A-Z_][A-Z0-9_]{0,63}$/;

/**
 * Fields without `=` look like arguments unless each is empty (a comma too many) or in capitals as
 * variables are (a value forgotten). Options are arguments in what is shown, `--color=auto` too; the other
 * settings stay settings.
 */
function hint(request: string, args: string, fields: readonly string[]): string {
	const odd = fields.filter((field) => !field.includes('='));
	if (odd.every((field) => field === '' || variable.test(field))) {
		return odd[0] ? `; to set it to nothing write ${odd[0]}=` : '';
	}
	const first = parseArgs(args);
	if (isRefusal(first)) {
		return '';
	}
	const isArgument = (field: string) => !field.includes('=') || field.startsWith('-');
	const meant = formatArgs([...first, ...fields.filter(isArgument)]);
	const record = joinRecord([request, meant, ...fields.filter((field) => !isArgument(field))]);
	return record.length > longestHint ? '' : `; to pass arguments write ${record}`;
}
