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
};

const begin = ({ record }: Paths) => `echo "$ARCHON_SERVICE $$" >> ${record}`;

/** Until somebody ends it. */
const lasting = (paths: Paths) => `${begin(paths)}; exec sleep 1000`;
/** It ends by itself, well or not. */
const failing = (paths: Paths) => `${begin(paths)}; sleep 0.0$(($$ % 9)); exit $(($$ % 3))`;
/** What `failing` exits with. */
export const exitOf = (pid: number) => pid % 3;

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

type Part = { readonly script: (paths: Paths) => string; readonly more: string };

const often = 'backoff = { from = "5ms", to = "20ms" }\nlimit = { failures = 1000000, within = "1s" }';
const rarely = often.replace('"5ms", to = "20ms"', '"300ms", to = "300ms"');
const always = `restart = "always"\n${often}`;
/** Often rotated, and never so often that what was not read yet goes. */
const log = 'log = { max = "512KiB", keep = 100 }';

const parts: Readonly<Record<string, Part>> = {
	db: { script: lasting, more: often },
	web: { script: lasting, more: `requires = ["db"]\n${often}` },
	cache: { script: lasting, more: always },
	lone: { script: lasting, more: 'restart = "never"' },
	weak: { script: failing, more: often },
	short: { script: failing, more: always },
	talk: { script: chatty, more: `${log}\n${always}` },
	halves: { script: halves, more: `${log}\n${always}` },
	burst: { script: bursting, more: `${log}\nrestart = "always"\n${rarely}` },
	one: { script: lasting, more: often },
	two: { script: lasting, more: often },
	tick: { script: (paths) => `${begin(paths)}; exit 0`, more: 'every = "50ms"' },
};

export const names = Object.keys(parts);

/** What stays up unless somebody stops it. */
export const steady = ['db', 'web', 'cache', 'talk', 'halves', 'one', 'two'];

/** What ends by itself, with `exitOf`, and what nobody but its own policy starts again while no request names it. */
export const failers = ['weak', 'short'];

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
		([name, { script, more }]) =>
			`[service.${name}]\nrun = ["sh", "-c", ${JSON.stringify(script(paths))}]\n${env}\n${more}\n`,
	);
	const group =
		'[group.pair]\nmembers = ["one", "two"]\nstrategy = "one_for_all"\nintensity = { restarts = 1000000, within = "1h" }\n';
	const stuck =
		paths.hung === undefined
			? ''
			: `[service.${hung}]\nrun = ["${paths.hung}"]\nmanual = true\nstop = { timeout = "50ms" }\n`;
	return [...services, group, stuck].join('\n');
}

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
