import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { type Asked, type Outcome, Scene } from './in-flight-scene.ts';

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
const held = { db: 'stopped', web: 'waiting' };

/** Each request that outlives the daemon. */
const requests: Readonly<Record<string, Asked>> = {
	Run: run,
	'Run with a key': {
		...run,
		rest: (script, cell) => [...run.rest(script, cell), `ARCHON_KEY=${cell}`],
		isRepeated: true,
	},
	StartDaemon: {
		verb: 'StartDaemon',
		rest: (script) => [script('own', 'exec sleep 600'), 'ARCHON_NAME=own'],
		reply: 'Ok',
		from: down,
		to: { ...down, own: 'running' },
	},
	Start: { verb: 'Start', rest: () => ['web'], reply: 'Ok', from: down, to: up },
	Stop: { verb: 'Stop', rest: () => ['db'], reply: 'Ok', from: up, to: held },
	Restart: { verb: 'Restart', rest: () => ['db'], reply: 'Ok', from: up, to: up },
	Wait: { verb: 'Wait', rest: () => ['db', 'stopped'], reply: 'Ok', beside: 'Stop,db', from: up, to: held },
};

/** Among the steps of each: if one is not met nothing was tried. */
const met = [
	/^before writing .*\/intake$/s,
	/^amid writing .*\/intake$/s,
	/^before consumeMarked/,
	/^before the ledger/,
	/^before spawn/,
	/^amid writing .*\/journal\/\w+\/\d+$/s,
	/^before channelSend Reply/,
];

/** What differs, by the step at which the daemon died. */
type Wrong = { readonly step: string; readonly outcome: Outcome };

test.each(Object.entries(requests))(
	'%s: whichever step the daemon dies at, it is done once and answered once',
	{
		timeout: 120_000,
	},
	async (_, asked) => {
		const scene = await Scene.set();
		await scene.play(asked, 'first');
		const { outcome: usual } = await scene.play(asked, 'usual');
		expect(usual.replies.slice(0, 4)).toEqual([asked.reply, 'Ok', 'ExitStatus,7', undefined]);
		expect(usual.lives['behind']).toBe(1);
		const steps: string[] = [];
		const wrong: Wrong[] = [];
		const strike = async (when: 'before' | 'amid', nth: number) => {
			const { outcome, step } = await scene.play(asked, `${when}-${nth}`, { when, nth });
			if (step !== undefined) {
				steps.push(`${when} ${step}`);
			}
			if (!isDeepStrictEqual(outcome, usual)) {
				wrong.push({ step: step === undefined ? 'none' : `${when} ${step}`, outcome });
			}
			return step;
		};
		for (let [nth, step]: [number, string | undefined] = [1, '']; step !== undefined; nth++) {
			step = await strike('before', nth);
			if (step?.startsWith('writing')) {
				await strike('amid', nth);
			}
		}
		expect(wrong).toEqual([]);
		expect(met.filter((it) => !steps.some((step) => it.test(step)))).toEqual([]);
		expect(scene.deaths).toEqual(
			steps.map(() => 'archond: the daemon was ended by signal KILL: starting it again'),
		);
	},
);
