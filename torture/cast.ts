/** The services that are tortured. Each writes down by itself that it has begun; how it ends follows from its pid. */

export type Paths = {
	/** Of this torture alone: in the environment of each process (`TORTURE`). */
	readonly directory: string;
	/** Where each process writes its name and pid. */
	readonly record: string;
	/** A folder where writers note how far they have come: `NAME.PID`. */
	readonly said: string;
	/** A program on a mount that never answers; undefined where there is none. */
	readonly hung: string | undefined;
	/** A folder with the programs of torture/programs, and one where they note what they do. */
	readonly programs: string;
	readonly notes: string;
	/** An address that nobody else has. */
	readonly host: string;
};

const begin = ({ record }: Paths) => `echo "$ARCHON_SERVICE $$" >> ${record}`;

/** Until somebody ends it. */
const lasting = (paths: Paths) => `${begin(paths)}; exec sleep 1000`;
/** It ends by itself, well or not. */
const weakly = (paths: Paths) => `${begin(paths)}; sleep 0.0$(($$ % 9)); exit $(($$ % 3))`;
const exitOf = (pid: number) => pid % 3;

/** It writes numbers without end, a line each, on both streams, and notes after every 50 that they are written. */
const chatty = (paths: Paths) =>
	`${begin(paths)}; i=0; while :; do i=$((i+1)); echo "$$ $i"; echo "$$ $i" >&2
	[ $((i % 50)) = 0 ] && { echo $i > ${paths.said}/$ARCHON_SERVICE.$$; sleep 0.02; }; done`;
/** The same in pieces: a line has no end for most of the time. */
const halves = (paths: Paths) =>
	`${begin(paths)}; i=0; while :; do i=$((i+1)); printf '%s ' $$; [ $((i % 7)) = 0 ] && sleep 0.01; printf '%s\\n' $i
	[ $((i % 20)) = 0 ] && echo $i > ${paths.said}/$ARCHON_SERVICE.$$; done`;
/** As fast as it can, in blocks that end anywhere; then it ends. */
const bursting = (paths: Paths) =>
	`${begin(paths)}; exec awk -v p=$$ 'BEGIN { for (i = 1; i <= ${burst}; i++) print p, i }'`;
/** How many lines that are: more than a pipe holds. */
export const burst = 8000;

/** A script, or one of torture/programs. */
type Part = { readonly script: (paths: Paths) => string; readonly more: string } | Program;
type Program = {
	readonly run: (paths: Paths) => readonly string[];
	readonly more: string;
	readonly socket?: number;
};

const often = 'backoff = { from = "5ms", to = "20ms" }\nlimit = { failures = 1000000, within = "1s" }';
const rarely = often.replace('"5ms", to = "20ms"', '"300ms", to = "300ms"');
/** Twice as long each time; what is measured against it is torture/growth.ts. */
const growing =
	'backoff = { from = "10ms", factor = 2, to = "320ms", reset = "1h", jitter = 0 }\nlimit = { failures = 1000000, within = "1s" }';
const always = `restart = "always"\n${often}`;
/** How long one that says by itself that it is ready may take to, milliseconds. */
export const patienceOfStart = 5000;
const notifying = `ready = "notify"\nstart_timeout = "${patienceOfStart}ms"\n${always}`;

/** Whose socket archon keeps: who knocks there is answered, whatever dies. */
const server = (port: number, bind: string | undefined): Program => ({
	run: ({ programs, host }) => [
		`${programs}/server`,
		...(bind === undefined ? ['inherit'] : [host, `${port}`]),
	],
	more: `${bind === undefined ? '' : `bind = ${bind}\n`}${notifying}`,
	socket: port,
});

/** Often rotated, and never so often that what was not read yet goes. */
const log = 'log = { max = "512KiB", keep = 100 }';

const parts: Readonly<Record<string, Part>> = {
	db: { script: lasting, more: often },
	web: { script: lasting, more: `requires = ["db"]\n${often}` },
	cache: { script: lasting, more: always },
	lone: { script: lasting, more: 'restart = "never"' },
	weak: { script: weakly, more: often },
	short: { script: weakly, more: always },
	talk: { script: chatty, more: `${log}\n${always}` },
	halves: { script: halves, more: `${log}\n${always}` },
	burst: { script: bursting, more: `${log}\nrestart = "always"\n${rarely}` },
	one: { script: lasting, more: often },
	two: { script: lasting, more: often },
	given: server(7001, undefined),
	preloaded: server(7002, 'true'),
	filtered: server(7003, '"seccomp"'),
	store: { run: ({ programs }) => [`${programs}/store`], more: notifying },
	grow: { run: ({ programs }) => [`${programs}/failing`], more: growing },
	tick: { script: (paths) => `${begin(paths)}; exit 0`, more: 'every = "50ms"' },
};

export const names = Object.keys(parts);

/** What stays up unless somebody stops it. */
export const steady = [
	'db',
	'web',
	'cache',
	'talk',
	'halves',
	'one',
	'two',
	'given',
	'preloaded',
	'filtered',
];

/** What runs until somebody ends it, and then no more. */
export const once = 'lone';

/** Names whose process changes with another's. */
export const bound: Readonly<Record<string, readonly string[]>> = { web: ['db'], one: ['two'], two: ['one'] };

/** Who has a socket that archon keeps, and its port. */
export const servers: ReadonlyMap<string, number> = new Map(
	Object.entries(parts).flatMap(([name, part]) =>
		'socket' in part && part.socket !== undefined ? [[name, part.socket] as const] : [],
	),
);

/** Which of these bind it themselves, as far as they know. */
export const binding = ['preloaded', 'filtered'];

/** The one that gives descriptors to archon. */
export const storing = 'store';

/** What archon keeps for these is gone, as it says, when they are stopped: nobody stops them. */
export const unstopped = [...servers.keys(), storing];

/** The one that always fails, and that nobody touches but who notes when. */
export const failing = 'grow';

/** What nobody but its own policy starts again while no request names it, and whose count of that is compared. */
export const failers = ['weak', 'short'];

/** What each that ends by itself exits with, by its pid. */
export const exits: ReadonlyMap<string, (pid: number) => number> = new Map([
	['weak', exitOf],
	['short', exitOf],
	['store', (pid) => pid % 2],
	['burst', () => 0],
	['tick', () => 0],
	[failing, () => 1],
]);

/** What ends and begins again and again, by itself. */
export const going = [...exits.keys()];

/** Who writes numbered lines, on which streams. */
export const writers: Readonly<Record<string, readonly string[]>> = {
	talk: ['o', 'e'],
	halves: ['o'],
	burst: ['o'],
};

/** The one on the mount that never answers. */
export const hung = 'hung';

export function configuration(paths: Paths): string {
	const env = `env = { TORTURE = "${paths.directory}" }`;
	const services = Object.entries(parts).map(
		([name, part]) => `[service.${name}]\n${runOf(part, paths)}\n${env}\n${part.more}\n`,
	);
	const group =
		'[group.pair]\nmembers = ["one", "two"]\nstrategy = "one_for_all"\nintensity = { restarts = 1000000, within = "1h" }\n';
	const stuck =
		paths.hung === undefined
			? ''
			: `[service.${hung}]\nrun = ["${paths.hung}"]\nmanual = true\nstop = { timeout = "50ms" }\n`;
	return [...services, group, stuck].join('\n');
}

function runOf(part: Part, paths: Paths): string {
	const run = 'run' in part ? part.run(paths) : ['sh', '-c', part.script(paths)];
	const socket = 'socket' in part ? `\nsockets = ["tcp:${paths.host}:${part.socket}"]` : '';
	return `run = ${JSON.stringify(run)}${socket}`;
}

/** What a `Run` of a rule is called, after its program. */
export const isOfRule = (name: string) => /^sh(-\d+)?$/.test(name);

/** One that behaves, whose program is run once for each end it hears of, and one that takes its thread down. */
export function rules(paths: Paths): Readonly<Record<string, string>> {
	return {
		'kind.lua': `rule "an end is written down" {
	on = "process.exited", when = { name = "short" },
	act = function(event)
		return run { "sh", "-c", "echo rule:" .. event.seq .. " $$ >> ${paths.record}" }
	end,
}
rule "an end is told" {
	on = "process.exited", when = { name = "weak" },
	act = function(event) return emit { type = "weak.ended", name = event.name, of = event.seq } end,
}
`,
		'hostile.lua': `rule "for ever" {
	on = "process.ready", when = { name = "lone" },
	act = function() while true do end end,
}
`,
	};
}
