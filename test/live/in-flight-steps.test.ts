import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { type Asked, type Outcome, Scene } from './in-flight-scene.ts';
import type { Blow, When } from './striking.ts';

const [up, down] = [
	{ db: 'running', web: 'running' },
	{ db: 'stopped', web: 'stopped' },
];

const run: Asked = {
	verb: 'Run',
	rest: (script) => [script('asked', 'exit 5'), 'ARCHON_NAME=asked'],
	reply: 'ExitStatus,5',
	from: down,
	to: down,
};
const notifying = {
	file: 'ready = "notify"',
	first: 'printf READY=1 | socat -u - UNIX-SENDTO:$NOTIFY_SOCKET',
};
const telling = { file: 'ready = "fd:3"', first: 'echo >&3' };
const start: Asked = { verb: 'Start', rest: () => ['web'], reply: 'Ok', from: down, to: up };
const restart: Asked = { verb: 'Restart', rest: () => ['db'], reply: 'Ok', from: up, to: up };
const held = { db: 'stopped', web: 'waiting' };

/** Each request that outlives the daemon. */
const requests: Readonly<Record<string, Asked & { readonly met?: readonly RegExp[] }>> = {
	Run: run,
	'Run with a key': {
		...run,
		rest: (script, cell) => [...run.rest(script, cell), `ARCHON_KEY=${cell}`],
		isRepeated: true,
	},
	'Run with descriptors': {
		...run,
		rest: (script) => [script('asked', 'cat; pwd >&2; exit 5'), 'ARCHON_NAME=asked'],
		passes: () => ({ input: 'hello\n' }),
		written: 'hello\n/\n',
	},
	'Run with descriptors and a directory': {
		...run,
		rest: (script) => [script('asked', 'cat; ls archon.toml >&2; exit 5'), 'ARCHON_NAME=asked'],
		passes: (directory) => ({ input: 'hello\n', fourth: directory }),
		written: 'hello\narchon.toml\n',
	},
	// One that is begun again without its descriptors would run. The next daemon knows it by its name alone: that of its program.
	'Run with descriptors and what is no directory': {
		...run,
		rest: (script) => [script('asked', 'exit 5'), 'ARCHON_NAME=sh'],
		passes: (directory) => ({ fourth: `${directory}/archon.toml` }),
		reply: 'Error,"cannot start ""sh"": directory: not a directory"',
		mayTryAgain: 'sh',
		written: '',
	},
	StartDaemon: {
		verb: 'StartDaemon',
		rest: (script) => [script('own', 'exec sleep 600'), 'ARCHON_NAME=own'],
		reply: 'Ok',
		from: down,
		to: { ...down, own: 'running' },
	},
	'StartDaemon of what is not there': {
		verb: 'StartDaemon',
		rest: () => ['/not/there', 'ARCHON_NAME=own'],
		reply: 'Error,"cannot start ""/not/there"": exec: no such file or directory"',
		mayTryAgain: 'own',
		from: down,
		to: down,
	},
	Start: start,
	'Start of what says that it is ready': { ...start, db: notifying },
	'Start of what says so into a descriptor': { ...start, db: telling },
	'Start behind a command, with another that says that it is ready': {
		...start,
		db: { file: 'before = [["true"]]\nready = "run:true"' },
	},
	'Start of what is asked for what it binds': {
		...start,
		db: { file: 'bind = "seccomp"' },
		// What its binder has in mind: zeros (src/supervisor/sockets/mind.ts).
		met: [/^before writing \0+ to .*\/binder-/, /^amid writing \0+ to .*\/binder-/],
	},
	Stop: { verb: 'Stop', rest: () => ['db'], reply: 'Ok', from: up, to: held },
	Restart: restart,
	'Restart of what says that it is ready': { ...restart, db: notifying },
	'Restart of what says so into a descriptor': { ...restart, db: telling },
	'Restart beside the one there is': {
		...restart,
		db: { file: `restart_mode = "overlap"\n${telling.file}`, first: telling.first },
	},
	Wait: { verb: 'Wait', rest: () => ['db', 'stopped'], reply: 'Ok', beside: 'Stop,db', from: up, to: held },
};

/** Among the steps of each: if one is not met nothing was tried. */
const met = [
	/^before writing .*\/intake$/s,
	/^amid writing .*\/intake$/s,
	/^before consumeMarked/,
	/^before the ledger/,
	/^before spawn/,
	/^amid writing .*\/journal\/\w+\/#$/s,
	/^before channelSend Reply/,
];

/** All that a step can be (test/programs/striking.cjs): what is none of these is a piece of one. */
const known = [
	/^writing .* to \S+(?: \(deleted\))?$/s,
	/^(?:rename|ftruncate|mkdir|rmdir|unlink|rm)Sync of /,
	/^the ledger's /,
	/^spawn$/,
	/^(?:consume|receive|accept|send|hangUp|channel|pidfdSignal|mkfifo|eventfdWrite)/,
];

/** A step by what is the same of it each time, and which of those that are so. */
type Step = { readonly like: string; readonly nth: number };

function stepsIn(taken: readonly string[]): Step[] {
	const counts = new Map<string, number>();
	return taken.map((step) => {
		// Which keys are known is another list each time.
		const like = step.replaceAll(/\d+/g, '#').replace(/^writing \[\{"key".* to /s, 'writing … to ');
		const nth = (counts.get(like) ?? 0) + 1;
		counts.set(like, nth);
		return { like, nth };
	});
}

/** Nothing ran, and nothing is left that could tell the next daemon: it tries as well, and tells of it. */
function twice({ told, ...usual }: Outcome, name: string): Outcome {
	return { ...usual, told: { ...told, [name]: `${told[name]} ${told[name]}` } };
}

function blowAt(when: When, { like, nth }: Step): Blow {
	const source = like
		.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
		.replaceAll('#', '\\d+')
		.replace('…', '.*');
	return { when, at: new RegExp(`^${source}$`), nth };
}

test.each(Object.entries(requests))(
	'%s: whichever step the daemon dies at, it is done once and answered once',
	{
		timeout: 180_000,
	},
	async (_, asked) => {
		const scene = await Scene.set(asked.db);
		await scene.play(asked, '0');
		const { outcome: usual, steps } = await scene.play(asked, '1');
		expect(usual.replies.slice(0, 4)).toEqual([asked.reply, 'Ok', 'ExitStatus,7', undefined]);
		expect([usual.lives['behind'], usual.written]).toEqual([1, asked.written]);
		const wrong: unknown[] = [];
		let cell = 1;
		const struck: string[] = [];
		// What happens at the same time happens in any order: each step that is ever met is struck, however it comes.
		const left = new Map<string, Step>();
		const tried = new Set<string>();
		const meet = (taken: readonly string[]) => {
			expect(taken.filter((step) => !known.some((it) => it.test(step)))).toEqual([]);
			for (const step of stepsIn(taken).filter((it) => !tried.has(JSON.stringify(it)))) {
				left.set(JSON.stringify(step), step);
			}
		};
		meet(steps);
		for (const [key, step] of left) {
			left.delete(key);
			tried.add(key);
			for (const when of step.like.startsWith('writing')
				? (['before', 'amid'] as const)
				: (['before'] as const)) {
				const { outcome, hasDied, steps: more } = await scene.play(asked, `${++cell}`, blowAt(when, step));
				meet(more);
				struck.push(...(hasDied ? [`${when} ${step.like}`] : []));
				const isUsual = isDeepStrictEqual(outcome, usual);
				if (!isUsual && !(asked.mayTryAgain && isDeepStrictEqual(outcome, twice(usual, asked.mayTryAgain)))) {
					wrong.push({ when, ...step, hasDied, outcome });
				}
			}
		}
		expect(wrong).toEqual([]);
		expect([...met, ...(asked.met ?? [])].filter((it) => !struck.some((step) => it.test(step)))).toEqual([]);
		expect(scene.deaths).toEqual(
			struck.map(() => 'archond: the daemon was ended by signal KILL: starting it again'),
		);
	},
);
