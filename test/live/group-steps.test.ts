import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, onTestFailed, test } from 'vitest';
import { temporary } from '../archon.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { type Blow, Striking } from './striking.ts';
import { until } from './until.ts';

type Kind = {
	readonly groups: string;
	/** The member whose process is killed; undefined: the group is stopped by request. */
	readonly fails?: string;
	readonly ends: string;
	readonly lives: string;
	readonly order: string;
};

/** Each thing that a group does, when one of its members fails for the most part, and what it ends with. */
const kinds: Readonly<Record<string, Kind>> = {
	'restarts all': {
		groups: '[group.g]\nmembers = ["a", "b", "c"]\nstrategy = "one_for_all"\nintensity = { restarts = 1000 }',
		fails: 'a',
		ends: 'group.ready g',
		lives: 'a b c',
		order: 'exited a, exited c, exited b, starting a, starting b, starting c',
	},
	'restarts those behind it': {
		groups:
			'[group.g]\nmembers = ["a", "b", "c"]\nstrategy = "rest_for_one"\nintensity = { restarts = 1000 }',
		fails: 'b',
		ends: 'group.ready g',
		lives: 'b c',
		order: 'exited b, exited c, starting b, starting c',
	},
	'gives up': {
		groups: '[group.g]\nmembers = ["a", "b", "c"]\nintensity = { restarts = 0 }',
		fails: 'b',
		ends: 'group.failed g',
		lives: '',
		order: 'exited b, exited c, exited a',
	},
	'gives up and is restarted with others by the group that it is in': {
		groups:
			'[group.inner]\nmembers = ["a", "b"]\nintensity = { restarts = 0 }\n' +
			'[group.g]\nmembers = ["inner", "c"]\nstrategy = "one_for_all"\nintensity = { restarts = 1000 }',
		fails: 'b',
		ends: 'group.ready g',
		lives: 'a b c',
		order: 'exited b, exited a, exited c, starting a, starting b, starting c',
	},
	'gives up and is restarted alone by the group that it is in': {
		groups:
			'[group.inner]\nmembers = ["a", "b"]\nintensity = { restarts = 0 }\n' +
			'[group.g]\nmembers = ["inner", "c"]\nintensity = { restarts = 1000 }',
		fails: 'b',
		ends: 'group.ready g',
		lives: 'a b',
		order: 'exited b, exited a, starting a, starting b',
	},
	'is stopped': {
		groups: '[group.g]\nmembers = ["a", "b", "c"]',
		ends: 'group.stopped g',
		lives: '',
		order: 'exited c, exited b, exited a',
	},
};

/** What a next daemon goes by, and what it cannot undo. */
const telling = /^writing .* to .*\/(book|journal)|^spawn|^pidfdSignal/s;

/** The same step in another play: by the first event that it tells of, where it tells of any. */
function like(step: string): RegExp {
	if (!step.startsWith('writing')) {
		return new RegExp(`^${step.replaceAll(/\d+,/g, '\\d+,')}$`);
	}
	const [isTold, type, name] = /^writing Event,\d+,[^,]*,([^,]*),([^,]*)/.exec(step) ?? [];
	if (isTold !== undefined) {
		return new RegExp(`^writing Event,\\d+,[^,]*,${type},${name},`);
	}
	const [first = ''] = /^"type":"[^"]*","name":"[^"]*"/.exec(step.slice('writing {"events":[{'.length)) ?? [];
	return new RegExp(`^writing \\{"events":\\[${first === '' ? '\\]' : `\\{${first}`}`);
}

test.each(Object.entries(kinds))(
	'a group that %s does so once, whichever step of it the daemon dies at',
	{ timeout: 60_000 },
	async (_, { groups, fails, ends, lives: wanted, order }) => {
		const directory = temporary();
		const lives = `${directory}/lives`;
		const service = (name: string) =>
			`[service.${name}]\nrun = ["sh", "-c", "echo ${name} >> ${lives}; exec sleep 600"]\n` +
			'backoff = { from = "10ms", to = "10ms", jitter = 0 }\nlimit = { failures = 1000 }\n';
		const toml = `${['a', 'b', 'c'].map(service).join('')}${groups}\n`;
		const [archon, program] = await Striking.configured(toml, directory);
		const over = ends.replace(' ', '","name":"');
		let last = 'none';
		onTestFailed(() => console.error(`the last blow was ${last}`));

		const noted = () => readFileSync(lives, 'utf8').split('\n').slice(0, -1);
		const newest = async () => (await rows(archon, 'Events', 'last=1'))[0]?.['seq'];
		const restarts = async () =>
			new Map((await rows(archon, 'Status')).map((it) => [it['name'], Number(it['restarts'])]));

		/** What its failure comes to, and the steps of it. */
		const play = async (blow?: Blow) => {
			writeFileSync(lives, '');
			const begin = await newest();
			for (const name of ['a', 'b', 'c']) {
				expect(await ask(archon, 'Start', name)).toBe('Ok');
			}
			const begun = await rows(archon, 'Events', `since=${begin}`, 'types=process.started');
			await until(() => noted().length >= begun.length);
			const since = await newest();
			const pid = fails === undefined ? undefined : await pidOf(archon, fails);
			const before = await restarts();
			writeFileSync(lives, '');
			program.orderStep(/^writing .*process\.(exited|stopping).* to .*\/book/, blow);
			const stop = pid === undefined ? ask(archon, 'Stop', 'g') : process.kill(pid, 'SIGKILL');
			// Nothing is asked before that: it takes steps too.
			await program.struckOrTakes(new RegExp(`^writing .*${over}.* to .*/book`, 's'));
			const { hasDied, steps } = program.takeBack();
			expect([true, 'Ok']).toContain(await stop);
			let told: string[] = [];
			await until(async () => {
				const events = await rows(archon, 'Events', `since=${since}`);
				told = events.filter(({ name }) => name !== '-').map(({ type, name }) => `${type} ${name}`);
				return told.includes(ends);
			});
			await until(() => noted().length >= wanted.split(' ').filter(Boolean).length);
			const now = await restarts();
			const shown = (await rows(archon, 'Status')).map(({ name = '', state }) => {
				const more = (now.get(name) ?? 0) - (before.get(name) ?? 0);
				return `${name} ${state}, ${more} restarts more`;
			});
			const isOrder = (it: string) => /^process\.(exited|starting) /.test(it);
			const outcome = {
				lives: noted().sort().join(' '),
				order: told.filter(isOrder).join(', ').replaceAll('process.', ''),
				groups: told.filter((it) => it.startsWith('group.')),
				shown,
			};
			return { hasDied, steps, outcome };
		};

		await play();
		const { steps, outcome: usual } = await play();
		expect(usual).toMatchObject({ lives: wanted, order });
		const wrong: unknown[] = [];
		let deaths = 0;
		for (const [i, step] of steps.entries()) {
			const at = like(step);
			const nth = steps.slice(0, i + 1).filter((it) => at.test(it)).length;
			const whens = step.startsWith('writing') ? (['before', 'amid'] as const) : (['before'] as const);
			for (const when of telling.test(step) ? whens : []) {
				last = `${when} ${step}`;
				const { hasDied, outcome } = await play({ when, at, nth });
				deaths += Number(hasDied);
				if (!isDeepStrictEqual(outcome, usual)) {
					wrong.push({ when, step, outcome });
				}
			}
		}
		expect(wrong).toEqual([]);
		expect(deaths).toBeGreaterThan(10);
	},
);
