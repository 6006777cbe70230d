import type { Request } from '../src/requests/request.ts';
import { verbOf } from './docs-verbs.ts';

/** What a word of a command line may be; shells know how to list each. */
export type Kind =
	| 'name'
	| 'state'
	| 'signal'
	| 'verb'
	| 'edge'
	| 'type'
	| 'stream'
	| 'shell'
	| 'test'
	| 'when'
	| 'restart'
	| 'command'
	| 'folder'
	| 'file'
	| 'any';

/** An option and the value it takes, if any. */
export type Option = { readonly word: string; readonly value: Kind | undefined };

/** What may follow a verb. */
export type Verb = {
	readonly verb: string;
	readonly summary: string;
	/** Of each word behind it. */
	readonly places: readonly Kind[];
	readonly options: readonly Option[];
};

/** The verbs of archonctl with what may stand behind each: of the registry, and what only archonctl knows. */
export function verbsOf(requests: readonly Request[]): Verb[] {
	const own: Verb = {
		verb: 'completion',
		summary: 'Print the completion of a shell.',
		places: ['shell'],
		options: [],
	};
	return [...requests.map(verbIn), own];
}

/** Options of every verb. */
export const common: readonly Option[] = [
	{ word: '--socket', value: 'file' },
	{ word: '--color', value: 'when' },
	{ word: '--json', value: undefined },
	{ word: '--help', value: undefined },
];

/** The lists that do not change while somebody types. */
export function listsOf(eventTypes: readonly string[]): Partial<Record<Kind, readonly string[]>> {
	return {
		state: 'waiting starting running stopping stopped exited backoff failed paused'.split(' '),
		signal: 'HUP INT QUIT USR1 USR2 TERM CONT STOP KILL WINCH'.split(' '),
		edge: ['requires', 'wants', 'after'],
		type: eventTypes,
		stream: ['stdout', 'stderr', 'archon'],
		shell: ['bash', 'zsh', 'fish'],
		test: ['test'],
		when: ['always', 'never', 'auto'],
		restart: ['always', 'on-failure', 'never'],
	};
}

function verbIn(it: Request): Verb {
	const verb = verbOf(it.name);
	const special = specials[verb];
	const first = it.summary.replace(/ \([^)]*\)/, '');
	return special === undefined
		? { verb, summary: first, places: placesOf(it.synopsis), options: optionsOf(it.synopsis) }
		: { verb, summary: first, ...special };
}

const program: readonly Option[] = [
	{ word: '-e', value: 'any' },
	{ word: '-C', value: 'folder' },
	{ word: '--name', value: 'any' },
	{ word: '--key', value: 'any' },
];

/** Verbs whose command line is not made of the synopsis alone. */
const specials: Record<string, Pick<Verb, 'places' | 'options'>> = {
	run: { places: ['command'], options: [...program, { word: '-E', value: undefined }] },
	'start-daemon': {
		places: ['command'],
		options: [
			...program,
			{ word: '--restart', value: 'restart' },
			{ word: '--user', value: 'any' },
			{ word: '--ready', value: 'any' },
		],
	},
	// Alone it is a request, `rules test FILE` a command of archonctl.
	rules: { places: ['test', 'file'], options: [{ word: '--since', value: 'any' }] },
	'monitor-fd': {
		places: [],
		options: [
			{ word: '--pid', value: 'any' },
			{ word: '--fd', value: 'any' },
			{ word: '--name', value: 'any' },
		],
	},
};

const kinds: Record<string, Kind> = {
	name: 'name',
	on: 'name',
	holder: 'name',
	names: 'name',
	exclude: 'name',
	state: 'state',
	signal: 'signal',
	request: 'verb',
	kind: 'edge',
	types: 'type',
	stream: 'stream',
};

/** `Wait,<name>,<state>[,<timeout>]`: name, state, any. */
function placesOf(synopsis: string): Kind[] {
	return [...synopsis.matchAll(/,<([a-z]+)>/g)].map(([, key = '']) => kinds[key] ?? 'any');
}

/** `[,<timeout>]` and `[,lines=<count>]` take a value, `[,follow]` does not. */
function optionsOf(synopsis: string): Option[] {
	return [...synopsis.matchAll(/\[,<?([a-z-]+)(>|=)?[^\]]*\]/g)].map(([, key = '', takes]) => ({
		word: `--${key}`,
		value: takes === undefined ? undefined : (kinds[key] ?? 'any'),
	}));
}

/** What may follow a verb, as a branch of the `case` in the completion of bash and of zsh. */
export function branchOf({ verb: name, places, options }: Verb): string {
	const parts = [
		places.length > 0 ? `places=(${places.join(' ')})` : '',
		options.length > 0 ? `options+=(${options.map(optionWord).join(' ')})` : '',
	].filter((part) => part !== '');
	return `        ${name}) ${parts.join(' ') || ':'} ;;`;
}

/** An option as those two keep it: `--json`, `--lines=any`. */
export function optionWord({ word, value }: Option): string {
	return value === undefined ? word : `${word}=${value}`;
}
