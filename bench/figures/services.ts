import { compare, observe } from '../contest.ts';
import type { Figure, Row, Target } from '../figure.ts';
import type { Seen } from '../supervisors/life.ts';
import { type Lives, once } from '../supervisors/lives.ts';

const services = 1000;
const atOnce = 500;

const setting =
	`${services} services, each a static C program that writes CLOCK_MONOTONIC into a FIFO with its first instructions, ` +
	'so "up" is what it says itself. The floor is a C loop of posix_spawn and waitpid. Sockets, FIFOs and service directories are ' +
	'on tmpfs, as /run is. `run` of s6 and runit is the service itself, of "runit, sh" a script of two lines as in its manual. The peers are those that bench/install.sh could install (finit wants to be ' +
	'PID 1, dinit is not in Debian 12); supervisord and pm2 play one round, with --quick none.';

const brief = once(({ rounds, scale }) => ({ services, isQuick: scale < 1, rounds: Math.min(rounds, 7) }));

const whole = once(({ rounds, scale }) => ({
	services,
	isQuick: scale < 1,
	kills: { single: 5, atOnce },
	idle: scale < 1 ? 5000 : 10_000,
	rounds: Math.min(rounds, 2),
}));

/** What it costs to keep many services running. */
export const severalServices: readonly Figure[] = [
	{
		name: 'services-up',
		title: `${services} services up`,
		about: `From the start of the supervisor to the last stamp; to be ahead of all peers. ${setting}`,
		measure: async (effort) =>
			ratios(await brief(effort), 'ms', ({ up }) => [up], { atMost: 2.2 }, [
				's6',
				'runit',
				'supervisord',
				'pm2',
			]),
	},
	{
		name: 'services-stop',
		title: `${services} services stopped`,
		about: 'From the signal that ends the supervisor to the end of the last service, seen by pidfd.',
		tried:
			'All signals are sent before anything is told of them, and SIGCONT after all of them; control groups make no ' +
			'difference. What is left: a thousand ends take 80 ms of two processors by themselves, and beside them the ' +
			'keeper needs 30 µs for each it reaps and Node 50 ms until the last signal is out. Tried without effect: the ' +
			'keeper as SCHED_BATCH (it makes `run` slower), a millisecond of waiting where ends come by dozens.',
		measure: async (effort) => ratios(await brief(effort), 'ms', ({ stop }) => [stop], { atMost: 2 }),
	},
	{
		name: 'services-back',
		title: 'A killed service is back',
		about:
			`From SIGKILL to the stamp of its next instance, one of ${services}, up for more than 3 s. Policies: archond (\`reset = "1s"\`) ` +
			'and runit start again at once after a run of more than a second, pm2 always; s6 waits a second after any run of a service ' +
			'that does not tell that it is ready; the loop of supervisord looks once a second. To be ahead of "runit, sh".',
		tried:
			'Code stays compiled over rests, the pair of log pipes is used again, and whether a ' +
			'control group is empty is read with three system calls. What is left is two processes in a row, the keeper that ' +
			'reaps and Node that starts; a runsv does both itself. On a quieter machine 2.0 was measured.',
		measure: async (effort) =>
			ratios(await whole(effort), 'ms', ({ back }) => back, { atMost: 2.5 }, ['runit, sh']),
	},
	{
		name: 'services-killed',
		title: `${atOnce} services killed at once are back`,
		about: `From the first SIGKILL to the last of ${atOnce} new stamps, of ${services}; policies as with services-back.`,
		measure: async (effort) => ratios(await whole(effort), 'ms', ({ killed }) => killed, { atMost: 1.4 }),
	},
	{
		name: 'services-idle',
		title: `Processor time with ${services} idle services`,
		about:
			'Over 10 s (5 s with --quick), from 6 s after the last was up, of all threads of all processes of the supervisor (schedstat).',
		measure: async (effort) => values(await whole(effort), 'ms/s', ({ idle }) => idle, { atMost: 0.2 }),
	},
	{
		name: 'services-memory',
		title: `Anonymous memory with ${services} idle services`,
		about: 'Of all processes of the supervisor together (smaps_rollup).',
		measure: async (effort) => values(await whole(effort), 'MiB', ({ memory }) => memory, { atMost: 20 }),
	},
];

type Read = (seen: Seen) => readonly number[];

/** Against the floor; archond is also to be ahead of those named, as far as they are there. */
function ratios(
	lives: Lives,
	unit: string,
	read: Read,
	target: Target,
	ahead: readonly string[] = [],
): readonly Row[] {
	const samples = (name: string) =>
		lives.find((one) => one.name === name)?.seen.map((seen) => [...read(seen)]) ?? [];
	const rows = lives.map(({ name }) =>
		compare(name, unit, samples(name), samples('floor'), name === 'archond' ? target : undefined),
	);
	const best = Math.min(
		...rows.filter(({ contestant }) => ahead.includes(contestant)).map(({ median }) => median),
	);
	return rows.map((row) =>
		row.verdict === 'ok' && row.median >= best ? { ...row, verdict: 'missed' } : row,
	);
}

function values(lives: Lives, unit: string, read: Read, target: Target): readonly Row[] {
	return lives.map(({ name, seen }) =>
		observe(name, unit, seen.flatMap(read), name === 'archond' ? target : undefined),
	);
}
