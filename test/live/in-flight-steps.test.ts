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
const startDaemon: Asked = {
	verb: 'StartDaemon',
	rest: (script) => [script('own', 'exec sleep 600'), 'ARCHON_NAME=own'],
	reply: 'Ok',
	from: down,
	to: { ...down, own: 'running' },
};
const held = { db: 'stopped', web: 'waiting' };

/** Each request that outlives the daemon. */
const requests: Readonly<Record<string, Asked>> = {
	Run: run,
	'Run with a key': keyed(run),
	StartDaemon: startDaemon,
	'StartDaemon with a key': keyed(startDaemon),
	Start: { verb: 'Start', rest: () => ['web'], reply: 'Ok', from: down, to: up },
	Stop: { verb: 'Stop', rest: () => ['db'], reply: 'Ok', from: up, to: held },
	Restart: { verb: 'Restart', rest: () => ['db'], reply: 'Ok', from: up, to: up },
	Wait: { verb: 'Wait', rest: () => ['db', 'stopped'], reply: 'Ok', beside: 'Stop,db', from: up, to: held },
};

function keyed(asked: Asked): Asked {
	return {
		...asked,
		rest: (script, cell) => [...asked.rest(script, cell), `ARCHON_KEY=${cell}`],
		isRepeated: true,
	};
}

/** What differs, by the step at which the daemon died. */
type Wrong = { readonly step: string; readonly outcome: Outcome };

test.each(Object.entries(requests))('%s: whichever step the daemon dies at, it is done once and answered once', {
	timeout: 120_000,
}, async (_, asked) => {
	const t = performance.now();
	const scene = await Scene.set();
	await scene.play(asked, 'first');
	const { outcome: usual } = await scene.play(asked, 'usual');
	expect(usual.replies.slice(0, 4)).toEqual([asked.reply, 'Ok', 'ExitStatus,7', undefined]);
	const steps: string[] = [];
	const wrong: Wrong[] = [];
	const strike = async (when: 'before' | 'amid', nth: number) => {
		const { outcome, step } = await scene.play(asked, `${when}-${nth}`, { when, nth });
		if (step !== undefined) {
			steps.push(`${when} ${step}`);
		}
		if (!isDeepStrictEqual(outcome, usual)) {
			wrong.push({ step: steps.at(-1) ?? 'none', outcome });
		}
		return step;
	};
	for (let nth = 1, step: string | undefined = ''; step !== undefined; nth++) {
		step = await strike('before', nth);
		if (step?.startsWith('writing')) {
			await strike('amid', nth);
		}
	}
	console.log(_, steps.length, scene.deaths, performance.now() - t, JSON.stringify(usual), JSON.stringify(wrong, null, 1));
	//expect(wrong).toEqual([]);
	expect(scene.deaths).toBe(steps.length);
});
