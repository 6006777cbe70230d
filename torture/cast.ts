/** The services that are tortured, each of which writes into a record, by itself, that it has begun. */

const begin = (record: string) => `echo "$ARCHON_SERVICE $$" >> ${record}`;

/** Until somebody ends it. */
const lasting = (record: string) => `${begin(record)}; exec sleep 1000`;
/** It ends by itself, well or not. */
const failing = (record: string) => `${begin(record)}; sleep 0.0$(($$ % 9)); exit $(($$ % 3))`;
/** It writes numbers, one a line, without end. */
const chatty = (record: string) =>
	`${begin(record)}; i=0; while :; do i=$((i+1)); echo "$$ $i"; [ $((i % 50)) = 0 ] && sleep 0.01; done`;

type Part = { readonly script: (record: string) => string; readonly more: string };

const often = 'backoff = { from = "5ms", to = "20ms" }\nlimit = { failures = 1000000, within = "1s" }';

const parts: Readonly<Record<string, Part>> = {
	db: { script: lasting, more: often },
	web: { script: lasting, more: `requires = ["db"]\n${often}` },
	cache: { script: lasting, more: `restart = "always"\n${often}` },
	lone: { script: lasting, more: 'restart = "never"' },
	weak: { script: failing, more: often },
	short: { script: failing, more: `restart = "always"\n${often}` },
	talk: { script: chatty, more: `restart = "always"\nlog = { max = "64MiB", keep = 3 }\n${often}` },
	one: { script: lasting, more: often },
	two: { script: lasting, more: often },
	tick: { script: (record) => `${begin(record)}; exit 0`, more: 'every = "50ms"' },
};

export const names = Object.keys(parts);

/** What stays up unless somebody stops it. */
export const steady = ['db', 'web', 'cache', 'talk', 'one', 'two'];

export function configuration(record: string): string {
	const services = Object.entries(parts).map(
		([name, { script, more }]) =>
			`[service.${name}]\nrun = ["sh", "-c", ${JSON.stringify(script(record))}]\n${more}\n`,
	);
	const group =
		'[group.pair]\nmembers = ["one", "two"]\nstrategy = "one_for_all"\nintensity = { restarts = 1000000, within = "1s" }\n';
	return [...services, group].join('\n');
}
